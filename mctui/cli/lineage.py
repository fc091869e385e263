"""Lineage: what data goes where, and what breaks without it."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from mctui.cli.output import print_json
from store import Org

if TYPE_CHECKING:
    from store.advice import Break, Lineage, Node


def lineage(arguments: Namespace) -> None:
    """The whole account as a tree, or one node with what is above it, below it, and what breaks without it."""
    from store import advice

    with Org.open(arguments.file, readonly=True) as org:
        made = advice.lineage(org)
        node = made.find(arguments.node) if arguments.node else None
        broken = advice.breaks_if(org, node.id) if node and node.kind == "field" and not _of_view(node) else None
    if arguments.json:
        print_json(_whole(made) if node is None else _one(made, node, broken))
    elif node is None:
        _print_whole(made)
    else:
        _print_one(made, node, broken)


def _of_view(node: Node) -> bool:
    return node.id.startswith("view/")


def _whole(made: Lineage) -> dict[str, Any]:
    from store import advice

    return {
        "nodes": made.nodes,
        "edges": made.edges,
        "cycles": [[node.id for node in nodes] for nodes in advice.cycles(made)],
    }


def _one(made: Lineage, node: Node, broken: tuple[Break, ...] | None) -> dict[str, Any]:
    return {
        "node": node,
        "upstream": made.upstream(node.id),
        "downstream": made.downstream(node.id),
        "sources": [{"id": other.id, "how": how} for other, how in made.neighbours(node.id, up=True)],
        "targets": [{"id": other.id, "how": how} for other, how in made.neighbours(node.id, up=False)],
        "breaks": broken,
    }


def _print_whole(made: Lineage) -> None:
    """A tree from each node that nothing leads to; what a circle hides from there comes last."""
    shown: set[str] = set()
    tables = [node for node in made.nodes if not node.is_column]
    roots = [node for node in tables if not made.neighbours(node.id, up=True)]
    for node in [*roots, *tables]:
        if node.id not in shown:
            _print_tree(made, node, "", 0, up=False, shown=shown)
    if not tables:
        print("Nothing is synchronized, queried or entered yet.")


def _print_one(made: Lineage, node: Node, broken: tuple[Break, ...] | None) -> None:
    print(_line(node))
    for title, up in (("comes from", True), ("goes to", False)):
        print(f"\n{title}")
        there = made.neighbours(node.id, up=up)
        for other, how in there:
            _print_tree(made, other, how, 1, up=up, shown={node.id})
        if not there:
            print("  (nothing)")
    if broken is None:
        return
    print(f"\nif {node.name} goes")
    for each in broken:
        print(f"  {each.verdict:8}  {each.node}: {each.reason}")
    if not broken:
        print("  (nothing breaks)")


def _print_tree(made: Lineage, node: Node, how: str, depth: int, *, up: bool, shown: set[str]) -> None:
    """The node, and below it, further in, its neighbours on that side; what is further on is shown once."""
    there = made.neighbours(node.id, up=up)
    again = node.id in shown and bool(there)
    print(f"{'  ' * depth}{_line(node, how)}{'  (see above)' if again else ''}")
    if not again:
        shown.add(node.id)
        for other, way in there:
            _print_tree(made, other, way, depth + 1, up=up, shown=shown)


def _line(node: Node, how: str = "") -> str:
    note = f"  ! {node.note}" if node.note else ""
    where = node.id if node.is_column else node.name
    said = f"{node.kind}, {how}" if how else node.kind
    title = f" {node.name}" if node.kind == "activity" else ""
    return f"{where}{title}  [{said}]{note}"
