"""What leaves one subscriber out of sends besides statuses and opt-outs: suppression lists, domain exclusions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import contacts, data_extensions
from store.data_extensions import quoted
from store.messaging.exclusions.auto_suppression import ADDRESS, auto_suppressions
from store.messaging.exclusions.named import DOMAIN_TEMPLATE, jobs_that_name

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Suppressing:
    """One list that has a subscriber; `sends` are the contexts, or the sends that name it: none means that it does
    nothing. `since` is UTC seconds, of a suppression list only."""

    kind: str
    name: str
    since: int | None
    sends: tuple[str, ...]


def suppressing(org: Org, contact_id: int) -> list[Suppressing]:
    """The suppression lists, auto-suppression lists and domain exclusions that a subscriber is on now."""
    lists = [
        Suppressing("Suppression List", one.list.name, one.joined_at, jobs_that_name(org, one.list.list_id))
        for one in contacts.lists_of(org, contact_id)
        if one.list.kind == contacts.SUPPRESSION
    ]
    address = org.value("SELECT email_address FROM all_subscribers WHERE contact_id = ?", contact_id)
    return lists if address is None else [*lists, *_automatic(org, address), *_domains(org, address)]


def _automatic(org: Org, address: str) -> list[Suppressing]:
    found = []
    for one in auto_suppressions(org):
        table = quoted(one.de.table_name)
        if org.value(f"SELECT 1 FROM {table} WHERE {quoted(ADDRESS)} = ? COLLATE NOCASE LIMIT 1", address):
            contexts = tuple(
                f"{context} {value}".strip() + f", {sends} sends" for context, value, sends in one.contexts
            )
            found.append(Suppressing("Auto-Suppression", one.de.path, None, contexts))
    return found


def _domains(org: Org, address: str) -> list[Suppressing]:
    domain = address.partition("@")[2]
    found = []
    for de in data_extensions.all_definitions(org):
        if de.template != DOMAIN_TEMPLATE:
            continue
        sql = f"""SELECT 1 FROM {quoted(de.table_name)} WHERE ltrim(trim("Domain"), '@') = ? COLLATE NOCASE LIMIT 1"""
        if org.value(sql, domain):
            named = jobs_that_name(org, de.de_id, "domain exclusion")
            found.append(Suppressing("Domain Exclusion", de.path, None, named))
    return found
