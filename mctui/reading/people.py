"""What has happened to one contact: journeys with their path, messages and what came of them, rows with its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.views import Detail, Section

if TYPE_CHECKING:
    from store import Org
    from store.advice import NotSent
    from store.journey import Visit, Why

_KEY_TYPES = ("Text", "EmailAddress")
_ABOVE = ("System Data", "Email Data")  # attribute groups whose values stand at the top already


def journeys(org: Org, contact_key: str) -> list[Section]:
    """One section per visit to a journey, with the path."""
    from store import journey

    return [_visit(org, visit) for visit in journey.visits(org, contact_key)]


def _visit(org: Org, visit: Visit) -> Section:
    from store import clock, journey

    rows = []
    for hop in journey.path(org, visit):
        took = f"→ {_label(org, visit, hop.activity_key, hop.outcome)}" if hop.outcome else ""
        stands = "" if hop.left_at is not None else "(here)"
        rows.append((clock.system_text(hop.arrived_at)[5:16], " ".join(filter(None, [hop.name, took, stands]))))
    state = visit.state
    if visit.due_at is not None:
        state = f"inside until {clock.system_text(visit.due_at)[5:16]}"
    return Section(f"Journey {visit.journey_key} v{visit.version}: {state}", tuple(rows))


def _label(org: Org, visit: Visit, activity_key: str, outcome: str) -> str:
    from store import journey

    spec = journey.current(org, visit.journey_key, visit.version).spec.activities[activity_key]
    return next((way.label for way in spec.branches if way.key == outcome and way.label), outcome)


def received(org: Org, contact_key: str) -> list[Section]:
    """One section per message, what happened to it below; of one that was not sent what kept it."""
    from store import advice, clock, journey

    kept = {(one.job_id, one.at): one for one in advice.not_sent(org, contact_key)}
    sections = []
    for message in journey.messages(org, contact_key):
        at = clock.system_text(message.sent_at)[5:16]
        if message.excluded_code is not None:
            rows = _not_sent(kept[message.job_id, message.sent_at], at)
        else:
            came = [
                (clock.system_text(when)[5:16], f"{kind} {detail}".strip()) for kind, when, detail in message.events
            ]
            rows = ((at, "sent"), *came)
        sections.append(Section(f"Email {message.email}: {message.subject}", rows))
    return sections


def _not_sent(one: NotSent, at: str) -> tuple[tuple[str, object], ...]:
    """Why a message was not sent, and what would have to change."""
    from store import clock

    rows: list[tuple[str, object]] = [(at, f"not sent: {one.reason} ({one.code})"), ("", one.says)]
    if one.since is not None:
        rows.append(("since", f"{clock.system_text(one.since)} system"))
    rows += [("because", one.because)] if one.because else []
    rows += [("to change it", one.change)] if one.change else []
    return tuple(rows)


def subscriptions(org: Org, contact_key: str) -> list[Section]:
    """The lists of a contact and the levels at which it has opted out, with what that keeps away; and who would leave
    it out now."""
    from store import advice, clock

    rows = []
    for one in advice.subscriptions(org, contact_key):
        since = f"{clock.system_text(one.since)[5:16]} " if one.since is not None else ""
        because = f"{since}{one.because}".strip()
        keeps = f"; not: {one.keeps_from}" if one.keeps_from else ""
        rows.append((one.level, f"{one.name}: {one.status}", f"{because}{keeps}".removeprefix("; ")))
    names: dict[str, list[str]] = {}
    for missed in advice.would_be_left_out(org, contact_key):
        names.setdefault(missed.says, []).append(missed.name)
    now = tuple((", ".join(dict.fromkeys(jobs)), says) for says, jobs in names.items())
    sections = [Section("Lists and subscriptions", tuple(rows)), Section("Left out if sent now", now)]
    return [section for section in sections if section.rows]


def rows(org: Org, contact_key: str) -> list[Section]:
    """The contact's rows by attribute group, then those of data extensions that are not linked and have this key."""
    from store import contacts
    from store.errors import OrgError

    try:
        linked = contacts.designer.linked_rows(org, contact_key)
    except OrgError:
        return _unlinked_rows(org, contact_key, set())  # not in All Contacts yet
    sections = []
    for one in (each for each in linked if each.group not in _ABOVE):
        for number, row in enumerate(one.rows, start=1):
            which = f" ({number} of {one.count:,})" if one.count > 1 else ""
            pairs = tuple((name, value) for name, value in zip(one.columns, row, strict=True))
            sections.append(Section(f"{one.group}: {one.attribute_set}{which}", pairs))
    return sections + _unlinked_rows(org, contact_key, {one.attribute_set for one in linked})


