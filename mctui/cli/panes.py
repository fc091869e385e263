"""What `mctui show FILE PANE` can show: one function per pane, registered under its path.

`contact/KEY` is registered as `contact/`: the part after the slash is the function's argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from store import Org, clock
from store.errors import Refused, did_you_mean


@dataclass(frozen=True)
class Section:
    """A table (or a text) of a pane; `name` is its key in JSON, `empty` what to say when there are no rows."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    empty: str = ""
    text: str = ""
    data: Any = field(default=None)

    def as_dicts(self) -> Any:
        """For JSON: the data as it is, or one object per row."""
        return self.data if self.data is not None else [dict(zip(self.headers, row, strict=True)) for row in self.rows]


Reader = Callable[[Org, str, int], list[Section]]
_PANES: dict[str, Reader] = {}


def pane(path: str) -> Callable[[Reader], Reader]:
    """Register a reader of (org, argument, limit)."""

    def register(reader: Reader) -> Reader:
        _PANES[path] = reader
        return reader

    return register


def read(org: Org, path: str, limit: int) -> list[Section]:
    """The sections of a pane. Raises Refused for an unknown one."""
    head, slash, argument = path.partition("/")
    reader = _PANES.get(head + slash)
    if reader is None or (slash and not argument):
        known = [name + "NAME" if name.endswith("/") else name for name in _PANES]
        fix = did_you_mean(head, [name.rstrip("/") for name in _PANES]) or f"There are: {', '.join(known)}."
        raise Refused(f"There is no pane '{path}'.", fix=fix)
    return reader(org, argument, limit)


def moment(at: int | None) -> str:
    return "" if at is None else clock.system_text(at)


def table(name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]], empty: str = "") -> Section:
    return Section(name, headers, list(rows), empty)


def _facts(name: str, facts: dict[str, Any]) -> Section:
    return Section(name, ("what", "value"), list(facts.items()), data=facts)


@pane("contacts")
def contacts(org: Org, _: str, limit: int) -> list[Section]:
    """All Contacts."""
    from store import contacts as room

    rows = [
        (c.contact_id, c.contact_key, c.email_address, c.status, c.source, moment(c.created_at))
        for c in room.page(org, limit=limit)
    ]
    headers = ("contact_id", "contact_key", "email_address", "status", "source", "created")
    return [table("contacts", headers, rows, "No contacts yet: synchronize, import or send.")]


@pane("contact/")
def contact(org: Org, key: str, limit: int) -> list[Section]:
    """One contact whole."""
    from mctui.cli import left_out_panes as left_out
    from store import advice, journey
    from store import contacts as room

    found = room.contact(org, advice.contact_key(org, key))
    facts: dict[str, Any] = {
        "contact_key": found.contact_key, "contact_id": found.contact_id, "source": found.source,
        "created": moment(found.created_at),
    }  # fmt: skip
    if found.subscription:
        joined = found.subscription
        facts |= {
            "subscriber_id": joined.subscriber_id, "email_address": joined.email_address, "status": joined.status,
            "joined": moment(joined.date_joined), "bounces": joined.bounce_count,
        }  # fmt: skip
    paths = [
        (visit.journey_key, hop.name, moment(hop.arrived_at), moment(hop.left_at), hop.outcome)
        for visit in journey.visits(org, found.contact_key)
        for hop in journey.path(org, visit)
    ]
    messages = [
        (moment(m.sent_at), m.email, m.subject, m.excluded_code, "; ".join(f"{e[0]} {moment(e[1])}" for e in m.events))
        for m in journey.messages(org, found.contact_key)
    ]
    linked = [
        (one.group, one.attribute_set, one.count, "; ".join(f"{c} {v}" for c, v in zip(one.columns, row, strict=True)
                                                            if v is not None))
        for one in room.designer.linked_rows(org, found.contact_key, limit)
        for row in one.rows
    ]  # fmt: skip
    return [
        _facts("contact", facts),
        table("attribute_groups", ("group", "attribute_set", "rows", "row"), linked, "No linked row."),
        table("path", ("journey", "activity", "arrived", "left", "outcome"), paths, "In no journey yet."),
        table("messages", ("sent", "email", "subject", "excluded", "events"), messages, "Nothing was sent yet."),
        *left_out.of_contact(org, found.contact_key),
    ]


