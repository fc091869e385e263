"""Sending now to a list or to a sendable data extension, as the guided send of Email Studio does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store import contacts, data_extensions
from store.commands import Outcome, command
from store.data_extensions import DataExtension, quoted
from store.errors import Refused
from store.messaging.emails import Job, create_job, find_email
from store.messaging.outside import gather
from store.messaging.send import Audience, send_to_cohort

if TYPE_CHECKING:
    from store.contacts import SubscriberList
    from store.org import Org


@command("messaging.send")
def send(
    org: Org,
    *,
    email_id: int,
    to: str | int,
    publication_list: str | int = "",
    classification: str = "Commercial",
    suppression_lists: list[str | int] | None = None,
    exclude: list[str | int] | None = None,
    domain_exclusions: list[str] | None = None,
    exclusion: Mapping[str, Any] | None = None,
    name: str = "",
) -> Outcome:
    """Send an email now to a list, a group or a sendable data extension.

    A publication list goes with a data extension only. `exclude` are lists or data extensions, `exclusion` is a filter
    over the fields of the data extension, as data filters have them, of whom to leave out.
    """
    target = contacts.find_list(org, to)
    definition: dict[str, Any] = {
        "classification": classification, "suppression_lists": suppression_lists, "exclude": exclude,
        "domain_exclusions": domain_exclusions,
    }  # fmt: skip
    if target:
        if publication_list or exclusion:
            what = "publication list" if publication_list else "filter"
            raise Refused(f"A send to a list has no {what}.", fix="Send to a data extension.")
        job = _job(org, email_id, name, target.name, definition | {"list": target.list_id, "auto_add": False})
        audience = gather(org, job, *_of_list(target))
    else:
        de = data_extensions.refuse_unless_sendable(org, str(to))
        found = contacts.get_list(org, publication_list) if publication_list else None
        if found and found.kind not in (contacts.PUBLICATION, contacts.LIST):
            raise Refused(f"{found.name} is a {found.kind}.", fix="Name a publication list.")
        job = _job(org, email_id, name, de.name, definition | {"list": found.list_id if found else None})
        audience = _of_data_extension(org, job, de, exclusion)
    if not audience.size:
        raise Refused(f"Nobody is in {to}: nothing was sent.")
    sent = send_to_cohort(org, job, audience)
    org.run("DROP TABLE temp.messaging_people")
    changes = {"sent": sent.mailed, "excluded": sent.excluded, "new subscribers": sent.subscribed}
    shown = {what: count for what, count in changes.items() if count}
    return Outcome(f"{job.name}: {sent.mailed:,} sent, {sent.excluded:,} excluded", shown, "messages")


def _job(org: Org, email_id: int, name: str, target: str, definition: dict[str, Any]) -> Job:
    email = find_email(org, email_id)
    return create_job(org, email_id, name or f"{email.name if email else email_id} to {target}", definition=definition)


def _of_list(target: SubscriberList) -> tuple[str, dict[str, Any]]:
    """Everyone on a list: those who left it are excluded with their code, not forgotten."""
    people = contacts.sql_on_list(target)
    return f"SELECT contact_id, s.email_address FROM ({people}) JOIN all_subscribers s USING (contact_id)", {}


def _of_data_extension(org: Org, job: Job, de: DataExtension, exclusion: Mapping[str, Any] | None) -> Audience:
    """Everyone in a data extension: by Subscriber Key they become contacts, by address they must be subscribers.

    The address is that of its first field of the type EmailAddress. Source: domain A1, B3.
    """
    assert de.sendable_field is not None
    field, table = quoted(de.sendable_field), quoted(de.table_name)
    address = next((f"d.{quoted(one.name)}" for one in de.fields if one.type == "EmailAddress"), "NULL")
    if str(de.sendable_to).replace(" ", "").lower() == "emailaddress":
        known = f"{table} d JOIN all_subscribers k ON k.email_address = d.{field}"
    else:
        keys = f"SELECT {field} FROM {table} WHERE {field} IS NOT NULL ORDER BY _CustomObjectKey"
        contacts.establish(org, keys, source="Email Studio")
        known = f"{table} d JOIN contacts k ON k.contact_key = d.{field}"
    people = f"SELECT k.contact_id, {address} FROM {known} ORDER BY d._CustomObjectKey"
    audience = gather(org, job, people, {})
    # The job is new, so that each message is the first of its recipient and its visit the Contact ID.
    listed = ", ".join(f"d.{quoted(one.name)}" for one in de.fields)
    rows = f"SELECT k.contact_id AS visit, {listed} FROM {known}"
    compiled = data_extensions.compile_filter(org, de, exclusion) if exclusion else None
    return replace(
        audience, rows=rows, fields=de.fields, criteria=compiled.sql if compiled else "",
        params=compiled.params if compiled else {},
    )  # fmt: skip
