"""Making the automations of a project: queries and journey entries run, all else is a step that is known by name."""

from __future__ import annotations

from typing import Any

from scenarios.projects.content import Item
from scenarios.projects.naming import Import
from store import connect
from store.automation import JOURNEY_ENTRIES, UNSIMULATED
from store.clock import SYSTEM_OFFSET, parse
from store.commands import run_command
from store.errors import Refused


def make_automation(run: Import, item: Item) -> None:
    """One automation with its schedule. Raises Refused."""
    body, key = item["body"], item["key"]
    for note in body["notes"]:
        run.note(note)
    named: list[str] = []
    steps = [[_activity(run, item["unit"], each, named) for each in step] for step in body["steps"]]
    if named:
        shown = ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
        run.note(f"{len(named)} of its activities are kept by name and do nothing: {shown}.")
    made: dict[str, Any] = {
        "name": item["name"], "key": key, "description": body["description"],
        "steps": [step for step in steps if step], "schedule": _schedule(run, body),
    }  # fmt: skip
    try:
        run_command(run.org, "automation.create", made)
    except Refused as error:
        if made["schedule"] is None:
            raise
        run.note(f"Made without its schedule. {error.message}")
        made["schedule"] = None
        run_command(run.org, "automation.create", made)
    if made["schedule"] and body["status"].lower().startswith("paused"):
        run_command(run.org, "automation.pause", {"key": key})


def _activity(run: Import, unit: str, raw: dict[str, str], named: list[str]) -> dict[str, str]:
    """A query of the project by its key here, a journey entry by its event, or a step by name."""
    if raw["type"].lower() == "query":
        for word in (raw["key"], raw["name"]):
            if word and (found := run.queries.get((unit, word.lower()))):
                return {"type": "query", "key": found}
    if raw["type"] in JOURNEY_ENTRIES and (raw["key"] or raw["name"]):  # by what names its entry event
        return {"type": raw["type"], "key": raw["key"] or raw["name"]}
    if raw["type"] in (connect.SALESFORCE_SEND, connect.SALESFORCE_TEXT):  # what is sent to whom is in no project
        known = (one for one in connect.saved_sends(run.org) if one.kind == raw["type"])
        saved = {word.lower() for one in known for word in (one.path, one.name)}
        if found := next((word for word in (raw["key"], raw["name"]) if word.lower() in saved), None):
            return {"type": raw["type"], "key": found}
    title = f"{raw['type']} {raw['name'] or raw['key']}".strip()
    named.append(f"{title} (not in the project)" if raw["type"].lower() == "query" else title)
    return {"type": UNSIMULATED, "key": title}


def _schedule(run: Import, body: dict[str, Any]) -> dict[str, Any] | None:
    """The schedule of an automation that runs by itself, unless it is over."""
    written, status = body["schedule"], body["status"].lower()
    if written is None or not status.startswith(("scheduled", "paused", "running")):
        return None
    if written["last"] and parse(written["last"]) - SYSTEM_OFFSET < run.org.now:
        run.note(f"Its schedule was over on {written['last']} (system time): start it by hand.")
        return None
    if parse(written["first"]) - SYSTEM_OFFSET > run.org.now:
        run.note(f"Its schedule begins on {written['first']} (system time); here it begins at once.")
    return {name: written[name] for name in ("every", "interval", "at")}
