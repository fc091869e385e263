"""Automations: `KEY.automation-meta.json`, its schedule and its steps."""

from __future__ import annotations

from typing import Any

from scenarios.projects.files import Malformed, MetaFile
from scenarios.projects.recurrence import schedule_of
from store.connect import SALESFORCE_SEND, SALESFORCE_TEXT

# Source: domain E9, activity object types; the ids of files that were written for the API.
_TYPES = {
    "42": "emailSend", "43": "importFile", "45": "refreshGroup", "53": "fileTransfer", "73": "dataExtract",
    "300": "query", "303": "filter", "423": "script", "425": "dataFactoryUtility", "467": "wait",
    "749": "fireEvent", "771": SALESFORCE_SEND, "772": SALESFORCE_TEXT, "952": "journeyEntry",
    "1000": "verification",
}  # fmt: skip


def parse(file: MetaFile) -> tuple[str, str, dict[str, Any]]:
    """(key, name, {description, status, schedule, steps, notes}). Raises Malformed.

    `steps` is a list of steps, each a list of {type, key, name} as written: `query`, `importFile`, `wait`, ...
    """
    data = file.data
    name = str(data.get("name") or data.get("key") or "").strip()
    if not name:
        raise Malformed("An automation needs a `name`.")
    steps = data.get("steps") or []
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise Malformed("`steps` is not a list of steps.")
    notes: list[str] = []
    if data.get("fileTrigger"):
        notes.append("It starts when a file arrives, which is not simulated: start it by hand.")
    body = {
        "description": str(data.get("description") or ""),
        "status": str(data.get("status") or ""),
        "schedule": schedule_of(data.get("schedule"), notes),
        "steps": [[_activity(each) for each in _activities(step)] for step in steps],
        "notes": notes,
    }
    return str(data.get("key") or name), name, body


def _activities(step: dict[str, Any]) -> list[dict[str, Any]]:
    found = step.get("activities") or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Malformed("`activities` is not a list of activities.")
    return found


def _activity(raw: dict[str, Any]) -> dict[str, str]:
    key = str(raw.get("r__key") or raw.get("key") or "")
    name = str(raw.get("name") or raw.get("r__name") or key).strip()
    kind = raw.get("r__type") or raw.get("type") or _TYPES.get(str(raw.get("objectTypeId")), "activity")
    return {"type": str(kind), "key": key, "name": name}