def _unlinked_rows(org: Org, contact_key: str, linked: set[str]) -> list[Section]:
    """Rows of other data extensions whose key field holds this Contact Key."""
    from store import data_extensions

    sections = []
    for de in data_extensions.all_definitions(org):
        key = de.sendable_field or next(iter(de.primary_key), None)
        if key is None or de.name in linked or de.field(key).type not in _KEY_TYPES:
            continue
        table, column = data_extensions.quoted(de.table_name), data_extensions.quoted(de.field(key).name)
        for row in org.rows(f"SELECT * FROM {table} WHERE {column} = ? LIMIT 3", contact_key):
            pairs = tuple((field.name, row[field.name]) for field in de.fields)
            sections.append(Section(f"Row of {de.name} (not linked)", pairs))
    return sections


def events(org: Org, contact_key: str) -> int:
    """How many things have happened to a contact: stands in journeys, messages and their events, CRM changes."""
    from store import crm, journey
    from store.errors import OrgError

    try:
        stands = sum(len(journey.path(org, visit)) for visit in journey.visits(org, contact_key))
        mail = sum(1 + len(message.events) for message in journey.messages(org, contact_key))
    except OrgError:
        stands = mail = 0  # not in All Contacts yet
    try:
        changes = len(crm.record(org, contact_key).history)
    except OrgError:
        changes = 0
    return stands + mail + changes


def why(org: Org, contact_key: str) -> Detail:
    """Each decision about a contact: rule, values read, what the CRM said; and each message that was not sent to it."""
    from store import advice, clock, journey

    found = [
        (decision.at, _decision(org, contact_key, visit, decision))
        for visit in journey.visits(org, contact_key)
        for decision in journey.decisions(org, visit)
    ]
    for one in advice.not_sent(org, contact_key):
        shown = Section(f"{one.name} → not sent", _not_sent(one, f"{clock.system_text(one.at)[5:16]}"))
        found.append((one.at, shown))
    sections = [section for _, section in sorted(found, key=lambda pair: pair[0])]
    if not sections:
        paths = journeys(org, contact_key)
        hint = (("", "n steps on; N runs to its next event"),)
        nothing = Section("No split has decided about this contact yet", hint)
        sections = [nothing, *paths]
    return Detail(f"Why · {contact_key}", tuple(sections))


def _decision(org: Org, contact_key: str, visit: Visit, why: Why) -> Section:
    from store import clock

    rows: list[tuple[str, object] | tuple[str, object, str]] = [
        ("at", f"{clock.system_text(why.at)} system"),
        ("rule", why.decision.rule + (" (forced by hand)" if why.forced else "")),
    ]
    for read in why.decision.read:
        then = _crm_then(org, contact_key, read.name, why.at, read.value)
        rows.append((read.name, read.value, f"from {read.source}{then}"))
    entered = clock.system_text(visit.entered_at)
    rows.append(("journey data", f"a snapshot of {entered[:16]} system"))
    return Section(f"{why.name} → {why.label or why.outcome}", tuple(rows))


def _crm_then(org: Org, contact_key: str, name: str, at: int, value: object) -> str:
    """What the CRM said of a field of that name at that moment, if it said something else."""
    from store import crm
    from store.errors import OrgError

    try:
        record = crm.record(org, contact_key)
        then = crm.value_at(org, record.object, record.row_id, name.rpartition(".")[2], at)
    except OrgError:
        return ""  # no such record, or no field of that name
    return "" if str(then) == str(value) else f"; the CRM said {then}"
