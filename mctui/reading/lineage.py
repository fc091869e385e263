"""The lineage of a data extension as a picture: what writes it, what reads it, and the way of one field through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.canvas.draw import CanvasState
from mctui.canvas.graph import Edge, Node
from mctui.reading.memo import remembered
from mctui.views import Detail, Picture, Section

if TYPE_CHECKING:
    from store import Org
    from store.advice import Lineage

LEFT_OUT = "Email"  # a journey's messages are its own; the canvas of the journey has them


def made(org: Org) -> Lineage:
    """The lineage of the account. It is read anew when a person did something: definitions change by nothing else."""
    from store import advice

    stamp = (
        org.value("SELECT coalesce(max(k), 0) FROM steps WHERE command IS NOT NULL"),
        org.value("SELECT count(*) FROM data_extensions"),  # retention can take a whole one away
    )
    return remembered(org, "lineage", stamp, lambda: advice.lineage(org))


def picture(org: Org, de: str, field: str) -> Picture:
    """Everything that leads to the data extension and from it; the way of `field`, if there is one, is lit.

    Without a field, what writes and reads the data extension itself is lit.
    """
    found = made(org)
    about = f"de/{de}"
    if about not in found.by_id:
        return Picture()
    around = [*found.upstream(about), found.by_id[about], *found.downstream(about)]
    kept = {node.id: node for node in around if node.kind != LEFT_OUT}
    edges = [edge for edge in found.edges if edge.source in kept and edge.target in kept and edge.source != edge.target]
    path = f"{about}/{field}"
    has_field = bool(field) and path in found.by_id
    lit = _way_of(found, path) if has_field else _beside(found, about)
    parts = _parts(found, path) if has_field else {}
    nodes = tuple(
        Node(node.id, f"DATA.{node.kind}", node.name, (parts.get(node.id) or _role(found, about, node.id),))
        for node in found.nodes
        if node.id in kept
    )
    marked = {end for edge in lit for end in edge} & kept.keys()
    return Picture(
        nodes,
        tuple(Edge(edge.source, edge.target, edge.how) for edge in edges),
        CanvasState(marked=frozenset({*marked, about}), lit=frozenset(lit)),
        about,
    )


def _owner(found: Lineage, id: str) -> str:
    """The table, query or journey that a column belongs to."""
    return id.rpartition("/")[0] if found.by_id[id].is_column else id


def _columns(found: Lineage, path: str) -> list[str]:
    """A field and everything that its values come from and reach."""
    return [path, *(node.id for node in (*found.upstream(path), *found.downstream(path)))]


def _way_of(found: Lineage, path: str) -> set[tuple[str, str]]:
    """The edges between tables along which a field goes, and over which it decides."""
    on_way = set(_columns(found, path))
    pairs = {(_owner(found, edge.source), _owner(found, edge.target))
             for edge in found.edges if edge.source in on_way and edge.target in on_way}  # fmt: skip
    direct = {(edge.source, edge.target) for edge in found.edges}
    lit = {pair for pair in pairs if pair in direct and pair[0] != pair[1]}
    for source, target in pairs - direct:  # a field enters a journey by its entry source, which has no columns
        between = [node.id for node, _ in found.neighbours(source, up=False) if (node.id, target) in direct]
        lit |= {edge for node in between for edge in ((source, node), (node, target))}
    return lit


def _parts(found: Lineage, path: str) -> dict[str, str]:
    """What the field is called in each table, query and journey on its way."""
    parts: dict[str, dict[str, None]] = {}
    for id in _columns(found, path):
        if found.by_id[id].is_column:
            parts.setdefault(_owner(found, id), {})[found.by_id[id].name] = None
    return {owner: ", ".join(names) for owner, names in parts.items()}


def _beside(found: Lineage, about: str) -> set[tuple[str, str]]:
    """The edges in and out of the data extension."""
    up = {(node.id, about) for node, _ in found.neighbours(about, up=True)}
    return up | {(about, node.id) for node, _ in found.neighbours(about, up=False)}


def _role(found: Lineage, about: str, id: str) -> str:
    """What a node is to the data extension: it writes it, reads it, or stands further off."""
    node = found.by_id[id]
    if id == about:
        return node.kind
    if any(other.id == id for other, _ in found.neighbours(about, up=True)):
        return "writes it"
    if any(other.id == id for other, _ in found.neighbours(about, up=False)):
        return "reads it"
    return node.note or node.kind


def breaks(org: Org, de: str, field: str) -> Detail:
    """What breaks if the field goes; without a field, what writes and reads the data extension."""
    from store import advice

    if not field:
        found = made(org)
        about = f"de/{de}"
        sides = [("Written by", True), ("Read by", False)]
        sections = tuple(
            Section(title, tuple((how, f"{node.kind} {node.name}") for node, how in there) or (("nothing", ""),))
            for title, up in sides
            if about in found.by_id
            for there in [found.neighbours(about, up=up)]
        )
        return Detail(f"Lineage of {de}", sections)
    broken = advice.breaks_if(org, f"de/{de}/{field}")
    rows = tuple((each.verdict, f"{each.name}: {each.reason}") for each in broken)
    return Detail(f"If {field} goes", (Section(f"What breaks in {de}", rows or (("nothing", "breaks"),)),))
