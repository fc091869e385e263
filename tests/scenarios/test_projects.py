"""Folders of SFMC project metadata: what is in them is made, and what is not is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import scenarios
from mctui.cli import run
from scenarios.projects import Report, TypeReport, read_project
from store import Org, automation, business_units, clock, data_extensions, journey, messaging, query
from store.errors import Unreadable

PARENT, CHILD = "_ParentBU_", "Norway"
EVENT = "DEAudience-0001"


def field(name: str, kind: str = "Text", **more: Any) -> dict[str, Any]:
    """A field as the SOAP API writes it."""
    made = {"Name": name, "FieldType": kind, "IsPrimaryKey": False, "IsRequired": False, "DefaultValue": "", **more}
    return {"MaxLength": 50, **made} if kind == "Text" else made


def members(name: str = "Members", key: str = "members-key", **more: Any) -> dict[str, Any]:
    """A sendable data extension."""
    return {
        "CustomerKey": key,
        "Name": name,
        "IsSendable": True,
        "IsTestable": True,
        "SendableDataExtensionField": {"Name": "Id"},
        "SendableSubscriberField": {"Name": "Subscriber Key"},
        "Fields": [
            field("Id", IsPrimaryKey=True, IsRequired=True, MaxLength=18),
            field("Email", "EmailAddress", MaxLength=254),
            field("Points", "Decimal", MaxLength=10, Scale=2),
            field("Joined", "Date", DefaultValue="GetDate()"),
            field("Active", "Boolean", DefaultValue=True),
        ],
        "r__folder_ContentType": "dataextension",
        "r__folder_Path": "Data Extensions/Loyalty/2026",
        **more,
    }


def welcome(**more: Any) -> dict[str, Any]:
    """A journey that sends one email."""
    email = {"triggeredSend": {"emailId": 77, "emailSubject": "Hello %%Id%%"}}
    return {
        "key": "welcome",
        "name": "Welcome",
        "status": "Published",
        "entryMode": "MultipleEntries",
        "defaults": {"email": [f'{{{{Event.{EVENT}."Email"}}}}']},
        "triggers": [{"type": "EmailAudience", "metaData": {"eventDefinitionKey": EVENT}}],
        "activities": [
            {"key": "EMAILV2-1", "name": "Hello", "type": "EMAILV2", "configurationArguments": email, "outcomes": []}
        ],
        "unheardOf": {"kept": [1, None]},
        **more,
    }


EVENT_DEFINITION = {"eventDefinitionKey": EVENT, "type": "EmailAudience", "dataExtensionName": "Members"}
SCHEDULE = {
    "startDate": "2024-01-01T03:30:00",
    "endDate": "2079-06-06T00:00:00",
    "icalRecur": "FREQ=DAILY;INTERVAL=2",
    "timezoneName": "W. Europe Standard Time",
}

Put = Callable[..., None]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "project"


@pytest.fixture
def put(project: Path) -> Put:
    """Put a thing into the project: `put("query", key, data, sql="SELECT ...", unit="Norway")`."""

    def write(kind: str, stem: str, data: Any, *, unit: str = PARENT, sql: str | None = None) -> None:
        folder = project / "retrieve" / "credential" / unit / kind
        folder.mkdir(parents=True, exist_ok=True)
        text = data if isinstance(data, str) else json.dumps(data)
        (folder / f"{stem}.{kind}-meta.json").write_text(text, encoding="utf-8")
        if sql is not None:
            (folder / f"{stem}.{kind}-meta.sql").write_text(sql, encoding="utf-8")

    return write


def put_query(put: Put, key: str, sql: str, unit: str = PARENT, **more: Any) -> None:
    data = {"name": f"Query {key}", "key": key, "targetKey": "members-key", "targetUpdateTypeName": "Update", **more}
    put("query", key, data, sql=sql, unit=unit)


def imported(org: Org, project: Path) -> Report:
    return scenarios.import_project(org, project)[1]


def only(kind: TypeReport) -> str:
    """The reason of the only refusal or note."""
    (line,) = [*kind.refused, *kind.notes]
    return line.reason


def test_a_data_extension_keeps_its_types_lengths_key_and_send_relationship(org: Org, project: Path, put: Put) -> None:
    put("dataExtension", "members-key", members())
    report = imported(org, project)
    assert (report.of("dataExtension").read, report.of("dataExtension").created) == (1, 1)
    de = data_extensions.get(org, "members-key")
    assert [field.declared for field in de.fields] == ["Text(18)", "EmailAddress", "Decimal(10,2)", "Date", "Boolean"]
    assert (de.name, de.folder, de.primary_key) == ("Members", "Loyalty/2026", ("Id",))
    assert (de.sendable_field, de.sendable_to, de.is_testable) == ("Id", "Subscriber Key", True)
    assert (de.field("Joined").default_value, de.field("Active").default_value) == ("GetDate()", "True")


@pytest.mark.parametrize(
    ("flags", "retention"),
    [
        ({}, None),
        ({"RowBasedRetention": True, "DataRetentionPeriodLength": 6, "DataRetentionPeriodUnitOfMeasure": 5},
         {"policy": "individual_records", "period": 6, "unit": "months"}),
        ({"RetainUntil": "9/5/2027 12:00:00 AM"}, {"policy": "all_records_and_data_extension", "until": "2027-09-05"}),
        ({"RetainUntil": "9/5/2027 12:00:00 AM", "DeleteAtEndOfRetentionPeriod": True},
         {"policy": "all_records", "until": "2027-09-05"}),
        ({"c__retentionPolicy": "allRecords", "c__retainUntil": "2027-9-5"},
         {"policy": "all_records", "until": "2027-09-05"}),
        ({"c__retentionPolicy": "individialRecords", "DataRetentionPeriodLength": 2,
          "c__dataRetentionPeriodUnitOfMeasure": "Weeks"},
         {"policy": "individual_records", "period": 2, "unit": "weeks"}),
        ({"c__retentionPolicy": "none"}, None),
    ],
)  # fmt: skip
def test_retention_is_read_from_the_flags_and_from_the_words(
    org: Org, project: Path, put: Put, flags: dict[str, Any], retention: dict[str, Any] | None
) -> None:
    put("dataExtension", "m", members(**flags))
    imported(org, project)
    found = data_extensions.get(org, "Members").retention
    assert found == retention or (found and retention and {name: found[name] for name in retention} == retention)


def test_a_synchronized_data_extension_is_read_only_and_may_have_the_products_own_field(
    org: Org, project: Path, put: Put
) -> None:
    more = {"r__folder_ContentType": "synchronizeddataextension", "SendableDataExtensionField": {"Name": "_ContactKey"}}
    fields = [field("Id", IsPrimaryKey=True, IsRequired=True), field("_ContactKey")]
    put("dataExtension", "Contact", members("Contact_Salesforce", "Contact", Fields=fields, **more))
    imported(org, project)
    de = data_extensions.get(org, "Contact_Salesforce")
    assert (de.is_synchronized, de.is_sendable, [f.name for f in de.fields]) == (True, False, ["Id", "_ContactKey"])


def test_what_cannot_be_made_is_refused_with_file_key_and_reason_and_the_rest_is_made(
    org: Org, project: Path, put: Put
) -> None:
    put("dataExtension", "good", members())
    put("dataExtension", "bad", members("Bad", "bad-key", Fields=[field("Shape", "Polygon")]))
    put("dataExtension", "cut", '{"Name": "Cut"')
    put("dataExtension", "own", members("_MobileAddress", "own-key"))
    put("mobileCode", "12345", {})
    report = imported(org, project)
    refused = {line.key: (line.file.split("/")[-1], line.reason) for line in report.of("dataExtension").refused}
    assert refused["bad"] == ("bad.dataExtension-meta.json", "Field Shape: the type 'Polygon' is not known.")
    assert "This is not JSON" in refused["cut"][1] and "line 1" in refused["cut"][1]
    assert "product's own" in refused["own-key"][1]
    assert report.of("dataExtension").created == 1
    assert report.others == {"mobileCode": 1}


def test_the_folders_of_business_units_become_business_units_each_with_its_own_things(
    org: Org, project: Path, put: Put
) -> None:
    key = field("Id", IsPrimaryKey=True, IsRequired=True)
    put("dataExtension", "m", members(Fields=[key, field("Points")]))
    put("dataExtension", "m", members(Fields=[key]), unit=CHILD)
    shared = members("Everyone", "everyone", r__folder_ContentType="shared_dataextension")
    put("dataExtension", "e", {**shared, "r__folder_Path": "Shared Items/Shared Data Extensions"})
    put_query(put, "q", "SELECT Id FROM Members")
    put_query(put, "q", "SELECT Id FROM Members", unit=CHILD)
    put_query(put, "of-parent", "SELECT Id FROM Ent.Everyone", unit=CHILD)
    put_query(put, "not-shared", "SELECT Id FROM Ent.Members", unit=CHILD)
    steps = [{"activities": [{"r__type": "query", "r__key": "q", "name": "Query q"}]}]
    put("automation", "a", {"name": "A", "key": "a", "steps": steps}, unit=CHILD)
    report = imported(org, project)
    assert [unit.name for unit in business_units.units(org)] == ["Enterprise", CHILD]
    assert len(data_extensions.get(org, "Members").fields) == 2
    assert len(data_extensions.get(org, f"{CHILD}/Members").fields) == 1
    assert [one.path for one in query.queries(org)] == ["q", "Norway/not-shared", "Norway/of-parent", "Norway/q"]
    assert query.find(org, "Norway/q").target == "Norway/Members"
    assert query.find(org, "Norway/of-parent").sources == ("Everyone",)
    assert [line.reason for line in report.of("query").notes if "Ent.Members" in line.reason]
    org.do("data_extensions.insert", de="Members", rows=[{"Id": "parent's"}])
    org.do("data_extensions.insert", de="Norway/Members", rows=[{"Id": "child's"}])
    org.do("automation.run_once", key="Norway/a")
    org.step()
    assert org.steps()[-1].title == "Query Query q into Norway/Members: 0 new, 1 updated"


def test_a_query_that_would_be_refused_is_kept_and_its_verdict_is_given_when_it_is_used(
    org: Org, project: Path, put: Put
) -> None:
    put("dataExtension", "m", members())
    put_query(put, "good", "SELECT Id, Email FROM Members")
    put_query(put, "bad", "SELECT Id,\n  Emial AS Email\nFROM Members")
    put_query(put, "late", "SELECT Id FROM Later", targetKey="members-key")
    report = imported(org, project)
    assert report.of("query").created == 3
    assert query.find(org, "bad").text.startswith("SELECT Id,\n")
    with pytest.raises(query.QueryRefused) as refused:
        query.check(org, query.find(org, "bad"))
    assert (refused.value.line, refused.value.column) == (2, 3)
    org.do("query.run", key="bad")
    assert "Invalid column name 'Emial'" in org.value("SELECT message FROM query_runs")
    org.do("data_extensions.create", definition={"name": "Later", "fields": [{"name": "Id"}]})
    query.check(org, query.find(org, "late"))
    assert query.trial(org, query.find(org, "late")).ok


def test_a_query_that_fails_only_when_it_runs_says_why_in_sql_servers_words(org: Org, project: Path, put: Put) -> None:
    put("dataExtension", "m", members())
    put_query(put, "q", "SELECT Id, 1 / (Points - Points) AS Points FROM Members")
    imported(org, project)
    query.check(org, query.find(org, "q"))
    org.do("query.run_into", sql="SELECT 'a' AS Id, 5 AS Points", target="Members", action="Append")
    run = query.trial(org, query.find(org, "q"))
    assert (run.ok, run.message) == (False, "Divide by zero error encountered.")


def test_a_query_without_its_text_is_refused(org: Org, project: Path, put: Put) -> None:
    put("query", "q", {"name": "Q", "key": "q", "targetKey": "x"})
    assert "Its text is missing" in only(imported(org, project).of("query"))


@pytest.mark.parametrize(("number", "kind"), [(771, "salesforceSend"), (772, "salesforceMobileSend")])
@pytest.mark.parametrize("is_saved", [True, False])
def test_a_salesforce_send_runs_where_one_of_its_key_is_saved(
    org: Org, put: Put, project: Path, is_saved: bool, number: int, kind: str
) -> None:
    if is_saved:
        org.do("messaging.create_email", name="News", subject="News")
        org.do("crm.save_report", name="All", query="SELECT Id FROM Contact")
        text = {"text": "Hello", "code": "12345", "keyword": "HI", "report": "All"}
        org.do("connect.save_send", name="To all", key="all", definition={"email_id": 1, "report": "All"})
        org.do("connect.save_text", name="To all", key="all", definition=text)
    steps = [{"activities": [{"objectTypeId": number, "key": "ALL", "name": "Send"}]}]
    put("automation", "a", {"name": "A", "key": "a", "steps": steps})
    imported(org, project)
    made = [each for step in automation.find(org, "a").steps for each, _ in step]
    assert made == [kind if is_saved else "unsimulated"]


def test_an_automation_runs_its_queries_on_its_schedule_and_passes_by_what_is_not_simulated(
    org: Org, project: Path, put: Put
) -> None:
    put("dataExtension", "m", members())
    put_query(put, "q", "SELECT Id, Email FROM Members")
    steps = [{"activities": [{"name": "Nightly file", "r__type": "importFile"}]},
             {"activities": [{"name": "Query q", "r__type": "query"}]}]  # fmt: skip
    put("automation", "a", {"name": "A", "key": "a", "status": "Scheduled", "schedule": SCHEDULE, "steps": steps})
    note = only(imported(org, project).of("automation"))
    assert note == "1 of its activities are kept by name and do nothing: importFile Nightly file."
    made = automation.find(org, "a")
    assert (made.every_seconds, made.steps[1]) == (2 * clock.DAY, (("query", "q"),))
    org.run_until(org.now + clock.DAY)
    (instance,) = automation.instances(org)
    # 03:30 of a zone at UTC+1 is 20:30 of the day before in system time.
    assert clock.system_text(instance.started_at).endswith("20:30:00")
    assert instance.status == "Complete"
    assert org.value("SELECT count(*) FROM query_runs WHERE ok") == 1


@pytest.mark.parametrize(
    ("recurrence", "note"),
    [
        ("FREQ=MONTHLY;INTERVAL=1", "is not simulated"),
        ("FREQ=WEEKLY;BYDAY=MO,TU", "is not simulated"),
        ("FREQ=MINUTELY;INTERVAL=5", "15 minutes is the shortest"),
        ("FREQ=DAILY;COUNT=1", "was over on 2023-12-31T20:30:00"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_a_note(
    org: Org, project: Path, put: Put, recurrence: str, note: str
) -> None:
    schedule = SCHEDULE | {"icalRecur": recurrence}
    put("automation", "a", {"name": "A", "key": "a", "status": "Scheduled", "schedule": schedule, "steps": []})
    report = imported(org, project).of("automation")
    assert report.created == 1 and (note in only(report) or "cannot run every 5 min" in only(report))
    assert automation.find(org, "a").every_seconds == 0


def test_a_journey_is_a_draft_equal_to_its_file_with_the_email_that_it_sends(org: Org, project: Path, put: Put) -> None:
    put("dataExtension", "m", members())
    put("event", EVENT, EVENT_DEFINITION)
    put("journey", "welcome", welcome())
    report = imported(org, project)
    (version,) = journey.versions(org, "welcome")
    assert (version.status, version.spec.raw) == ("Draft", welcome())
    email = messaging.find_email(org, 77)
    assert email is not None and (email.name, email.subject) == ("Hello", "Hello %%Id%%")
    assert [finding.message for finding in journey.check(org, "welcome") if finding.severity == "error"] == []
    assert any("here it is a draft" in line.reason for line in report.of("journey").notes)


@pytest.mark.parametrize(
    "broken",
    [
        {"key": "", "id": ""},
        {"activities": "none"},
        {"activities": [{"key": "WAIT-1", "type": "WAIT", "outcomes": 7}]},
        {"triggers": 7, "activities": [{}]},
    ],
)
def test_a_journey_that_cannot_be_read_is_refused_and_nothing_of_it_stays(
    org: Org, project: Path, put: Put, broken: dict[str, Any]
) -> None:
    put("journey", "welcome", welcome(**broken))
    report = imported(org, project).of("journey")
    assert (report.created, len(report.refused)) == (0, 1) and report.refused[0].reason
    assert journey.journeys(org) == [] and messaging.emails(org) == []


def test_an_event_with_a_schema_makes_its_data_extension(org: Org, project: Path, put: Put) -> None:
    fields = [{"name": "ContactKey", "dataType": "Text", "maxLength": "18", "isNullable": False, "isPrimaryKey": True},
              {"name": "Email", "dataType": "Email", "maxLength": ""}]  # fmt: skip
    schema = {"fields": fields, "sendableCustomObjectField": "ContactKey", "sendableSubscriberField": "_SubscriberKey"}
    put("event", "e", {"eventDefinitionKey": "e", "type": "APIEvent", "dataExtensionName": "Sign up", "schema": schema})
    imported(org, project)
    de = data_extensions.get(org, "Sign up")
    assert [(f.name, f.declared, f.is_nullable) for f in de.fields] == [
        ("ContactKey", "Text(18)", False), ("Email", "EmailAddress", True)]  # fmt: skip
    assert de.sendable_field == "ContactKey"


def test_an_import_is_one_step_that_is_undone_and_redone_without_the_files(org: Org, project: Path, put: Put) -> None:
    before = org.digest()
    put("dataExtension", "m", members())
    put_query(put, "q", "SELECT Id, Email FROM Members")
    imported(org, project)
    after = org.digest()
    (project / "retrieve" / "credential" / PARENT / "query" / "q.query-meta.sql").unlink()
    org.back(1)
    assert org.digest() == before
    org.redo()
    assert (org.digest(), org.k) == (after, 1)


def test_importing_twice_makes_nothing_new(org: Org, project: Path, put: Put) -> None:
    put("dataExtension", "m", members())
    put("event", EVENT, EVENT_DEFINITION)
    put("journey", "welcome", welcome())
    imported(org, project)
    again = imported(org, project)
    assert (again.created, again.refused) == (0, 3)
    assert all("already" in line.reason for each in again.types.values() for line in each.refused)


def test_the_folder_may_be_the_project_a_credential_or_a_business_unit(project: Path, put: Put) -> None:
    put("dataExtension", "m", members())
    for folder in (project, project / "retrieve" / "credential", project / "retrieve" / "credential" / PARENT):
        assert read_project(folder)["units"] == [PARENT]


def test_a_folder_without_metadata_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no metadata of an SFMC project"):
        read_project(tmp_path)


def test_the_command_line_says_per_type_what_was_made(
    tmp_path: Path, project: Path, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put("dataExtension", "m", members())
    put("dataExtension", "bad", members("Bad", "bad-key", Fields=[]))
    put_query(put, "bad-query", "SELECT Nothing FROM Members")
    world = str(tmp_path / "w.mctui")
    assert run(["new", "empty", world]) == 0
    capsys.readouterr()
    assert run(["import", world, str(project), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {name: (each["read"], each["created"]) for name, each in said.items()} == {
        "dataExtension": (2, 1), "query": (1, 1)}  # fmt: skip
    (refused,) = said["dataExtension"]["refused"]
    assert refused["key"] == "bad-key" and "at least one field" in refused["reason"]
    for way in ("--check", "--run"):
        assert run(["queries", world, way, "--json"]) == 1
        (verdict,) = json.loads(capsys.readouterr().out)
        found = [verdict[name] for name in ("key", "verdict", "line", "column")]
        assert found == ["bad-query", "refused", 1, 8]


def test_a_single_journey_may_stand_in_a_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world, script = str(tmp_path / "w.mctui"), tmp_path / "sample.js.txt"
    script.write_text(f"const one = {{a: 1}};\nconst activity = {json.dumps(welcome())};\n", encoding="utf-8")
    run(["new", "empty", world])
    assert run(["import", world, str(script)]) == 0
    capsys.readouterr()
    assert run(["export", world, "journey/welcome"]) == 0
    assert json.loads(capsys.readouterr().out) == welcome()


def test_an_email_that_is_named_by_its_asset_key_is_made_once(org: Org, project: Path, put: Put) -> None:
    send = {"triggeredSend": {"r__asset_key": "hello", "r__asset_name_readOnly": "Hello 2", "emailSubject": "Hi"}}
    one = {"name": "Hello", "type": "EMAILV2", "configurationArguments": send, "outcomes": []}
    put("journey", "w", welcome(activities=[{"key": f"EMAILV2-{n}", **one} for n in (1, 2)]))
    imported(org, project)
    assert [email.name for email in messaging.emails(org)] == ["Hello 2"]


def test_the_content_of_an_asset_goes_into_its_email(org: Org, project: Path, put: Put) -> None:
    views = {"subjectline": {"content": "Hello"}, "html": {"content": "<p>Hi %%Id%%</p>"}}
    asset = {"customerKey": "hello", "name": "Hello", "assetType": {"name": "htmlemail"}, "views": views}
    put("asset", "hello", asset)
    put("asset", "block", {"customerKey": "block", "name": "Block", "assetType": {"name": "htmlblock"}})
    report = imported(org, project)
    (email,) = messaging.emails(org)
    assert (email.subject, email.html) == ("Hello", "<p>Hi %%Id%%</p>")
    assert report.others == {"asset": 1}


def test_a_single_journey_of_another_shape_is_unreadable_and_leaves_no_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, file = str(tmp_path / "w.mctui"), tmp_path / "journey.json"
    file.write_text(json.dumps(welcome(triggers=[{"type": "EmailAudience", "outcomes": 7}])), encoding="utf-8")
    run(["new", "empty", world])
    assert run(["import", world, str(file)]) == 3
    assert "unexpected shape" in capsys.readouterr().err
    run(["journeys", world, "--json"])
    assert json.loads(capsys.readouterr().out) == []
