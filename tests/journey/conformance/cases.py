"""Reading and running the cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from store import Org, data_extensions, journey, messaging
from store.clock import duration
from store.commands import Outcome, command
from tests.journey import worlds

FOLDER = Path(__file__).parent
WORDS = ("given", "when", "then", "source")


@dataclass(frozen=True)
class Case:
    """One case; `number` counts from 1 in its file."""

    file: str
    number: int
    raw: dict[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        return f"{self.file}-{self.number}"


def cases() -> list[Case]:
    """All of them, by file."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        shared = yaml.safe_load(path.read_text())
        for number, raw in enumerate(shared["cases"], start=1):
            found.append(Case(path.stem, number, {**shared.get("shared", {}), **raw}))
    return found


@command("conformance.world")
def _world(org: Org, *, people: int, rows: list[dict[str, Any]], fields: list[dict[str, Any]]) -> Outcome:
    definition = worlds.data_extension()
    definition["fields"] += fields
    data_extensions.create(org, definition)
    worlds.link(org, "Welcome")
    given = rows or [worlds.person(number) for number in range(1, people + 1)]
    data_extensions.insert(org, data_extensions.get(org, "Welcome"), given)
    links = [{"url": "https://example.com/a", "name": "A"}]
    for number in (1, 2, 3):
        messaging.create_email(org, name=f"Email {number}", subject=f"Hello {number}", links=links)
    return Outcome("a world")


def activity(short: dict[str, Any]) -> dict[str, Any]:
    """An activity's JSON from its short form: config, args, meta; `next` instead of outcomes."""
    outcomes = short.get("outcomes", [{"key": f"{short['key']}-out", "next": short.get("next")}])
    return {
        "key": short["key"],
        "name": short.get("name", short["key"]),
        "type": short["type"],
        "configurationArguments": short.get("config", {}),
        "arguments": short.get("args", {}),
        "metaData": short.get("meta", {}),
        "outcomes": [
            {"key": str(one["key"]), "next": one.get("next"), "arguments": one.get("args", {}),
             "metaData": {"label": one["label"]} if "label" in one else {}}
            for one in outcomes
        ],
    }  # fmt: skip


def world(case: Case, folder: Path) -> Org:
    """The world of a case, before its journey."""
    raw = case.raw
    org = Org.create(folder / "case.mctui", seed=raw.get("seed", 1))
    org.do("conformance.world", people=raw.get("people", 3), rows=raw.get("rows", []), fields=raw.get("fields", []))
    for name, arguments in raw.get("setup", []):
        org.do(name, **arguments)
    return org


def create(org: Org, case: Case) -> None:
    """Save the journey of a case as a draft."""
    raw = case.raw
    spec = worlds.journey(*map(activity, raw["activities"]), **raw.get("journey", {}))
    event = worlds.daily(times=raw["daily"]) if "daily" in raw else worlds.event_definition()
    org.do("journey.create", spec=spec, event_definition=event)


def run(org: Org, case: Case) -> None:
    """Publish and run, with what people do in between: `during` is a list of {at: 2h, do: command, with: {...}}."""
    began = org.now
    org.do("journey.publish", key="welcome")
    for act in case.raw.get("during", []):
        org.run_until(began + duration(str(act["at"])))
        org.do(act["do"], **act.get("with", {}))
    until = case.raw.get("until")
    org.run_until(None if until is None else began + duration(until))


def differences(org: Org, case: Case) -> list[str]:
    """What does not hold of what the case expects."""
    wrong = []
    expected = case.raw["expect"]
    for sql, wanted in expected.get("sql", {}).items():
        rows = [list(row) for row in org.rows(sql)]
        found: Any = rows if isinstance(wanted, list) else rows[0][0] if rows else None
        wrong += [f"{sql}: {found!r}, not {wanted!r}"] if found != wanted else []
    for split, wanted in expected.get("taken", {}).items():
        state = next(one for one in journey.canvas(org, "welcome").activities if one.key == split)
        found = {outcome.key: outcome.people for outcome in state.outcomes if outcome.people}
        wrong += [f"{split}: {found}, not {wanted}"] if found != wanted else []
    if "states" in expected:
        states = worlds.cohort_states(org)
        states.pop("split", None)
        wrong += [f"states {states}, not {expected['states']}"] if states != expected["states"] else []
    for contact, wanted in expected.get("path", {}).items():
        (visit,) = journey.visits(org, contact)
        keys = [hop.activity_key for hop in journey.path(org, visit)]
        wrong += [f"path of {contact}: {keys}, not {wanted}"] if keys != wanted else []
    titles = [step.title for step in org.steps(limit=1000)]
    for wanted in expected.get("said", []):
        wrong += [f"no step says '{wanted}': {titles}"] if not any(wanted in title for title in titles) else []
    return wrong
