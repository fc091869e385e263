"""The journey canvas: the graph of a version, and what is going on in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mctui.canvas.draw import CanvasState, NodeState
from mctui.canvas.graph import Edge, Node
from mctui.reading import drafting
from mctui.reading.drafting import END, ENTRY
from mctui.reading.memo import remembered
from mctui.views import Detail, Focus, JourneyView, Section

if TYPE_CHECKING:
    from store import Org
    from store.journey import ActivityState, Canvas, Finding

LISTED = 200  # Contact Keys of those who stand at an activity


def read(org: Org, focus: Focus) -> tuple[JourneyView, Detail | None]:
    """The journey that is chosen, else the first, and the activity under the cursor."""
    from store import journey

    keys = tuple(row["key"] for row in org.rows("SELECT key FROM journeys ORDER BY name COLLATE NOCASE, key"))
    if not keys:
        return JourneyView(), None
    chosen = focus.journey if focus.journey in keys else keys[0]
    there = {row.number for row in journey.version_rows(org, chosen)} if focus.version else set()
    canvas = journey.canvas(org, chosen, focus.version if focus.version in there else None)
    nodes, edges = _graph(canvas)
    found = findings(org, canvas.key, canvas.version) if canvas.status == "Draft" else ()
    view = JourneyView(
        chosen, canvas.name, _caption(canvas, found), keys, canvas.version, canvas.status, nodes, edges,
        _state(org, canvas, focus, found),
    )  # fmt: skip
    at = focus.activity if focus.activity in {node.key for node in nodes} else nodes[0].key
    if focus.json:
        return view, json_of(org, canvas.key, canvas.version, at)
    return view, _detail(org, canvas, at, found)


def findings(org: Org, key: str, version: int) -> tuple[Finding, ...]:
    """What publishing would say about a version; read again after each step, since the account around it changes."""
    from store import journey

    return remembered(org, "findings", (key, version, org.k), lambda: tuple(journey.check(org, key, version)))


def _caption(canvas: Canvas, found: tuple[Finding, ...]) -> str:
    held = canvas.balance
    counts = (("entered", held.entered), ("inside", held.inside), ("completed", held.completed),
              ("exited", held.exited), ("ejected", held.ejected), ("rejected", held.rejected),
              ("queued", held.queued))  # fmt: skip
    said = [f"{count:,} {name}" for name, count in counts if count or name in ("entered", "inside")]
    if canvas.status == "Draft":
        grave = sum(finding.severity == "error" for finding in found)
        slight = len(found) - grave
        said = [f"{grave} error{'s' * (grave != 1)}", f"{slight} warning{'s' * (slight != 1)}"]
    return " · ".join([f"v{canvas.version} {canvas.status}", *said])


def _graph(canvas: Canvas) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Activities between an entry and an end node, which Journey Builder draws and its JSON has no activities for.

    What a path names but the journey has not, and a path back to its own activity, lead to a node that says so.
    """
    nodes = [Node(ENTRY, "ENTRY", "Entry", (canvas.entry_source,) if canvas.entry_source else ())]
    there = {one.key for one in canvas.activities}
    lost: dict[str, Node] = {}

    def target(source: str, to: str | None) -> str:
        if to is None or (to in there and to != source):
            return to or END
        says = "leads to itself" if to == source else "is not there"
        return lost.setdefault(f"({to}?)", Node(f"({to}?)", "DATA.MISSING", to, (says,))).key

    edges = [Edge(ENTRY, target(ENTRY, canvas.start_key), "", "start")]
    for one in canvas.activities:
        nodes.append(Node(one.key, one.type, one.name or one.label, (one.label,)))
        edges += [
            Edge(one.key, target(one.key, way.next), way.label or (way.key if one.is_split else ""), way.key)
            for way in one.outcomes
        ]
        if not one.outcomes:
            edges.append(Edge(one.key, END, "", "end"))
    return (*nodes, *lost.values(), Node(END, "END", "End")), tuple(edges)


