"""Every reason for which a send leaves people out, each with a SELECT of whom; the first that holds is the one said.

A reason is a function that is registered; nobody is looked at for lists that a send does not name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units, contacts, data_extensions
from store.assumptions import assume
from store.contacts import ALL_SUBSCRIBERS_LIST
from store.data_extensions import DataExtension, quoted
from store.messaging.exclusions.auto_suppression import ADDRESS, applying
from store.messaging.exclusions.codes import (
    DELETED,
    DOMAIN,
    GLOBALLY,
    HELD,
    INVALID_ADDRESS,
    LIST_DETECTIVE,
    MISSING_ADDRESS,
    NOT_IN_ALL_SUBSCRIBERS,
    OPTED_OUT,
    SUPPRESSED,
    UNSUBSCRIBED,
)
from store.messaging.exclusions.named import Named

if TYPE_CHECKING:
    from store.messaging.emails import Job
    from store.org import Org

LISTS_FIRST, STATUS_FIRST = "lists first", "status first"
assume(
    "exclusion_order",
    LISTS_FIRST,
    (LISTS_FIRST, STATUS_FIRST),
    "Which reason is said of somebody whom a send leaves out for several: exclusion lists, suppression, domains, List"
    " Detective and criteria before the subscriber's status and opt-outs, or the other way round",
    "domain G: the components are documented, their order is not",
)
assume(
    "exclusion_list_code",
    SUPPRESSED,
    (SUPPRESSED, 15),
    "The send log error code of those whom an exclusion list or exclusion criteria leave out",
    "domain G: the table of codes has none for them",
)
assume(
    "suppression_lists_of_transactional_sends",
    True,
    (True, False),
    "Whether a transactional send obeys the suppression lists that it names; auto-suppression says for itself which"
    " sends it is for",
    "no page found; the Transactional Messaging API has no suppression lists at all",
)


@dataclass(frozen=True)
class Asked:
    """Of whom it is asked, for which job.

    `people` is a SELECT of (visit, contact_id), `standing` one of (visit, status, email_address) over all of them that
    are not plainly active with a sendable address, `criteria` one of the visits that exclusion criteria leave out. The
    status is that of All Subscribers, or `unsubscribed here`: from the business unit that sends, and from it alone.
    """

    org: Org
    job: Job
    named: Named
    people: str
    standing: str
    criteria: str = ""


@dataclass(frozen=True)
class Reason:
    """A code and a SELECT of the visits that it is about; `cause` names the list or data extension, if it was one."""

    code: int
    sql: str
    cause: str = ""


Finder = Callable[[Asked], Iterator[Reason]]
_GONE, _BEFORE, _STATUS = "gone", "before", "status"
_finders: dict[str, list[Finder]] = {_GONE: [], _BEFORE: [], _STATUS: []}


def _reason(group: str) -> Callable[[Finder], Finder]:
    def register(finder: Finder) -> Finder:
        _finders[group].append(finder)
        return finder

    return register


def reasons(asked: Asked) -> list[Reason]:
    """All that may hold, in the order in which the first one counts."""
    groups = (_GONE, _BEFORE, _STATUS)
    if asked.org.assumption("exclusion_order") == STATUS_FIRST:
        groups = (_GONE, _STATUS, _BEFORE)
    return [reason for group in groups for finder in _finders[group] for reason in finder(asked)]


def sql_first_reason(found: list[Reason]) -> str:
    """A SELECT of (visit, nr): the first of the reasons that holds for each who is left out, by its place."""
    parts = [f"SELECT visit, {nr} AS nr FROM ({reason.sql})" for nr, reason in enumerate(found)]
    return f"SELECT visit, min(nr) AS nr FROM ({' UNION ALL '.join(parts)}) GROUP BY visit"


@_reason(_GONE)
def _deleted(asked: Asked) -> Iterator[Reason]:
    """Whoever is being deleted is not there for anything else. Source: domain A5, error 40."""
    if contacts.deletion.any_suppressed(asked.org):
        yield Reason(DELETED, f"SELECT x.visit FROM ({asked.standing}) x WHERE x.status = 'deleted'")


# ---- before the status, in the order of domain G


def _among(asked: Asked, listed: str) -> str:
    """The visits of those whom a SELECT of contact_id names. A join: each is looked up by the list's key."""
    return f"SELECT p.visit FROM ({asked.people}) p JOIN ({listed}) l ON l.contact_id = p.contact_id"


@_reason(_BEFORE)
def _exclusion_lists(asked: Asked) -> Iterator[Reason]:
    """By Subscriber Key, whatever their status there. Source: SFH:mc_es_exclusion_list."""
    code = int(asked.org.assumption("exclusion_list_code"))
    for list_id in asked.named.exclusion_lists:
        found = contacts.list_by_id(asked.org, list_id)
        if found:
            yield Reason(code, _among(asked, contacts.sql_on_list(found)), f"exclusion list {found.name}")
    for de_id in asked.named.exclusions:
        de = data_extensions.find_by_id(asked.org, de_id)
        if de:
            yield Reason(code, _in_data_extension(asked, de), f"exclusion {de.path}")


