"""Journeys: `KEY.journey-meta.json` (older: interaction), kept as they are; and a single journey in a file."""

from __future__ import annotations

import json
from typing import Any

from scenarios.projects.files import Malformed, MetaFile
from store.errors import Unreadable


def parse(file: MetaFile) -> tuple[str, str, dict[str, Any]]:
    """(key, name, {raw}). Raises Malformed."""
    raw = file.data
    key = str(raw.get("key") or raw.get("id") or "")
    if not key:
        raise Malformed("A journey needs a `key`.")
    return key, str(raw.get("name") or key), {"raw": raw}


def emails(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """The emails that a journey sends: {id, key, name, subject}; `id` is None where only a name or key is given."""
    found = []
    for activity in raw.get("activities") or []:
        if not isinstance(activity, dict) or str(activity.get("type")).upper() != "EMAILV2":
            continue
        configuration = activity.get("configurationArguments")
        send = configuration.get("triggeredSend") if isinstance(configuration, dict) else None
        if not isinstance(send, dict):
            continue
        number = str(send.get("emailId") or "")
        name = send.get("r__asset_name_readOnly") or send.get("r__email_name") or activity.get("name")
        found.append({
            "id": int(number) if number.isdecimal() else None,
            "key": str(send.get("r__asset_key") or ""),
            "name": str(name or send.get("emailSubject") or ""),
            "subject": str(send.get("emailSubject") or ""),
        })  # fmt: skip
    return found


def from_text(text: str, where: str) -> dict[str, Any]:
    """The journey in a text: JSON, or JSON as a value in JavaScript. Raises Unreadable saying why there is none."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        data = _in_script(text)
        if data is None:
            place = f"{where}:{error.lineno}:{error.colno}"
            raise Unreadable(f"This is not JSON: {error.msg}.", where=place) from error
    except RecursionError:
        raise Unreadable("This JSON is nested too deeply.", where=where) from None
    if isinstance(data, dict) and "activities" in data:
        return data
    cause = "A journey is an object with `key`, `triggers` and `activities`."
    if isinstance(data, dict) and isinstance(data.get("items"), list):
        cause = f"It is a list of {len(data['items'])} entries as the API answers it. {cause}"
    fix = "`mctui crm FILE import` takes sObject trees."
    raise Unreadable("This is JSON, but no journey.", cause=cause, fix=fix, where=where)


def _in_script(text: str) -> dict[str, Any] | None:
    """The first object with `activities` that is assigned to a name."""
    decoder, at = json.JSONDecoder(), 0
    while (at := text.find("{", at)) >= 0:
        assigned = text[:at].rstrip().endswith("=")
        try:
            value, end = decoder.raw_decode(text, at) if assigned else (None, at + 1)
        except (json.JSONDecodeError, RecursionError):
            value, end = None, at + 1
        if isinstance(value, dict) and "activities" in value:
            return value
        at = end
    return None