def _state(org: Org, canvas: Canvas, focus: Focus, found: tuple[Finding, ...]) -> CanvasState:
    from store import clock

    states: dict[str, NodeState] = {}
    taken: dict[tuple[str, str], int] = {}
    moving = set()
    for one in canvas.activities:
        due = clock.system_text(one.next_due_at)[5:16] if one.inside and one.next_due_at is not None else ""
        states[one.key] = NodeState(one.inside, one.through, due, (canvas.key, one.key) in focus.breakpoints)
        taken |= {(one.key, way.key): way.people for way in one.outcomes}
        if one.arrived:
            moving.add(one.key)
    held = canvas.balance
    states[ENTRY] = NodeState(held.queued, held.entered, "", (canvas.key, ENTRY) in focus.breakpoints)
    states[END] = NodeState(0, held.completed)
    if _completed_now(org, canvas.key):
        moving.add(END)
    taken[ENTRY, "start"] = held.entered
    wrong: dict[str, str] = {}
    for finding in found:  # errors come first
        wrong.setdefault(finding.activity_key or ENTRY, finding.severity)
    return CanvasState(states, taken, frozenset(moving), _path(org, canvas, focus.followed), wrong=wrong)


def _completed_now(org: Org, key: str) -> bool:
    """Whether the last step took somebody of this journey to its end."""
    sql = "SELECT 1 FROM steps WHERE k = ? AND subject = ? AND changes ->> '$.completed' > 0"
    return org.value(sql, org.k, f"journey/{key}") is not None


def _path(org: Org, canvas: Canvas, followed: str) -> tuple[str, ...]:
    from store import journey
    from store.errors import OrgError

    if not followed:
        return ()
    try:
        found = [visit for visit in journey.visits(org, followed, canvas.key) if visit.version == canvas.version]
    except OrgError:
        return ()  # nobody of that key in this state of the world
    if not found:
        return ()
    went = [hop.activity_key for hop in journey.path(org, found[-1])]
    return (ENTRY, *went, *([END] if found[-1].state == "completed" else []))


# ---- the inspector


def record(org: Org, journey_key: str, version: int, key: str, as_json: bool) -> Detail:
    """One activity whole: what it does, its settings, who waits there and until when; or the journey's whole JSON."""
    from store import clock, journey

    if as_json:
        return json_of(org, journey_key, version)
    canvas = journey.canvas(org, journey_key, version)
    shown = _detail(org, canvas, key, findings(org, journey_key, version))
    if key not in {one.key for one in canvas.activities}:
        return shown
    settings = tuple((path, json.dumps(value, ensure_ascii=False)) for path, value in
                     drafting.settings(journey.current(org, journey_key, version), key))  # fmt: skip
    due = tuple((clock.system_text(at), f"{people:,}") for at, people in journey.due(org, journey_key, key, version))
    standing = journey.inside(org, journey_key, key, version=version, limit=LISTED)
    more = (Section("Settings", settings), Section("Leave at (system)", due),
            Section("Standing here", tuple(("", contact) for contact in standing)))  # fmt: skip
    return Detail(shown.title, (*shown.sections, *(section for section in more if section.rows)))


def json_of(org: Org, journey_key: str, version: int, key: str = "") -> Detail:
    """The public JSON: of an activity, at the entry its trigger, at the end the rest; all of it without a key."""
    from store import journey

    spec = journey.current(org, journey_key, version).spec
    rest = {name: value for name, value in spec.raw.items() if name not in ("activities", "triggers")}
    activities = {name: one.raw for name, one in spec.activities.items()}
    parts: dict[str, object] = {"": spec.raw, ENTRY: spec.trigger, END: rest, **activities}
    lines = json.dumps(parts.get(key), indent=2, ensure_ascii=False).split("\n")
    names = {"": spec.name, ENTRY: "entry", END: "settings of the journey"}
    return Detail(f"JSON: {names.get(key, key)}", (Section("", tuple(("", line) for line in lines)),))