@pane("de")
def data_extensions(org: Org, _: str, limit: int) -> list[Section]:
    """All data extensions."""
    from store import data_extensions as room

    rows = [(d.name, d.folder, d.kind, d.rows, "yes" if d.is_sendable else "no") for d in room.summaries(org)]
    return [table("data_extensions", ("name", "folder", "kind", "rows", "sendable"), rows[:limit])]


@pane("de-templates")
def de_templates(org: Org, _: str, limit: int) -> list[Section]:
    """The templates that a data extension can be created from."""
    from store import data_extensions as room

    rows = [(t.name, ", ".join(field["name"] for field in t.fields), t.about) for t in room.templates()]
    return [table("templates", ("template", "fields", "for"), rows)]


@pane("de/")
def data_extension(org: Org, name: str, limit: int) -> list[Section]:
    """Fields and rows of one."""
    from store import data_extensions as room

    de = room.get(org, name)
    shared = [(one.unit, one.mid, "read, write" if one.can_write else "read") for one in room.shares(org, de)]
    fields = [
        (f.name, f.type, f.length, f.scale, "yes" if f.is_primary_key else "", "yes" if f.is_nullable else "no")
        for f in de.fields
    ]
    page = room.page(org, de.path, limit=limit)
    return [
        table("fields", ("name", "type", "length", "scale", "primary_key", "nullable"), fields),
        table("rows", page.columns, page.rows, "No rows."),
        _facts("properties", room.properties(org, de)),
        *([table("shared_with", ("business_unit", "mid", "may"), shared)] if shared else []),
    ]


@pane("imports")
def imports(org: Org, _: str, limit: int) -> list[Section]:
    """The last imports into data extensions, and the files of Enhanced FTP."""
    from store import automation
    from store import data_extensions as room

    rows = [
        (i.import_id, moment(i.at), i.de, i.file, i.mode, i.read, i.inserted, i.updated, i.rejected)
        for i in room.import_runs(org, limit)
    ]
    headers = ("import", "at", "data_extension", "file", "mode", "read", "added", "updated", "rejected")
    there = [(f.unit, f.folder, f.name, f.size, moment(f.put_at)) for f in automation.files(org)]
    return [
        table("imports", headers, rows, "Nothing has been imported yet."),
        table("enhanced_ftp", ("business_unit", "folder", "file", "bytes", "put"), there, "No files."),
    ]


@pane("imports/")
def import_run(org: Org, number: str, limit: int) -> list[Section]:
    """The rows that one import rejected."""
    from store import data_extensions as room

    if not number.isdecimal():
        raise Refused(f"'{number}' is not the number of an import.", fix="`mctui show FILE imports` lists them.")
    rows = [(e.line, e.column, e.value, e.why, ", ".join(e.cells)) for e in room.import_errors(org, int(number), limit)]
    return [table("rejected", ("line", "column", "value", "why", "row"), rows, "No row was rejected.")]


@pane("business-units")
def business_units(org: Org, _: str, limit: int) -> list[Section]:
    """The enterprise and its business units, with what each has."""
    from store import advice
    from store import business_units as room

    names = {unit.mid: unit.name for unit in room.units(org)}
    has = advice.things_of_units(org)
    rows = [
        (u.mid, u.name, names.get(u.parent_mid or 0, ""), u.unsubscribe, *(has[u.mid][what] for what in advice.THINGS))
        for u in room.units(org)
    ]
    headers = ("mid", "name", "parent", "unsubscribe", *advice.THINGS)
    return [table("business_units", headers, rows)]


