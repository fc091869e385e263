"""What a contact deletion would do, in words: its two phases, what is blocked meanwhile, what it reaches and leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mctui.views import Choice, Detail, Planned, Section

if TYPE_CHECKING:
    from store import Org
    from store.contacts.deletion import Deletion, DeletionPlan

LISTED = 5  # places of one kind that are named
FILTERED = 1000  # contacts that are deleted by a filter at most: they are named in the step
INSIDE, SYNCHRONIZED = "contacts inside journeys", "rows of Synchronized Data Extensions"


def planned(org: Org, arguments: dict[str, Any]) -> Planned:
    """The plan of a deletion by the arguments of contacts.delete, to be read and confirmed. Raises Refused."""
    from store import clock
    from store.contacts import deletion

    plan = deletion.deletion_plan(org, **arguments)
    keys = arguments.get("contact_keys") or []
    of = arguments.get("data_extension") or ("All Subscribers" if arguments.get("all_subscribers") else "")
    whom = f"contact {keys[0]}" if len(keys) == 1 else f"{plan.contacts:,} contacts{f' of {of}' if of else ''}"
    first, second = clock.system_text(plan.suppress_at), clock.system_text(plan.delete_at)
    sections = [
        Section(f"Phase 1, {first} system: suppressed", _text(meanwhile(org, plan))),
        Section(f"Phase 2, {second} system at the earliest: deleted", _gone(plan)),
        Section("Stays", tuple(_counts(plan, plan.kept)) or (("", "nothing else has their keys"),)),
        Section("Afterwards", _text(afterwards(plan))),
    ]
    if waiting := tuple(_said(one) for one in deletion.deletions(org) if one.status in ("Queued", "Suppressed")):
        sections.insert(0, Section("The queue works on one deletion at a time", waiting))
    also = {**arguments, "delete_data_extension": True} if arguments.get("data_extension") else None
    return Planned(
        Detail(f"Delete {whom}", tuple(sections)), "contacts.delete", arguments, f"Delete {whom}?", "DELETE",
        "Marketing Cloud cannot take it back once it is started. Here b steps back, also after phase 2.",
        also, "with the data extension",
    )  # fmt: skip


def _text(lines: Iterator[str]) -> tuple[tuple[str, object], ...]:
    return tuple(("-", line) for line in lines)


def operations(org: Org) -> Detail:
    """All deletions, the newest first, each with its phases and what it reached."""
    from store.contacts import deletion

    found = deletion.deletions(org)
    sections = []
    for one in found:
        reached = tuple((f"{count:,}", name) for name, count in one.reached.items())
        sections.append(Section("", (_said(one), *reached)))
    nobody = Section("", (("", "No contact was deleted; x deletes the one under the cursor, X several."),))
    return Detail("Contact deletions", tuple(sections) or (nobody,))


def _said(one: Deletion) -> tuple[str, object]:
    from store import clock

    whom = (
        f"{one.contacts:,} {'contact' if one.contacts == 1 else 'contacts'}{f' of {one.list_key}' * bool(one.list_key)}"
    )
    if one.status == "Failed":
        state = f"failed, {one.problem}; contacts.retry_deletion gives it to the queue again"
    elif one.status == "Suppressed" and one.delete_at is not None:
        state = f"suppressed, deleted on {clock.system_text(one.delete_at)} system or as soon as the queue is free"
    elif one.finished_at is not None:
        state = f"{one.status.lower()} on {clock.system_text(one.finished_at)} system"
    else:
        state = f"{one.status.lower()} since {clock.system_text(one.requested_at)} system"
    return (str(one.operation_id), f"{whom}: {state}")


def _gone(plan: DeletionPlan) -> tuple[tuple[str, object], ...]:
    people = (
        "contact, whose Contact ID never comes again" if plan.contacts == 1 else "contacts, whose ids never come again"
    )
    return ((f"{plan.contacts:,}", people), *_counts(plan, plan.deleted))


def _counts(plan: DeletionPlan, counted: dict[str, int]) -> Iterator[tuple[str, object]]:
    for name, count in counted.items():
        where = [f"{place} {rows:,}" for place, rows in plan.places.get(name, {}).items()]
        more = f", and {len(where) - LISTED} more" if len(where) > LISTED else ""
        yield f"{count:,}", f"{name}{': ' if where else ''}{', '.join(where[:LISTED])}{more}"


def meanwhile(org: Org, plan: DeletionPlan) -> Iterator[str]:
    """What holds from phase 1 to phase 2. Source: domain A5; SFH:000390787."""
    yield "hidden in All Contacts and All Subscribers, left out by queries and filters over sendable data extensions"
    yield "sent nothing: sends, triggered sends, journeys and mobile messages leave them out (send log code 40)"
    yield "let into no journey; their keys cannot come again by imports, sends or entry events"
    if inside := plan.deleted.get(INSIDE):
        yield f"{inside:,} stand inside journeys and stay there, unmailed, until phase 2 ejects them"
    yield "billed until phase 2" if plan.billed_meanwhile else "billed no more"
    if plan.kept.get(SYNCHRONIZED):
        becomes = org.assumption("record_of_a_suppressed_contact")
        yield f"a CRM record of theirs that MC Connect reads then becomes {becomes}"


def afterwards(plan: DeletionPlan) -> Iterator[str]:
    """What is so when they are gone. Source: domain A5; TH:follow-best-practices-for-deleting-contacts."""
    yield "the same key is a new contact without history: active again, also who had opted out"
    yield "sends and journeys keep their counts; nobody can say any more who it was"
    if plan.kept.get(SYNCHRONIZED):
        yield "the CRM keeps its records: a change or a refresh of them makes contacts again, who are billed again"


def whom(org: Org, filter_text: str) -> tuple[Choice, ...]:
    """Whom a person can delete at once: what the filter finds, sendable data extensions, the list All Subscribers."""
    from store import contacts, data_extensions

    choices = []
    count = contacts.count(org, filter_text) if filter_text else 0
    if 0 < count <= FILTERED:
        keys = [row.contact_key for row in contacts.page(org, limit=count, filter_text=filter_text)]
        choices.append(_choice({"contact_keys": keys}, f"filter /{filter_text}", count, "what All Contacts shows now"))
    for de in data_extensions.all_definitions(org):
        if de.is_sendable and not de.is_synchronized and (rows := data_extensions.count(org, de.path)):
            choices.append(_choice({"data_extension": de.path}, de.path, rows, f"by {de.sendable_field}"))
    if subscribers := sum(contacts.by_status(org).values()):
        choices.append(_choice({"all_subscribers": True}, "All Subscribers", subscribers, "the list"))
    return tuple(choices)


def _choice(arguments: dict[str, Any], name: str, rows: int, by: str) -> Choice:
    return Choice(json.dumps(arguments), (name, f"{rows:,}", by))