def _detail(org: Org, canvas: Canvas, key: str, found: tuple[Finding, ...]) -> Detail:
    """What the inspector says; the findings about a node come first."""
    shown = _about(org, canvas, key)
    here = [one for one in found if (one.activity_key or ENTRY) == key]
    if not here:
        return shown
    said = tuple((f"{one.severity} {one.code}".rstrip(), one.message) for one in here)
    return Detail(shown.title, (Section("Validation", said), *shown.sections))


def _about(org: Org, canvas: Canvas, key: str) -> Detail:
    held = canvas.balance
    if key == ENTRY:
        rows = [("entry source", canvas.entry_source), ("entered", f"{held.entered:,}"),
                ("rejected", f"{held.rejected:,}")]  # fmt: skip
        rows += [("queued", f"{held.queued:,}")] if held.queued else []
        rows += [("per hour", f"{canvas.entries_per_hour:,} at most")] if canvas.entries_per_hour else []
        return Detail(f"{canvas.name}: entry", (Section("", tuple(rows)),))
    if key == END:
        ends = (("completed", held.completed), ("exited", held.exited), ("ejected", held.ejected), ("goal", held.goal))
        return Detail(f"{canvas.name}: end", (Section("", tuple((name, f"{count:,}") for name, count in ends)),))
    one = next((state for state in canvas.activities if state.key == key), None)
    if one is None:
        says = (("error", "A path of the journey leads here; t connects it to an activity that is there."),)
        return Detail(f"{key}: no activity of this journey", (Section("", says),))
    return Detail(f"{one.label}: {one.name}", (*_sections(org, canvas, one), *_so_far(org, canvas, one.key)))


def _sections(org: Org, canvas: Canvas, one: ActivityState) -> list[Section]:
    from store import clock

    rows: list[tuple[str, object]] = [("does", one.explanation), ("here now", f"{one.inside:,}")]
    if one.inside and one.next_due_at is not None:
        rows.append(("next leave", f"{clock.system_text(one.next_due_at)} system"))
    rows.append(("came so far", f"{one.through:,}"))
    if one.arrived:
        rows.append(("this step", f"{one.arrived:,} came"))
    sections = [Section("", (*rows, ("key", one.key)))]
    if one.is_split:
        total = sum(way.people for way in one.outcomes)
        ways = tuple(
            (way.label or way.key, f"{way.people:,}" + (f"  {way.people / total:.0%}" if total else ""))
            for way in one.outcomes
        )
        sections.append(Section("Outcomes", ways))
    if one.type.startswith("EMAIL"):
        sections += _tracking(org, canvas, one.key)
    return sections


def _so_far(org: Org, canvas: Canvas, activity_key: str) -> list[Section]:
    """What messages, servers and the CRM said."""
    from store import journey

    found = journey.facts(org, canvas.key, activity_key, canvas.version)
    return [Section("So far", tuple(found))] if found else []


def _tracking(org: Org, canvas: Canvas, activity_key: str) -> list[Section]:
    """How the email of an activity went so far, and whom it left out by cause."""
    from store import journey, messaging

    job = journey.send_jobs(org, canvas.key, canvas.version).get(activity_key)
    if job is None:
        return []
    counts = messaging.job_counts(org, job.job_id)
    rates = (("opened", counts.opened), ("clicked", counts.clicked), ("bounced", counts.bounced),
             ("unsubscribed", counts.unsubscribed), ("complained", counts.complained))  # fmt: skip
    rows: list[tuple[str, object]] = [("sent", f"{counts.sent:,}"), ("excluded", f"{counts.excluded:,}")]
    rows += [(name, f"{n:,}  {n / counts.sent:.0%}" if counts.sent else "0") for name, n in rates]
    rows += [(f"bounced {kind}", f"{n:,}") for kind, n in messaging.bounces_of(org, job.job_id).items()]
    sections = [Section(f"Email: {job.subject}", tuple(rows))]
    if counts.excluded:
        causes = tuple((f"{one.people:,}", one.said) for one in messaging.exclusions.causes(org, job.job_id))
        sections.append(Section(f"Excluded {counts.excluded:,}, by cause", causes))
    return sections
