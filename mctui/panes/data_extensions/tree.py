"""The folder tree as lines: pure, so that opening and closing a folder needs no reading."""

from __future__ import annotations

from collections.abc import Sequence

from mctui.views import Leaf

OPEN, CLOSED = "▾", "▸"
FOLDER, DE = "folder", "de"
Line = tuple[str, object, str, str]
"""What it shows, its rows (of a closed folder how many it holds), FOLDER or DE, and the folder's or the DE's path."""


def lines(leaves: Sequence[Leaf], closed: frozenset[str]) -> tuple[Line, ...]:
    """The tree in the order of the leaves, without what lies in closed folders."""
    out: list[Line] = []
    above: tuple[str, ...] = ()
    hidden: tuple[str, ...] | None = None  # the closed folder that we are in
    inside = _inside(leaves)
    for leaf in leaves:
        same = 0
        while same < min(len(above), len(leaf.folders)) and above[same] == leaf.folders[same]:
            same += 1
        if hidden is not None and leaf.folders[: len(hidden)] != hidden:
            hidden = None
        for depth in range(same, len(leaf.folders)):
            if hidden is not None:
                break
            folder = leaf.folders[: depth + 1]
            path = "/".join(folder)
            hidden = folder if path in closed else None
            sign, count = (OPEN, "") if hidden is None else (CLOSED, f"({inside[folder]})")
            out.append((f"{' ' * depth}{sign} {folder[-1]}", count, FOLDER, path))
        above = leaf.folders
        if hidden is None:
            out.append((f"{' ' * len(leaf.folders)}{leaf.title}", leaf.rows, DE, leaf.name))
    return tuple(out)


def _inside(leaves: Sequence[Leaf]) -> dict[tuple[str, ...], int]:
    """How many data extensions there are in each folder and below it."""
    counts: dict[tuple[str, ...], int] = {}
    for leaf in leaves:
        for depth in range(1, len(leaf.folders) + 1):
            folder = leaf.folders[:depth]
            counts[folder] = counts.get(folder, 0) + 1
    return counts
