"""Firing an entry event from outside: what is asked of the data, where it is kept, and what the caller is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store import contacts, data_extensions
from store.assumptions import assume
from store.clock import system_text
from store.data_extensions import DataExtension, Field, Stored, Unfit
from store.errors import Refused
from store.journey.arrivals import Definition, arrive, instance_id

if TYPE_CHECKING:
    from store.org import Org

INSTANCE = "eventinstanceid"  # reserved: what a payload has there is replaced; source: SFD:postEvent
_ANSWERS_400 = "The API answers 400"

assume(
    "event_of_an_existing_key",
    "updated",
    ("updated", "refused"),
    "What an entry event does whose data has a primary key that the event's data extension has already: its row is"
    " updated and the contact enters with the new data, or the event is refused",
    "general knowledge, no page found",
)


def fire(org: Org, found: Definition, contact_key: str, data: Mapping[str, Any]) -> str:
    """Take an event from outside: checked, kept as a row of its data extension, on its way in. Returns its instance id.

    Raises Refused as the API refuses: a missing or overlong Contact Key, a field that the data extension does not have,
    a value that does not fit. Source: SFD:postEvent, SFD:how-to-fire-an-event.
    """
    refuse_bad_key(contact_key)
    if contacts.deletion.is_suppressed(org, contact_key):
        raise Refused(
            f"The contact {contact_key} is not active: it is being deleted.",
            cause=f"{_ANSWERS_400} for a contact that is not active.",
            fix="When the suppression period is over, the same key makes a new contact.",
        )
    de = data_extensions.get(org, found.event.data_extension)
    given = dict(data)
    if de.sendable_field and not any(name.lower() == de.sendable_field.lower() for name in given):
        given[de.sendable_field] = contact_key  # the field of the send relationship holds the Contact Key
    values = typed(org, de.name, de.fields, given)
    number = arrive(org, found, contact_key, values)
    instance = instance_id(org, number)
    if found.event.logs_data:
        _keep_row(org, de, values | {name: instance for name in values if name.lower() == INSTANCE})
    return instance


def refuse_bad_key(contact_key: str) -> None:
    """Raises Refused for what cannot be a Contact Key."""
    if not contact_key.strip():
        raise Refused("The event has no ContactKey.", cause=f"{_ANSWERS_400}: a required parameter is missing.")
    if len(contact_key) > contacts.MAX_KEY_LENGTH:
        raise Refused(
            f"The ContactKey has {len(contact_key)} characters; {contacts.MAX_KEY_LENGTH} is the most.",
            cause=f"{_ANSWERS_400}.",
        )


def typed(org: Org, de_name: str, fields: Sequence[Field], data: Mapping[str, Any]) -> dict[str, Stored]:
    """The values of an event by field name, as a data extension stores them, with defaults for what is missing.

    Raises Refused naming the field that is not there, is required, or does not take its value.
    """
    by_name = {field.name.lower(): field for field in fields}
    values: dict[str, Stored] = {}
    for name, value in data.items():
        field = by_name.get(name.strip().lower())
        if field is None:
            known = ", ".join(each.name for each in fields)
            raise Refused(
                f"The entry event has a field '{name}' that its data extension {de_name} does not have.",
                cause=f"{_ANSWERS_400}: every field of the data must be in the event's data extension.",
                fix=f"It has {known}.",
            )
        values[field.name] = _converted(field, value)
    for field in fields:
        if field.name not in values and field.default_value is not None:
            is_now = field.default_value.lower().replace(" ", "").startswith("getdate")
            values[field.name] = system_text(org.now) if is_now else _converted(field, field.default_value)
        if values.get(field.name) is None and not field.is_nullable and field.name.lower() != INSTANCE:
            raise Refused(
                f"The entry event has no value for the required field '{field.name}' of {de_name}.",
                cause=f"{_ANSWERS_400}: data validation.",
            )
        values.setdefault(field.name, None)
    return values


def _converted(field: Field, value: Any) -> Stored:
    try:
        return data_extensions.convert(field, value)
    except Unfit as error:
        raise Refused(
            f"The value of '{field.name}' does not fit: {error}", cause=f"{_ANSWERS_400}: data validation."
        ) from None


def _keep_row(org: Org, de: DataExtension, values: Mapping[str, Stored]) -> None:
    """The event as a row of its data extension. Source: domain E1."""
    whole_key = de.primary_key and all(values.get(name) is not None for name in de.primary_key)
    if whole_key and org.assumption("event_of_an_existing_key") == "updated":
        data_extensions.upsert(org, de, [values])
    else:
        data_extensions.insert(org, de, [values])