@pane("data-views")
def data_views(org: Org, _: str, limit: int) -> list[Section]:
    """Every data view: what fills it or why it is empty, who sees what, how long it is kept."""
    from store import data_extensions as room

    rows = [
        (v.name, v.columns, v.rows, "yes" if v.filled else "no", v.why, v.scope, v.kept)
        for v in room.view_statuses(org)
    ]
    headers = ("name", "columns", "rows", "filled", "why", "seen_by", "kept")
    return [table("data_views", headers, rows)]


@pane("data-views/")
def data_view(org: Org, name: str, limit: int) -> list[Section]:
    """The columns of one data view and its rows."""
    from store import data_extensions as room
    from store import query

    found = next((view for view in room.data_views() if view.lower() == name.lower()), None)
    if found is None:
        fix = did_you_mean(name, room.data_views()) or "`mctui show FILE data-views` lists them."
        raise Refused(f"There is no data view '{name}'.", fix=fix)
    status = next(view for view in room.view_statuses(org) if view.name == found)
    fields = [(f.name, f.type, f.length, "yes" if f.is_nullable else "no") for f in room.data_views()[found]]
    columns, rows = query.preview(org, f"SELECT TOP {limit} * FROM {found}")
    return [
        table("columns", ("name", "type", "length", "nullable"), fields),
        table("rows", columns, rows, f"No rows. {status.why[0].upper()}{status.why[1:]}."),
    ]


@pane("history/")
def history(org: Org, name: str, limit: int) -> list[Section]:
    """What has written to a data extension, the latest first."""
    from store import advice

    rows = [(each.k, moment(each.at), each.kind, each.title) for each in advice.written(org, name, limit)]
    return [table("history", ("step", "at", "kind", "title"), rows, "Nothing has written to it yet.")]


@pane("runs")
def runs(org: Org, _: str, limit: int) -> list[Section]:
    """The runs of query activities: rows in and out, and why one failed."""
    from store import query

    rows = [
        (run.k, moment(run.at), run.name or "(not saved)", run.target, "ok" if run.ok else "failed", run.selected,
         run.inserted, run.updated, run.removed, run.message)
        for run in query.runs(org, limit=limit)
    ]  # fmt: skip
    headers = ("step", "at", "query", "target", "result", "in", "new", "updated", "removed", "why")
    return [table("runs", headers, rows, "No query has run yet.")]


@pane("crm")
def crm_objects(org: Org, _: str, limit: int) -> list[Section]:
    """The objects of the CRM."""
    from store import crm

    rows = [(o.name, o.label, o.key_prefix, o.fields, o.live, o.deleted) for o in crm.objects(org)]
    return [table("objects", ("object", "label", "key_prefix", "fields", "records", "deleted"), rows)]


@pane("crm/")
def crm_records(org: Org, path: str, limit: int) -> list[Section]:
    """Records of an object, or one record with its history (`crm/Contact/003...`)."""
    from store import connect, crm

    name, _, record_id = path.partition("/")
    if not record_id:
        found = crm.records(org, name, limit=limit)
        columns = [column for column in (found[0].values if found else ()) if any(r.values[column] for r in found)]
        return [table("records", columns, [[r.values[c] for c in columns] for r in found], f"No {name} yet.")]
    whole = crm.record(org, crm.resolve(org, record_id).id)
    history = [(moment(c.at), c.field, c.old, c.new) for c in whole.history]
    page = connect.record_page(org, whole.id)
    sides = [(line.name, line.crm, line.mc, line.state) for line in page.fields if line.state != "not_synchronized"]
    when = {
        "read_at": moment(page.read_at), "next_reading": moment(page.next_read_at), "why": page.why,
        "stale": ", ".join(line.name for line in page.stale),
    }  # fmt: skip
    return [
        _facts("record", {name: value for name, value in whole.values.items() if value is not None}),
        _facts("marketing_cloud", when),
        table("both_sides", ("field", "crm", "marketing_cloud", "state"), sides, "Not synchronized."),
        table("history", ("at", "field", "old", "new"), history, "Never changed."),
    ]


