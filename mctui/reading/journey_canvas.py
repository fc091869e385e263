"""The journey canvas: the graph of a version, and what is going on in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.canvas.draw import CanvasState, NodeState
from mctui.canvas.graph import Edge, Node
from mctui.views import Detail, Focus, JourneyView, Section

if TYPE_CHECKING:
    from store import Org
    from store.journey import ActivityState, Canvas

ENTRY, END = "entry", "end"  # keys of the two nodes that are no activities
LISTED = 8  # Contact Keys of those who stand at an activity


def read(org: Org, focus: Focus) -> tuple[JourneyView, Detail | None]:
    """The journey that is chosen, else the first, and the activity under the cursor."""
    from store import journey

    keys = tuple(row["key"] for row in org.rows("SELECT key FROM journeys ORDER BY name COLLATE NOCASE, key"))
    if not keys:
        return JourneyView(), None
    chosen = focus.journey if focus.journey in keys else keys[0]
    canvas = journey.canvas(org, chosen)
    nodes, edges = _graph(canvas)
    view = JourneyView(chosen, canvas.name, _caption(canvas), keys, nodes, edges, _state(org, canvas, focus.followed))
    at = focus.activity if focus.activity in {node.key for node in nodes} else nodes[0].key
    return view, _detail(org, canvas, at)


def _caption(canvas: Canvas) -> str:
    held = canvas.balance
    counts = (("entered", held.entered), ("inside", held.inside), ("completed", held.completed),
              ("exited", held.exited), ("ejected", held.ejected), ("rejected", held.rejected))  # fmt: skip
    said = [f"{count:,} {name}" for name, count in counts if count or name in ("entered", "inside")]
    return " · ".join([f"v{canvas.version} {canvas.status}", *said])


def _graph(canvas: Canvas) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Activities between an entry and an end node, which Journey Builder draws and its JSON has no activities for."""
    nodes = [Node(ENTRY, "ENTRY", "Entry", (canvas.entry_source,) if canvas.entry_source else ())]
    edges = [Edge(ENTRY, canvas.start_key, "", "start")] if canvas.start_key else []
    for one in canvas.activities:
        nodes.append(Node(one.key, one.type, one.name or one.label, (one.label,)))
        edges += [Edge(one.key, way.next or END, way.label, way.key) for way in one.outcomes]
        if not one.outcomes:
            edges.append(Edge(one.key, END, "", "end"))
    nodes.append(Node(END, "END", "End"))
    return tuple(nodes), tuple(edges)


def _state(org: Org, canvas: Canvas, followed: str) -> CanvasState:
    from store import clock

    states: dict[str, NodeState] = {}
    taken: dict[tuple[str, str], int] = {}
    moving = set()
    for one in canvas.activities:
        due = clock.system_text(one.next_due_at)[5:16] if one.inside and one.next_due_at is not None else ""
        states[one.key] = NodeState(one.inside, one.through, due)
        taken |= {(one.key, way.key): way.people for way in one.outcomes}
        if one.arrived:
            moving.add(one.key)
    held = canvas.balance
    states[ENTRY] = NodeState(0, held.entered)
    states[END] = NodeState(0, held.completed)
    if _completed_now(org, canvas.key):
        moving.add(END)
    if canvas.start_key:
        taken[ENTRY, "start"] = held.entered
    return CanvasState(states, taken, frozenset(moving), _path(org, canvas, followed))


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
        found = journey.visits(org, followed, canvas.key)
    except OrgError:
        return ()  # nobody of that key in this state of the world
    if not found:
        return ()
    went = [hop.activity_key for hop in journey.path(org, found[-1])]
    return (ENTRY, *went, *([END] if found[-1].state == "completed" else []))


# ---- the inspector


def activity(org: Org, journey_key: str, key: str) -> Detail:
    """One activity whole, with the Contact Keys of those who stand there."""
    from store import journey

    canvas = journey.canvas(org, journey_key)
    shown = _detail(org, canvas, key)
    standing = journey.inside(org, journey_key, key, limit=200) if key not in (ENTRY, END) else []
    who = (Section("Standing here", tuple(("", contact) for contact in standing)),) if standing else ()
    return Detail(shown.title, (*shown.sections, *who))


def _detail(org: Org, canvas: Canvas, key: str) -> Detail:
    held = canvas.balance
    if key == ENTRY:
        rows = (("entry source", canvas.entry_source), ("entered", f"{held.entered:,}"),
                ("rejected", f"{held.rejected:,}"))  # fmt: skip
        return Detail(f"{canvas.name}: entry", (Section("", rows),))
    if key == END:
        ends = (("completed", held.completed), ("exited", held.exited), ("ejected", held.ejected), ("goal", held.goal))
        return Detail(f"{canvas.name}: end", (Section("", tuple((name, f"{count:,}") for name, count in ends)),))
    one = next(state for state in canvas.activities if state.key == key)
    return Detail(f"{one.label}: {one.name}", (*_sections(org, one), *_so_far(org, canvas.key, one.key)))


def _sections(org: Org, one: ActivityState) -> list[Section]:
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
        sections += _tracking(org, one.key)
    return sections


def _so_far(org: Org, journey_key: str, activity_key: str) -> list[Section]:
    """What messages, servers and the CRM said."""
    from store import journey

    found = journey.facts(org, journey_key, activity_key)
    return [Section("So far", tuple(found))] if found else []


def _tracking(org: Org, activity_key: str) -> list[Section]:
    """How the email of an activity went so far."""
    from store import messaging

    definition = org.value("SELECT object_id FROM journey_activities WHERE activity_key = ? ORDER BY version_id DESC",
                           activity_key)  # fmt: skip
    job = messaging.job_of_definition(org, definition) if definition else None
    if job is None:
        return []
    counts = messaging.job_counts(org, job.job_id)
    rates = (("opened", counts.opened), ("clicked", counts.clicked), ("bounced", counts.bounced),
             ("unsubscribed", counts.unsubscribed), ("complained", counts.complained))  # fmt: skip
    rows: list[tuple[str, object]] = [("sent", f"{counts.sent:,}"), ("excluded", f"{counts.excluded:,}")]
    rows += [(name, f"{n:,}  {n / counts.sent:.0%}" if counts.sent else "0") for name, n in rates]
    return [Section(f"Email: {job.subject}", tuple(rows))]
