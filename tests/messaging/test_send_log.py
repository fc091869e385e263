"""The Send Log of a business unit. Source: domain G, MD:enhanced-send-log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from store import Org, advice, data_extensions
from store.errors import Refused
from tests.journey import worlds

Make = Callable[..., Org]

EXTRA: list[dict[str, Any]] = [
    {"name": "EmailAddr", "type": "EmailAddress"},
    {"name": "EmailName_", "length": 3},
    {"name": "tier", "length": 20},
    {"name": "Points", "type": "Number"},
    {"name": "Joined", "type": "Number"},
    {"name": "LogDate", "type": "Date", "default": "GetDate()"},
    {"name": "Nobody", "length": 20, "default": "-"},
]


def log(org: Org, **more: Any) -> None:
    definition = {"name": "Send Log", "template": "SendLog", "fields": EXTRA, **more}
    org.do("data_extensions.create", definition=definition)


def rows(org: Org) -> list[dict[str, Any]]:
    page = data_extensions.page(org, "Send Log", limit=1000)
    return [dict(zip(page.columns, row, strict=True)) for row in page.rows]


def test_each_attempted_email_is_a_row_filled_by_name(mailed: Make) -> None:
    org = mailed(3)
    log(org)
    org.do("journey.publish", key="welcome")
    worlds.run_all(org)
    first = rows(org)[0]
    sent = org.row("SELECT * FROM _Sent WHERE JobID = 1 ORDER BY SubscriberID LIMIT 1")
    assert sent
    own = {"JobID": 1, "ListID": sent["ListID"], "BatchID": 1, "SubID": sent["SubscriberID"], "ErrorCode": None}
    own["TriggeredSendID"] = sent["TriggererSendDefinitionObjectID"]
    assert {name: first[name] for name in own} == own
    number = int(str(sent["SubscriberKey"])[1:])
    person = worlds.person(number)
    assert (first["EmailAddr"], first["tier"], first["Points"]) == (person["Email"], person["Tier"], number)
    assert first["EmailName_"] == org.value("SELECT substr(EmailName, 1, 3) FROM _Job WHERE JobID = 1")
    assert first["LogDate"] == sent["EventDate"]
    assert (first["Joined"], first["Nobody"]) == (None, "-"), "another type, and no source at all"
    assert len(rows(org)) == 6, "two emails to three people"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("INSERT INTO subscriber_statuses(contact_id, status, date_unsubscribed) VALUES (1, 'unsubscribed', 1)", 1),
        ("INSERT INTO subscriber_statuses(contact_id, status) VALUES (1, 'held')", 2),
    ],
)
def test_who_was_not_mailed_is_in_the_log_with_the_reason_and_not_in_the_view(
    mailed: Make, given: str, code: int
) -> None:
    org = mailed(2)
    log(org)
    org.do("journey.publish", key="welcome")
    while not org.value("SELECT count(*) FROM send_batches"):
        org.step()
    org.run(given)
    worlds.run_all(org)
    second = [row["ErrorCode"] for row in rows(org) if row["JobID"] == 2]
    assert sorted(second, key=str) == [code, None]
    assert org.value("SELECT count(*) FROM _Sent WHERE JobID = 2") == 1
    assert [problem for problem in advice.check(org) if "message" not in problem] == []


def test_who_has_no_address_is_in_the_log_without_a_subscriber_id(mailed: Make) -> None:
    org = mailed(2)
    log(org)
    org.do("data_extensions.update_row", de="Welcome", key={"ContactKey": "P00001"}, values={"Email": None})
    org.do("journey.publish", key="welcome")
    worlds.run_all(org)
    missing = [(row["ErrorCode"], row["SubID"], row["Points"]) for row in rows(org) if row["ErrorCode"]]
    assert missing == [(4, None, 1)] * 2


def test_without_a_send_log_nothing_is_written_and_a_second_one_is_refused(mailed: Make) -> None:
    org = mailed(2)
    org.do("journey.publish", key="welcome")
    worlds.run_all(org)
    log(org)
    assert rows(org) == []
    with pytest.raises(Refused, match="of the template SendLog already: Send Log"):
        org.do("data_extensions.create", definition={"name": "Second", "template": "SendLog"})
    org.do("business_units.create", name="Norway")
    org.do("data_extensions.create", definition={"name": "Send Log", "template": "SendLog"}, bu="Norway")


# Template -> its fields. Source: domain B3, mcdev definitions/DataExtension.definition.js.
TEMPLATES = {
    "SendLog": "JobID,ListID,BatchID,SubID,TriggeredSendID,ErrorCode",
    "SmsSendLog": "SmsJobID,SmsTriggeredSendID,SmsBatchID,SubID",
    "PushSendLog": "PushJobID,PushTriggeredSendRequestID,PushBatchID,SubID,DeviceId,AppId,LogDate",
    "TriggeredSendDataExtension": "SubscriberKey,EmailAddress",
    "DomainExclusion": "Domain",
    "CONTEXTUAL_SUPPRESSION_LISTS": "Email Address,Date Added",
    "Event DE Template": "EventInstanceID,ParentEventInstanceID,ContactKey",
    "SmartCapture": "Source,EmailAddress,CreateDate",
    "AudienceBuilderResult": "SubscriberKey,CustomerKey,AudienceId,TrackingCode,AudienceCode,SegmentCode,SegmentName,"
    "Priority,SegmentID,SplitID,SplitName,SplitCode,SendGroupID",
    "Sendable_Reconcilable_Data_Extension": "SubscriberKey,EmailAddress",
}
# (name, type, length, nullable). Source: MD:enhanced-send-log, the table of the template.
SEND_LOG = [
    ("JobID", "Number", None, True), ("ListID", "Number", None, True), ("BatchID", "Number", None, True),
    ("SubID", "Number", None, True), ("TriggeredSendID", "Text", 36, True), ("ErrorCode", "Number", None, True),
]  # fmt: skip


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_brings_its_fields_and_can_have_more(org: Org, template: str) -> None:
    definition = {"name": "Made", "template": template, "fields": [{"name": "More"}]}
    org.do("data_extensions.create", definition=definition)
    made = data_extensions.get(org, "Made")
    assert [field.name for field in made.fields] == [*TEMPLATES[template].split(","), "More"]
    written = data_extensions.as_definition(made)
    org.do("data_extensions.delete", de="Made")
    org.do("data_extensions.create", definition=written)
    assert data_extensions.get(org, "Made") == made


def test_the_send_log_has_the_documented_types(org: Org) -> None:
    org.do("data_extensions.create", definition={"name": "Made", "template": "sendlog"})
    fields = data_extensions.get(org, "Made").fields
    assert [(field.name, field.type, field.length, field.is_nullable) for field in fields] == SEND_LOG


def test_all_templates_are_among_these_and_an_unknown_one_is_guessed(org: Org) -> None:
    names = {"SmartCapture" if one.name.startswith("SmartCapture") else one.name for one in data_extensions.templates()}
    assert names == set(TEMPLATES)
    with pytest.raises(Refused, match="Did you mean SendLog"):
        org.do("data_extensions.create", definition={"name": "Made", "template": "SendLogs"})