@pane("queries")
def queries(org: Org, _: str, limit: int) -> list[Section]:
    """SQL Query Activities."""
    from store import query

    rows = [(q.path, q.name, q.target, q.action, ", ".join(q.sources)) for q in query.queries(org)]
    return [table("queries", ("key", "name", "target", "action", "reads"), rows, "No query activities.")]


@pane("automations")
def automations(org: Org, _: str, limit: int) -> list[Section]:
    """Automations and their last runs."""
    from store import automation

    rows = [
        (a.path, a.status, clock.span(a.every_seconds) if a.every_seconds else "",
         " > ".join(", ".join(key for _, key in step) for step in a.steps))
        for a in (automation.find(org, key) for key in automation.names(org))
    ]  # fmt: skip
    runs = [(moment(i.started_at), i.automation, i.status, i.error) for i in automation.instances(org, limit)]
    return [
        table("automations", ("key", "status", "every", "steps"), rows, "No automations."),
        table("runs", ("started", "automation", "status", "error"), runs, "None has run yet."),
    ]


@pane("journeys")
def journeys(org: Org, _: str, limit: int) -> list[Section]:
    """All journeys with their population."""
    from store import journey

    rows = [
        (j.key, j.name, j.version, j.status, *(getattr(j.balance, name) for name in _BALANCE), moment(j.next_due_at))
        for j in journey.journeys(org)
    ]
    headers = ("key", "name", "version", "status", *_BALANCE, "next_due")
    return [table("journeys", headers, rows, "No journeys.")]


_HISTORY = 20  # rows of history in the view of a journey
_BALANCE = ("entered", "inside", "completed", "exited", "ejected", "goal", "rejected", "queued")


@pane("journey/")
def journey_canvas(org: Org, key: str, limit: int) -> list[Section]:
    """The activities of one journey with their counts, whom its messages left out, and what its check says."""
    from mctui.cli import left_out_panes as left_out
    from store import journey

    canvas = journey.canvas(org, key)
    rows = [
        (a.key, a.type, a.name, a.inside, a.through, moment(a.next_due_at),
         ", ".join(f"{o.label or o.key} {o.people}" for o in a.outcomes) if a.is_split else "", a.explanation)
        for a in canvas.activities
    ]  # fmt: skip
    facts = {"key": canvas.key, "name": canvas.name, "version": canvas.version, "status": canvas.status}
    facts |= {"entry_source": canvas.entry_source} | {name: getattr(canvas.balance, name) for name in _BALANCE}
    goal = journey.goal(org, key)
    if goal is not None:
        target = "" if goal.target is None else f" of {goal.target:g}{' %' if goal.unit == 'percentage' else ''}"
        facts["met_goal"] = f"{goal.met} ({goal.performance:.1f} %){target}"
        facts["met_exit_criteria"] = goal.met_exit_criteria
    headers = ("key", "type", "name", "inside", "through", "next_due", "outcomes", "what_it_does")
    problems = [(p.severity, p.activity_key, p.message) for p in journey.check(org, key)]
    versions = [
        (v.number, v.status, moment(v.published_at), *(getattr(v.balance, name) for name in _BALANCE))
        for v in journey.version_rows(org, key)
    ]
    happened = [
        (moment(h.at), h.contact_key, h.version, h.activity_name, h.status, h.message)
        for h in journey.history(org, key, limit=min(limit, _HISTORY))
    ]
    history_headers = ("at", "contact", "version", "activity", "status", "message")
    return [
        _facts("journey", facts),
        table("versions", ("version", "status", "published", *_BALANCE), versions),
        table("activities", headers, rows),
        left_out.of_journey(org, key),
        table("check", ("severity", "activity", "message"), problems, "Nothing to say against it."),
        table("history", history_headers, happened, "Nobody came yet."),
    ]
