"""The conformance files: for each activity what the product does with it, case by case, with the source of the rule.

A case is data: `given` a world and a journey, `when` things happen, `then` contacts have gone these ways. The files are
tests/journey/conformance/flow/<activity>.yaml; the words that they may use are the keys of _GIVEN, _WHEN and _THEN.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from store import Org, data_extensions, journey, messaging
from store.agenda import Entry, schedule
from store.clock import system_text
from store.commands import Outcome, command, handler
from store.errors import Refused
from store.journey.arrivals import arrive, definition
from tests.journey import worlds

_FILES = sorted(Path(__file__).parent.glob("*.yaml"))
CASES = [(file.stem, case) for file in _FILES for case in yaml.safe_load(file.read_text(encoding="utf-8"))]
_GIVEN = {"people", "rows", "data_extensions", "events", "activities", "journey", "entry", "engagement", "old"}


@command("test.event")
def _event(org: Org, *, key: str, contact: str, data: dict[str, Any]) -> Outcome:
    arrive(org, definition(org, key), contact, data)
    return Outcome(f"{key} of {contact}")


@command("test.alarm")
def _alarm(org: Org, *, at: int) -> Outcome:
    schedule(org, at, "test.alarm", {}, "an alarm clock")
    return Outcome("an alarm clock is set")


@handler("test.alarm")
def _ring(org: Org, entry: Entry) -> Outcome:
    return Outcome("it rings")


@command("test.event_definition")
def _event_definition(org: Org, *, key: str, de: str) -> Outcome:
    from store.journey.publish import keep_event_definition

    keep_event_definition(org, {"eventDefinitionKey": key, "type": "APIEvent", "dataExtensionKey": de})
    return Outcome(key)


def world(folder: Path, given: dict[str, Any]) -> Org:
    """The world of a case with its journey as a draft."""
    assert set(given) <= _GIVEN, f"not known: {set(given) - _GIVEN}"
    org = worlds.world(folder, given.get("people", 3), emails=3)
    _let_pass(org, given.get("old", 0))
    org.do("messaging.set_engagement", values={"open_rate": 0, "dead_address_rate": 0, "soft_bounce_rate": 0})
    if "engagement" in given:
        org.do("messaging.set_engagement", values=given["engagement"])
    for key, values in given.get("rows", {}).items():
        org.do("data_extensions.update_row", de="Welcome", key={"ContactKey": key}, values=values)
    for name, found in given.get("data_extensions", {}).items():
        org.do("data_extensions.create", definition=worlds.data_extension(name, **found.get("definition", {})))
        org.do("test.link", names=[name])
        org.do("test.rows", de=name, rows=found.get("rows", []))
    for key, de in given.get("events", {}).items():
        org.do("test.event_definition", key=key, de=de)
    spec = worlds.journey(*map(made, given["activities"]), **given.get("journey", {}))
    org.do("journey.create", spec=spec, event_definition=worlds.event_definition(**given.get("entry", {})))
    return org


def made(short: dict[str, Any]) -> dict[str, Any]:
    """An activity: `{wait: [W, next, 3, DAYS], set: {...}}` is worlds.wait("W", "next", 3, "DAYS") and what to set."""
    (name, arguments), *_ = short.items()
    if name == "raw":
        return copy.deepcopy(arguments)
    function: Callable[..., dict[str, Any]] = getattr(worlds, name)
    if name == "decision":
        ways = [(criteria(rule), to) for rule, to in arguments["paths"]]
        activity = worlds.decision(arguments["key"], *ways, remainder=arguments.get("remainder"))
    elif isinstance(arguments, dict):
        activity = function(**arguments)
    else:
        activity = function(*(tuple(each) if isinstance(each, list) else each for each in arguments))
    for where in ("configurationArguments", "metaData", "arguments"):
        if where in short:
            activity[where] = {**activity.get(where, {}), **short[where]}
    if "filter" in short:
        activity["configurationArguments"]["criteria"] = criteria(short["filter"])
    if short.get("chat"):
        activity["type"], activity["outcomes"][0]["key"] = "WAITUNTILCHATRESPONSE", "EventFired"
    if "send" in short:
        activity["configurationArguments"]["triggeredSend"] |= short["send"]
    return activity


def criteria(short: Any) -> str:
    """Filter XML of [field, operator, value], of {all: [...]} or {any: [...]}, or of {ref: [field, op, field]}."""
    if isinstance(short, list):
        return worlds.where(*map(str, short))
    (joined, conditions), *_ = short.items()
    if joined == "ref":
        return worlds.where(*conditions, ValueIsReference="true")
    listed = [(str(field), str(operator), str(value)) for field, operator, value in conditions]
    return worlds.all_of(*listed, operator="AND" if joined == "all" else "OR")


def act(org: Org, step: dict[str, Any]) -> None:
    """One thing that happens."""
    (what, how), *_ = step.items()
    if what == "days":
        _let_pass(org, how)
    elif what == "event":
        org.do("test.event", key=how[0], contact=how[1], data=how[2] if len(how) > 2 else {})
    elif what == "update":
        org.do("data_extensions.update_row", de=how[0], key={"ContactKey": how[1]}, values=how[2])
    elif what == "respond":
        org.do("messaging.inject", contact_key=how[0], kind=how[1], **(how[2] if len(how) > 2 else {}))
    elif what == "do":
        org.do(how[0], **how[1])
    else:
        raise AssertionError(f"'{what}' is nothing that happens")


def _let_pass(org: Org, days: float) -> None:
    """The clock stands at the last step: something must be due at the end of the time."""
    at = org.now + round(days * 86400)
    org.do("test.alarm", at=at)
    org.run_until(at)


def _path(org: Org, contact: str, expected: list[Any]) -> list[str]:
    """`W 01-05 00:00` per hop, or just the key where the case says no more; then the state of the visit."""
    visits = journey.visits(org, contact)
    if not visits:
        return ["rejected"]
    hops = journey.path(org, visits[-1])
    found = [f"{hop.activity_key} {system_text(hop.arrived_at)[5:16]}" for hop in hops] + [visits[-1].state]
    return [one if n < len(expected) and " " in expected[n] else one.split(" ")[0] for n, one in enumerate(found)]


def _took(org: Org, key: str) -> dict[str, list[str]]:
    """Outcome -> the contacts who took it at a split."""
    rows = org.rows(
        """SELECT c.outcome, k.contact_key FROM journey_cohorts c JOIN journey_members m USING (cohort_id)
                JOIN contacts k ON k.contact_id = m.visit & 4294967295 WHERE c.split_key = ? ORDER BY 2""",
        key,
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["outcome"], []).append(row["contact_key"])
    return found


def _rows(org: Org, de: str, expected: list[list[Any]]) -> list[list[Any]]:
    found = data_extensions.get(org, de)
    columns = ", ".join(f'"{name}"' for name in expected[0])
    return [list(row) for row in org.rows(f'SELECT {columns} FROM "{found.table_name}" ORDER BY 1')]


def _sent(org: Org) -> dict[str, int]:
    return {job.name: job.tracking.sent for job in messaging.jobs(org)}


def see(org: Org, then: dict[str, Any]) -> None:
    """What must be so now."""
    for what, expected in then.items():
        if what == "paths":
            assert {key: _path(org, key, path) for key, path in expected.items()} == expected
        elif what == "took":
            for split, ways in expected.items():
                assert _took(org, split) == ways
        elif what == "sent":
            assert _sent(org) == expected
        elif what == "rows":
            for de, rows in expected.items():
                assert _rows(org, de, rows) == rows[1:]
        elif what == "hours":
            for job, hours in expected.items():
                rows = org.rows(
                    "SELECT sent_at, sum(b.size) FROM send_batches b JOIN jobs USING (job_id) WHERE name = ? "
                    "GROUP BY 1 ORDER BY 1",
                    job,
                )
                assert {system_text(row[0])[5:16]: row[1] for row in rows} == hours
        elif what == "addresses":
            rows = org.rows("SELECT contact_key, email_address FROM subscribers JOIN contacts USING (contact_id)")
            assert {row[0]: row[1] for row in rows} == expected
        elif what == "goal":
            state = journey.goal(org, "welcome")
            assert {name: getattr(state, name) for name in expected} == expected
        elif what == "why":
            for contact, said in expected.items():
                told = [
                    " | ".join([one.decision.rule, *(f"{r.name} = {r.value} ({r.source})" for r in one.decision.read)])
                    for one in journey.why(org, contact, "welcome")
                ]
                assert told == said
        elif what == "explains":
            shown = {one.key: one.explanation for one in journey.canvas(org, "welcome").activities}
            assert {key: shown[key] for key in expected} == expected
        else:
            raise AssertionError(f"'{what}' is nothing that can be seen")


@pytest.mark.parametrize(("activity", "case"), CASES, ids=[f"{name}: {case['claim']}" for name, case in CASES])
def test_an_activity_does_what_the_product_does(activity: str, case: dict[str, Any], tmp_path: Path) -> None:
    """given -> when -> then, as the case says; the model's invariants hold at the end."""
    assert case["source"], "a rule has a source"
    given, then = expanded(case["given"]), case["then"]
    with world(tmp_path, given) as org:
        if "errors" in then or "warnings" in then:
            found = journey.check(org, "welcome")
            for severity in ("error", "warning"):
                told = [f"{one.code} {one.message}".strip() for one in found if one.severity == severity]
                wanted = then.get(f"{severity}s", [])
                assert len(told) == len(wanted) and all(w in t for w, t in zip(wanted, told, strict=True)), told
            if then.get("errors"):
                with pytest.raises(Refused):
                    org.do("journey.publish", key="welcome")
            return
        org.do("journey.publish", key="welcome")
        for step in case.get("when", [{"days": 400}]):
            act(org, step)
        see(org, then)
        assert not [line for line in _problems(org)], "the books do not balance"


def expanded(given: dict[str, Any]) -> dict[str, Any]:
    """The goal and the exit criteria of a case written out as the JSON has them."""
    given = copy.deepcopy(given)
    about = given.get("journey", {})
    if "goal" in about:
        goal = about.pop("goal")
        metadata = {"isExitCriteria": goal.get("exits", False), "conversionUnit": goal.get("unit", "wholenumber")}
        metadata["conversionValue"] = str(goal.get("target", ""))
        xml = {"criteria": criteria(goal["if"])}
        about["goals"] = [{"key": "goal", "name": "Bought", "configurationArguments": xml, "metaData": metadata}]
    if "exit" in about:
        about["exits"] = [
            {"key": "exit", "name": "Gone", "configurationArguments": {"criteria": criteria(about.pop("exit"))}}
        ]
    return given


def _problems(org: Org) -> list[str]:
    from store.invariants import check

    return check(org)


def test_there_are_enough_cases() -> None:
    """At least 80, no two of the same claim in one file."""
    claims = [(name, case["claim"]) for name, case in CASES]
    assert len(claims) >= 80
    assert len(set(claims)) == len(claims)
