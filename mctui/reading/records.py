"""One record whole, put together from every room that knows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mctui.reading.memo import fields_of
from mctui.views import Detail, Section

if TYPE_CHECKING:
    from store import Org
    from store.crm import Field, WholeRecord

HISTORY = 12  # changes of a CRM record that are listed


def record(org: Org, kind: str, key: str) -> Detail:
    """One record whole: kind is contact, crm, de, row, activity, or designer for a line of Data Designer."""
    if kind == "contact":
        return contact(org, key)
    if kind == "crm":
        return crm_record(org, key.rpartition("/")[2])
    if kind == "row":
        return _row(key)
    if kind == "designer":
        from mctui.reading import data_designer

        return data_designer.detail(org, *key.split("/", 1)) or Detail("Contact")
    if kind == "de":
        from mctui.reading import data_extensions
        from mctui.views import Focus

        return data_extensions.read(org, Focus(de=key, part="schema"))[1] or Detail(key)
    if kind == "activity":
        from mctui.reading import journey_canvas

        return journey_canvas.record(org, *json.loads(key))
    raise AssertionError(f"no record of kind {kind}")


def _row(key: str) -> Detail:
    given = json.loads(key)
    return Detail(f"Row of {given['of']}", (Section("", tuple(given["row"].items())),))


def contact_in_short(org: Org, key: str) -> Detail | None:
    """What the inspector says of a contact; None when there is no such contact in this state of the world."""
    from mctui.reading import people
    from store import contacts
    from store.errors import OrgError

    try:
        found = contacts.contact(org, key)
    except OrgError:
        return None
    sections = [_keys(found), *people.journeys(org, key), *people.received(org, key)]
    return Detail(f"Contact {found.contact_key}", tuple(sections))


def _keys(found: object) -> Section:
    from store import clock
    from store.contacts import STATUS_NAMES, Contact

    assert isinstance(found, Contact)
    rows: list[tuple[str, object]] = [
        ("Contact Key", found.contact_key),
        ("Contact ID", found.contact_id),
        ("source", found.source),
        ("since", f"{clock.system_text(found.created_at)} system"),
    ]
    subscription = found.subscription
    if subscription is None:
        return Section("", (*rows, ("subscriber", "not in All Subscribers")))
    rows += [("Subscriber ID", subscription.subscriber_id), ("email", subscription.email_address),
             ("status", STATUS_NAMES[subscription.status])]  # fmt: skip
    if subscription.date_unsubscribed is not None:
        reason = subscription.unsubscribe_reason or ""
        rows.append(("unsubscribed", f"{clock.system_text(subscription.date_unsubscribed)} system {reason}".strip()))
    if subscription.bounce_count:
        rows.append(("bounces", f"{subscription.bounce_count}, {subscription.bounce_run} in a row"))
    return Section("", tuple(rows))


def contact(org: Org, key: str) -> Detail:
    """A contact whole: keys, subscriber, journeys with path, messages, data extension rows, the CRM record beside."""
    from mctui.reading import people
    from store import contacts

    found = contacts.contact(org, key)
    sections = [
        _keys(found),
        *people.subscriptions(org, key),
        *people.journeys(org, key),
        *people.received(org, key),
        *people.rows(org, key),
        *_beside(org, found.contact_key),
    ]
    return Detail(f"Contact {found.contact_key}", tuple(sections))


def _beside(org: Org, key: str) -> list[Section]:
    from mctui.reading import sync_monitor
    from store import connect, crm
    from store.errors import OrgError

    try:
        whole = crm.record(org, key)
    except OrgError:
        return [Section("CRM", (("record", "none of this key"),))]
    try:
        both = sync_monitor.compared(connect.compare(org, whole.object, key)).sections
    except OrgError:
        both = ()
    return [Section(f"CRM {whole.object} {whole.name}", ()), *both, *_history(whole)]


def crm_record(org: Org, record_id: str) -> Detail:
    """A CRM record with its fields, its history, and Marketing Cloud's side where it is synchronized."""
    from store import clock, crm

    whole = crm.record(org, record_id)
    fields = fields_of(org, whole.object)
    filled = tuple(
        (name, crm.shown(fields[name], value)) for name, value in whole.values.items() if value not in (None, "")
    )
    empty = ", ".join(name for name, value in whole.values.items() if value in (None, ""))
    state = (("state", "in the recycle bin" if whole.deleted else "live"),
             ("since", f"{clock.system_text(whole.arrived_at)} system"))  # fmt: skip
    rest = (Section("Empty", (("", empty),)),) if empty else ()
    sections = (Section("", state), *_believed(org, whole), *_history(whole), Section("Fields", filled), *rest)
    return Detail(f"{whole.object} {whole.name} · {whole.id}", sections)


def _believed(org: Org, whole: WholeRecord) -> list[Section]:
    """What Marketing Cloud has of the record: when it read it, when it will again, and what it has wrong till then."""
    from store import clock, connect

    page = connect.record_page(org, whole.id)
    if not page.synchronized:
        return [Section("Marketing Cloud", (("", page.why),))]
    read_at = f"{clock.system_text(page.read_at)} system" if page.read_at is not None else "never"
    coming = page.why
    if page.next_read_at is not None:
        wait = clock.span(max(page.next_read_at - org.now, 0))
        coming = f"{clock.system_text(page.next_read_at)} system, in {wait}"
    head = Section("Marketing Cloud", (("read", read_at), ("next reading", coming)))
    if page.read_at is None:
        return [head]
    fields = fields_of(org, whole.object)
    until = f"until {clock.system_text(page.next_read_at)[11:16]}" if page.next_read_at is not None else "for good"
    differing = tuple(
        (line.name, crm_text(fields[line.name], line.crm), f"Marketing Cloud: {_said(line.mc)}, {until}")
        for line in page.stale
    )
    hidden = tuple((line.name, crm_text(fields[line.name], line.crm)) for line in page.fields if line.state == "hidden")
    unseen = [Section("Not seen by the integration user", hidden)] if hidden else []
    return [head, *([Section("Not known to Marketing Cloud yet", differing)] if differing else []), *unseen]


def crm_text(field: Field, value: object) -> str:
    """A CRM value as a person reads it."""
    from store import crm

    return crm.shown(field, value)  # type: ignore[arg-type]


def _history(whole: WholeRecord) -> list[Section]:
    from store import clock

    shown = tuple(
        (clock.system_text(change.at)[5:16], f"{change.field}: {_said(change.old)} → {_said(change.new)}")
        for change in whole.history[:HISTORY]
        if change.field not in ("SystemModstamp", "LastModifiedDate")
    )
    return [Section("Changed in the CRM", shown)] if shown else []


def _said(value: object) -> str:
    return "∅" if value is None else str(value)
