"""Conformance cases of entry sources and versions as data: given, when, then, source.

A file holds `given`, which its cases share, and `cases`. What the words mean is the code below: `World` makes what is
given, `act` does what happens, `look` reads what is expected. `@Object.N` is the Id of that object's Nth record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from store import Org, journey
from store.clock import duration
from store.errors import Refused
from store.journey.tables import sql_entries
from tests.journey import worlds

FOLDER = Path(__file__).parent
_UNITS = {"m": "MINUTES", "h": "HOURS", "d": "DAYS", "w": "WEEKS"}


@dataclass(frozen=True)
class Case:
    """One case; `then` holds only what it is about."""

    file: str
    name: str
    given: dict[str, Any]
    when: list[dict[str, Any]]
    then: dict[str, Any]
    source: str


def cases() -> list[Case]:
    """All cases of all files."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        shared = written.get("given") or {}
        for case in written["cases"]:
            unknown = set(case) - {"name", "given", "when", "then", "source"}
            assert not unknown, f"{path.name}: {case.get('name')} has {unknown}"
            given = {**shared, **(case.get("given") or {})}
            found.append(
                Case(path.stem, case["name"], given, case.get("when") or [], case["then"], str(case["source"]))
            )
    return found


class World:
    """A file with what a case has given."""

    def __init__(self, folder: Path, given: dict[str, Any]) -> None:
        self.org = worlds.world(folder, given.get("people", 0))
        self.given = given
        self.refused = ""
        self.where: dict[str, str] = {}
        if "unit" in given:
            self._connect(given["unit"])
        for name, value in (given.get("assume") or {}).items():
            self.org.do("assumptions.set", name=name, value=value)
        for definition in given.get("data_extensions") or []:
            sendable_to = {"sendable_to": "Subscriber Key"} if definition.get("is_sendable") else {}
            self.org.do("data_extensions.create", definition={**sendable_to, **definition}, **self.where)
        for action in given.get("before") or []:
            self.act(action)
        if "journey" not in given or given["journey"] is not None:
            self.save(given)

    # ---- given

    def _connect(self, unit: str) -> None:
        """The journey is of a business unit that is connected to a second Salesforce org, EMEA."""
        self.where = {"bu": unit}
        self.org.do("business_units.create", name=unit)
        self.org.do("crm.create_org", name="EMEA")
        self.org.do("connect.enable_multi_org")
        self.org.do("connect.connect_org", org="EMEA", integration_user="emea@example.com", units=[unit])

    def save(self, given: dict[str, Any]) -> None:
        """Create the journey, and publish it unless the case says otherwise."""
        try:
            spec = self.spec(given)
            self.org.do("journey.create", spec=spec, event_definition=self.event(given), **self.where)
            if given.get("publish", True):
                self.org.do("journey.publish", key=spec["key"], **self.where)
        except Refused as error:
            self.refused = str(error)

    def event(self, given: dict[str, Any]) -> dict[str, Any] | None:
        """The entry event: all rows of Welcome once, changed by `event` and by the shorthands."""
        if given.get("event", {}) is None:
            return None
        made = worlds.event_definition(given.get("de", "Welcome"))
        made["type"] = given.get("type", "EmailAudience")
        if "filter" in given:
            made["arguments"]["criteria"] = self.criteria(given["filter"])
        if given.get("new_only"):
            made["arguments"]["useHighWatermark"] = True
        if "schedule" in given:
            made["metaData"] = {"scheduleFlowMode": "recurring"}
            made["schedule"] = worlds.DAILY | given["schedule"]
        return made | given.get("event", {})

    def criteria(self, conditions: list[Any]) -> str:
        """`[field, operator, value]`, or a list of those that must all hold."""
        listed = conditions if isinstance(conditions[0], list) else [conditions]
        return worlds.all_of(*(tuple(map(str, [*each, ""][:3])) for each in listed))  # type: ignore[arg-type]

    def spec(self, given: dict[str, Any]) -> dict[str, Any]:
        """The journey: its activities in a line such as `email, wait 1d, email`."""
        activities = _activities(given.get("activities", "wait 1d"))
        made = worlds.journey(*activities, mode=given.get("mode", "MultipleEntries"))
        trigger = made["triggers"][0]
        trigger["type"] = given.get("type", "EmailAudience")
        trigger["configurationArguments"] |= self._ids(given.get("trigger") or {})
        if "journey_filter" in given:
            trigger["configurationArguments"]["criteria"] = self.criteria(given["journey_filter"])
        if given.get("email") is None and trigger["type"] != "EmailAudience":
            made.pop("defaults")
        return made | (given.get("journey") or {})

    # ---- when

    def act(self, action: dict[str, Any]) -> None:
        """Do one thing; a refusal is kept for `then`."""
        ((what, value),) = action.items()
        try:
            getattr(self, f"_do_{what}")(self._ids(value))
        except Refused as error:
            self.refused = str(error)

    def _ids(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._ids(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._ids(each) for each in value]
        if isinstance(value, str) and (match := re.fullmatch(r"@(\w+)\.(\d+)", value)):
            return self.org.value(f'SELECT Id FROM "crm_{match[1]}" WHERE row_id = ?', int(match[2]))
        return value

    def _do_fire(self, value: dict[str, Any]) -> None:
        arguments = {"event_definition_key": worlds.EVENT_KEY, **value}
        self.org.do("journey.fire_event", **arguments)

    def _do_fire_people(self, numbers: list[int]) -> None:
        for number in numbers:
            data = worlds.person(number)
            self._do_fire({"contact_key": data["ContactKey"], "data": data})

    def _do_fire_many(self, count: int) -> None:
        """One request for so many members."""
        members = [{"contactKey": f"M{number}", "data": {}} for number in range(count)]
        self.org.do("journey.fire_events", event_definition_key=worlds.EVENT_KEY, members=members)

    def _do_another(self, keys: list[str]) -> None:
        """Publish more journeys that listen to the same entry event."""
        for key in keys:
            self.org.do("journey.create", spec={**self.spec(self.given), "key": key, "name": key})
            self.org.do("journey.publish", key=key)

    def _do_do(self, value: dict[str, Any]) -> None:
        arguments = dict(value)
        self.org.do(arguments.pop("command"), **arguments)

    def _do_rows(self, value: Any) -> None:
        """Add people by number to Welcome, or `{de, rows}` as they are."""
        if isinstance(value, list):
            value = {"rows": [worlds.person(number) for number in value]}
        self.org.do("test.rows", **{"de": "Welcome", **value})

    def _do_journey(self, value: dict[str, Any]) -> None:
        self.save({**self.given, **value})

    def _do_run(self, span: str) -> None:
        worlds.run_for(self.org, duration(str(span)))
        failed = [step.title for step in self.org.steps(limit=1000) if step.changes.get("errors")]
        assert not failed or self.given.get("errors"), failed

    def _do_run_out(self, _: Any) -> None:
        worlds.run_all(self.org)

    def _do_create(self, value: dict[str, Any]) -> None:
        ((name, records),) = value.items()
        self.org.do("crm.create", object=name, records=records)

    def _do_update(self, value: dict[str, Any]) -> None:
        ((name, records),) = value.items()
        self.org.do("crm.update", object=name, records=records)

    # ---- then

    def look(self, what: str) -> Any:
        """The value of what a case expects something of."""
        return getattr(self, f"_see_{what}")()

    def _total(self, name: str) -> int:
        return sum(getattr(row.balance, name) for row in journey.version_rows(self.org, "welcome"))

    def __getattr__(self, name: str) -> Any:
        counted = name.removeprefix("_see_")
        if counted in ("entered", "inside", "completed", "exited", "ejected", "goal", "queued"):
            return lambda: self._total(counted)
        raise AttributeError(name)

    def _see_rejected(self) -> dict[str, int]:
        rows = self.org.rows("SELECT why, count(*) FROM journey_rejections GROUP BY why")
        return {row[0]: row[1] for row in rows}

    def _see_versions(self) -> list[str]:
        return [f"{row.number} {row.status}" for row in journey.version_rows(self.org, "welcome")]

    def _see_entered_by_version(self) -> list[int]:
        return [row.balance.entered for row in journey.version_rows(self.org, "welcome")]

    def _see_who(self) -> list[str]:
        rows = self.org.rows(
            """SELECT k.contact_key, e.entries FROM journey_entries e JOIN contacts k USING (contact_id)
               ORDER BY k.contact_id"""
        )
        by_key = sql_entries("j.journey_id", "k.contact_id")
        asked = f"SELECT k.contact_key, {by_key} FROM journeys j, contacts k WHERE {by_key} > 0 ORDER BY k.contact_id"
        assert [tuple(row) for row in self.org.rows(asked)] == [tuple(row) for row in rows]
        return [row[0] if row[1] == 1 else f"{row[0]} x{row[1]}" for row in rows]

    def _see_contacts(self) -> list[str]:
        return [row[0] for row in self.org.rows("SELECT contact_key FROM contacts ORDER BY contact_id")]

    def _see_subscribers(self) -> dict[str, str]:
        return {row[0]: row[1] for row in self.org.rows("SELECT subscriber_key, status FROM subscribers")}

    def _see_findings(self) -> list[str]:
        return [f"{found.severity}: {found.message}" for found in journey.check(self.org, "welcome")]

    def _see_errors(self) -> list[str]:
        return [found.message for found in journey.check(self.org, "welcome") if found.severity == "error"]

    def _see_refused(self) -> str:
        return self.refused

    def _see_rows(self) -> int:
        return int(self.org.value("SELECT count(*) FROM de_Welcome"))

    def _see_rows_of_sf(self) -> int:
        return int(self.org.value("SELECT count(*) FROM de_SF"))

    def _see_data(self) -> list[dict[str, Any]]:
        """The journey data, in order of entry."""
        rows = self.org.rows("SELECT * FROM event_1 ORDER BY _cohort_id, _visit")
        return [{name: row[name] for name in row.keys() if not name.startswith("_")} for row in rows]  # noqa: SIM118

    def _see_entry_times(self) -> list[str]:
        from store.clock import system_text

        rows = self.org.rows(
            """SELECT DISTINCT m.at FROM journey_cohorts c JOIN journey_moves m USING (cohort_id)
               WHERE c.parent_cohort_id IS NULL AND m.seq = 1 ORDER BY m.at"""
        )
        return [system_text(row[0])[:16] for row in rows]

    def _see_cohorts(self) -> int:
        return int(self.org.value("SELECT count(*) FROM journey_cohorts WHERE parent_cohort_id IS NULL"))

    def _see_due(self) -> list[str]:
        """When those inside go on, in system time."""
        from store.clock import system_text

        rows = self.org.rows("SELECT DISTINCT due_at FROM journey_cohorts WHERE state = 'inside' ORDER BY due_at")
        return [system_text(row[0])[:16] for row in rows]

    def _see_explained(self) -> str:
        return journey.current(self.org, "welcome").source.explain()

    def _see_sound(self) -> list[str]:
        from store.invariants import check

        return check(self.org)

    def _see_last_title(self) -> str:
        return self.org.steps(limit=1)[0].title

    def _see_titles(self) -> list[str]:
        return [step.title for step in self.org.steps(limit=1000)]

    def _see_entered_by_journey(self) -> dict[str, int]:
        return {row.key: row.balance.entered for row in journey.journeys(self.org)}

    def _see_audit(self) -> list[str]:
        return [f"{each.version} {each.action}" for each in reversed(journey.audit(self.org, "welcome"))]

    def _see_memberships(self) -> list[list[Any]]:
        keys = [row[0] for row in self.org.rows("SELECT contact_key FROM contacts ORDER BY contact_id LIMIT 50")]
        return [list(each) for each in journey.membership(self.org, keys).memberships]


def _activities(line: str) -> list[dict[str, Any]]:
    words = [word.strip() for word in line.split(",")]
    made = []
    for number, word in enumerate(words, start=1):
        to = f"A{number + 1}" if number < len(words) else None
        kind, _, rest = word.partition(" ")
        if kind == "wait":
            made.append(worlds.wait(f"A{number}", to, int(rest[:-1]), _UNITS[rest[-1]]))
        else:
            assert kind == "email", word
            made.append(worlds.email(f"A{number}", to))
    return made


def holds(found: Any, wanted: Any) -> bool:
    """Whether what is found is what is wanted: `~ words` are contained, a list of mappings is compared in part."""
    if isinstance(wanted, str) and wanted.startswith("~ "):
        text = found if isinstance(found, str) else "\n".join(map(str, found))
        return wanted[2:] in text
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        return len(found) == len(wanted) and all(
            all(have.get(name) == value for name, value in want.items())
            for have, want in zip(found, wanted, strict=True)
        )
    return bool(found == wanted)


def close(world: World) -> None:
    """Give the file free."""
    org: Org = world.org
    org.close()
