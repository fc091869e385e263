"""Event definitions: `KEY.event-meta.json` (older: eventDefinition), kept as they are."""

from __future__ import annotations

from typing import Any

from scenarios.projects.data_extension import field, fields_of, sendable_to
from scenarios.projects.files import Malformed, MetaFile


def parse(file: MetaFile) -> tuple[str, str, dict[str, Any]]:
    """(key, name, {raw, definition}). `definition` is the data extension of the event's own schema, or None."""
    raw = file.data
    key = str(raw.get("eventDefinitionKey") or raw.get("key") or "")
    if not key:
        raise Malformed("An event definition needs an `eventDefinitionKey`.")
    return key, str(raw.get("name") or key), {"raw": raw, "definition": schema_definition(raw)}


def schema_definition(raw: dict[str, Any]) -> dict[str, Any] | None:
    """What the product makes when an event with a schema is saved. Source: Journey Builder API, eventDefinitions."""
    schema = raw.get("schema")
    name = str(raw.get("dataExtensionName") or raw.get("r__dataExtension_key") or "").strip()
    if not isinstance(schema, dict) or not schema.get("fields") or not name:
        return None
    made: dict[str, Any] = {
        "name": name,
        "key": str(raw.get("r__dataExtension_key") or raw.get("dataExtensionId") or name),
        "fields": [field(each) for each in fields_of(schema, "fields")],
    }
    to_field = sendable_to(str(schema.get("sendableSubscriberField") or ""))
    if schema.get("sendableCustomObjectField") and to_field:
        made |= {
            "is_sendable": True,
            "sendable_field": str(schema["sendableCustomObjectField"]),
            "sendable_to": to_field,
        }
    return made
