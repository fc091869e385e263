"""Data extensions: `KEY.dataExtension-meta.json` as a definition.

Source: SOAP API, DataExtension and DataExtensionField; mcdev adds `r__folder_Path`, `c__retentionPolicy` and others.
"""

from __future__ import annotations

import re
from typing import Any

from scenarios.projects.files import Malformed, MetaFile
from scenarios.projects.paths import folder_of

_TYPES = {
    name.lower(): name for name in ("Text", "Number", "Date", "Boolean", "EmailAddress", "Phone", "Decimal", "Locale")
} | {"email": "EmailAddress", "string": "Text"}  # events write Email
_SENDABLE_TO = {
    "subscriber key": "Subscriber Key", "_subscriberkey": "Subscriber Key",
    "email address": "Email Address", "_emailaddress": "Email Address", "emailaddress": "Email Address",
}  # fmt: skip
# Source: domain B4. Older versions of mcdev misspell the first.
_POLICIES = {
    "individialrecords": "individual_records", "individualrecords": "individual_records",
    "allrecords": "all_records", "allrecordsanddataextension": "all_records_and_data_extension",
}  # fmt: skip
_UNITS = {"3": "days", "4": "weeks", "5": "months", "6": "years"}  # source: domain B4


def parse(file: MetaFile) -> tuple[str, str, dict[str, Any]]:
    """(key, name, {definition, synchronized, shared, notes}). Raises Malformed."""
    data = file.data
    name = str(data.get("Name") or data.get("name") or "").strip()
    key = str(data.get("CustomerKey") or data.get("key") or name)
    if not name:
        raise Malformed("A data extension needs a `Name`.")
    notes: list[str] = []
    definition: dict[str, Any] = {
        "name": name,
        "key": key,
        "folder": folder_of(data),
        "description": str(data.get("Description") or ""),
        "fields": [field(raw) for raw in fields_of(data, "Fields")],
        **_send_relationship(data, notes),
    }
    if named := str(data.get("r__dataExtensionTemplate_Name") or "").strip():
        definition["template"] = named
    retention = _retention(data, notes)
    if retention:
        definition["retention"] = retention
    kind = str(data.get("r__folder_ContentType") or "").lower()
    where = {"synchronized": kind.startswith("synchronized"), "shared": kind.startswith("shared")}
    return key, name, {"definition": definition, **where, "notes": notes}


def fields_of(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The list of fields, also when a single one stands alone as SOAP has it. Raises Malformed."""
    fields = data.get(name) or []
    if isinstance(fields, dict):
        fields = fields.get("Field", [fields])
    if not isinstance(fields, list) or not all(isinstance(each, dict) for each in fields):
        raise Malformed(f"`{name}` is not a list of fields.")
    return fields


def field(raw: dict[str, Any]) -> dict[str, Any]:
    """One field as definition.py of the data extensions takes it. Raises Malformed."""
    raw = {key[:1].upper() + key[1:]: value for key, value in raw.items()}  # events write the names in small letters
    name = str(raw.get("Name") or "").strip()
    written = str(raw.get("FieldType") or raw.get("DataType") or "Text")
    kind = _TYPES.get(written.lower())
    if not name:
        raise Malformed("A field has no `Name`.")
    if kind is None:
        raise Malformed(f"Field {name}: the type '{written}' is not known.")
    is_key = _true(raw.get("IsPrimaryKey"))
    required = _true(raw.get("IsRequired")) or str(raw.get("IsNullable", "")).lower() == "false"
    found: dict[str, Any] = {"name": name, "type": kind, "is_primary_key": is_key}
    found["is_nullable"] = not (required or is_key)
    length = _whole(raw.get("MaxLength"))
    if kind == "Text":
        found["length"] = length or None
    elif kind == "Decimal" and length:
        found |= {"precision": length, "scale": _whole(raw.get("Scale")) or 0}
    default = raw.get("DefaultValue")
    if default not in (None, ""):
        found["default"] = default if isinstance(default, bool) or kind != "Text" else str(default)
    return found


def sendable_to(name: str) -> str | None:
    """`_SubscriberKey` -> `Subscriber Key`; None for anything that a send relationship cannot have."""
    return _SENDABLE_TO.get(name.strip().lower())


def _send_relationship(data: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    if not _true(data.get("IsSendable")):
        return {}
    from_field = _name_in(data.get("SendableDataExtensionField"))
    to_field = _name_in(data.get("SendableSubscriberField")) or "Subscriber Key"
    if not from_field or not sendable_to(to_field):
        notes.append(f"It is sendable by '{from_field or 'no field'}' to '{to_field}': made not sendable.")
        return {}
    return {
        "is_sendable": True,
        "is_testable": _true(data.get("IsTestable")),
        "sendable_field": from_field,
        "sendable_to": sendable_to(to_field),
    }


def _retention(data: dict[str, Any], notes: list[str]) -> dict[str, Any] | None:
    """The retention policy, from mcdev's own words or from the flags of the API."""
    until = _day(str(data.get("c__retainUntil") or data.get("RetainUntil") or ""))
    policy = _POLICIES.get(str(data.get("c__retentionPolicy") or "none").lower())
    if policy is None and _true(data.get("RowBasedRetention")):
        policy = "individual_records"
    elif policy is None and until:
        policy = "all_records" if _true(data.get("DeleteAtEndOfRetentionPeriod")) else "all_records_and_data_extension"
    if policy is None:
        return None
    length = _whole(data.get("DataRetentionPeriodLength"))
    written = data.get("c__dataRetentionPeriodUnitOfMeasure") or data.get("DataRetentionPeriodUnitOfMeasure")
    unit = _UNITS.get(str(written), f"{str(written or 'days').lower().rstrip('s')}s")
    found: dict[str, Any] = {"policy": policy}
    if until and policy != "individual_records":
        found["until"] = until
    elif length:
        found |= {"period": length, "unit": unit}
    else:
        notes.append("Its retention has no period and no day: made without.")
        return None
    if _true(data.get("ResetRetentionPeriodOnImport")):
        found["reset_on_import"] = True
    return found


def _day(text: str) -> str | None:
    """`5/9/2024 12:00:00 AM` or `2024-5-9` as `2024-05-09`; None for no day."""
    if found := re.match(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})", text):
        month, day, year = found.groups()
    elif found := re.match(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})", text):
        year, month, day = found.groups()
    else:
        return None
    return f"{year}-{int(month):02}-{int(day):02}"


def _name_in(value: Any) -> str:
    """The name in `{"Name": ...}`, or the value itself where it is a text."""
    if isinstance(value, dict):
        value = value.get("Name") or value.get("name")
    return str(value or "").strip()


def _true(value: Any) -> bool:
    return value is True or str(value).strip().lower() == "true"


def _whole(value: Any) -> int | None:
    """A whole number that may be written as text; None for anything else."""
    text = str(value).strip()
    return int(text) if text.isdecimal() else None