def _in_data_extension(asked: Asked, de: DataExtension) -> str:
    """The visits of whoever has a row in a sendable data extension."""
    assert de.sendable_field is not None
    rows = f"SELECT {quoted(de.sendable_field)} FROM {quoted(de.table_name)}"
    if str(de.sendable_to).replace(" ", "").lower() == "emailaddress":
        return f"""SELECT p.visit FROM ({asked.people}) p JOIN all_subscribers s ON s.contact_id = p.contact_id
                    WHERE s.email_address IN ({rows})"""
    return f"""SELECT p.visit FROM ({asked.people}) p JOIN contacts k ON k.contact_id = p.contact_id
                WHERE k.contact_key IN ({rows})"""


@_reason(_BEFORE)
def _suppression_lists(asked: Asked) -> Iterator[Reason]:
    """Those that the send names, by Subscriber Key: who is unsubscribed there. Source: SFH:000389759."""
    if not asked.job.suppresses:
        return
    if asked.job.is_transactional and not asked.org.assumption("suppression_lists_of_transactional_sends"):
        return
    for list_id in asked.named.suppression_lists:
        found = contacts.list_by_id(asked.org, list_id)
        if found:
            yield Reason(SUPPRESSED, _among(asked, contacts.sql_opted_out(list_id)), f"suppression list {found.name}")


@_reason(_BEFORE)
def _auto_suppression(asked: Asked) -> Iterator[Reason]:
    """The lists whose context the send is in, by address. Source: SFD:suppressionlistdefinition, SFH:000389759."""
    if not asked.job.suppresses:
        return
    for de, said in applying(asked.org, asked.job):
        sql = f"""SELECT p.visit FROM ({asked.people}) p JOIN all_subscribers s ON s.contact_id = p.contact_id
                   WHERE s.email_address IN (SELECT {quoted(ADDRESS)} FROM {quoted(de.table_name)})"""
        yield Reason(SUPPRESSED, sql, f"auto-suppression {de.path} ({said})")


@_reason(_BEFORE)
def _domains(asked: Asked) -> Iterator[Reason]:
    """The domain behind the @, as it is written there. Source: domain B3, the template DomainExclusion."""
    for de_id in asked.named.domain_exclusions:
        de = data_extensions.find_by_id(asked.org, de_id)
        if de:
            domain = "substr(s.email_address, instr(s.email_address, '@') + 1) COLLATE NOCASE"
            sql = f"""SELECT p.visit FROM ({asked.people}) p JOIN all_subscribers s ON s.contact_id = p.contact_id
                       WHERE {domain} IN (SELECT ltrim(trim("Domain"), '@') FROM {quoted(de.table_name)})"""
            yield Reason(DOMAIN, sql, f"domain exclusion {de.path}")


@_reason(_BEFORE)
def _list_detective(asked: Asked) -> Iterator[Reason]:
    """Global unsubscribes are in its database, and are told apart here. Source: SFH:000221426."""
    everywhere = contacts.sql_globally_unsubscribed(asked.org, "x.email_address")
    if everywhere:
        yield Reason(LIST_DETECTIVE, f"SELECT x.visit FROM ({asked.standing}) x WHERE {everywhere}", GLOBALLY)
    code = contacts.sql_address_code(asked.org, "x.email_address")
    yield Reason(LIST_DETECTIVE, f"SELECT x.visit FROM ({asked.standing}) x WHERE {code} = {LIST_DETECTIVE}")


@_reason(_BEFORE)
def _criteria(asked: Asked) -> Iterator[Reason]:
    if asked.criteria and asked.job.suppresses:
        yield Reason(int(asked.org.assumption("exclusion_list_code")), asked.criteria, "exclusion criteria")


# ---- the subscriber's status, and opt-outs


@_reason(_STATUS)
def _status(asked: Asked) -> Iterator[Reason]:
    """Active and bounced are mailed, held never, unsubscribed by transactional sends only. Source: SFH:005228040."""
    missing = MISSING_ADDRESS if asked.job.auto_add else NOT_IN_ALL_SUBSCRIBERS
    standing = f"SELECT x.visit FROM ({asked.standing}) x WHERE"
    yield Reason(missing, f"{standing} x.status IS NULL")
    yield Reason(HELD, f"{standing} x.status = 'held'")
    if not asked.job.is_transactional:
        yield Reason(UNSUBSCRIBED, f"{standing} x.status = 'unsubscribed'")
        unit = business_units.get(asked.org, asked.job.mid).name
        yield Reason(UNSUBSCRIBED, f"{standing} x.status = 'unsubscribed here'", f"business unit {unit}")
    code = contacts.sql_address_code(asked.org, "x.email_address")
    yield Reason(INVALID_ADDRESS, f"{standing} {code} = {INVALID_ADDRESS}")


@_reason(_STATUS)
def _list_opt_outs(asked: Asked) -> Iterator[Reason]:
    """Who is unsubscribed from the publication list, or from the list that is sent to. Source: domain A3, level 1.

    A transactional send honours it only when its classification says so. Source: SFD:sendclassification.
    """
    found = contacts.list_by_id(asked.org, asked.named.list_id)
    if found is None or found.list_id == ALL_SUBSCRIBERS_LIST:
        return
    if asked.job.is_transactional and not asked.job.honors_opt_outs:
        return
    # source: SFD:senddefinitionlisttypeenum, an opt-out list is a publication list
    code = OPTED_OUT if found.kind == contacts.PUBLICATION else UNSUBSCRIBED
    yield Reason(code, _among(asked, contacts.sql_opted_out(found.list_id)), f"{found.kind.lower()} {found.name}")
