"""What must be true of every picture of every graph."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mctui.canvas.glyphs import EAST, NORTH, SOUTH, WEST
from mctui.canvas.graph import Edge, Node, arrange
from mctui.canvas.layout import Layout, Mode, lay_out
from tests.canvas.shapes import SHAPES, Graph, fan, journeys, welcome

MODES: list[Mode] = ["boxes", "rails", "overview"]
STRAIGHT = {NORTH | SOUTH, EAST | WEST}
modes = st.sampled_from(MODES)


@given(journeys(), modes)
def test_no_two_boxes_overlap(graph: Graph, mode: Mode) -> None:
    layout = lay_out(*graph, mode)
    taken = [(x, y) for b in layout.boxes for x in range(b.x, b.x + b.w) for y in range(b.y, b.y + b.h)]
    assert len(taken) == len(set(taken))
    assert all(0 <= x < layout.width and 0 <= y < layout.height for x, y in taken)


@given(journeys(), modes)
def test_every_edge_is_one_connected_line_from_border_to_border(graph: Graph, mode: Mode) -> None:
    layout = lay_out(*graph, mode)
    for route in layout.routes:
        source, target = layout.box(route.edge.source), layout.box(route.edge.target)
        points = [(x, y) for x, y, _ in route.cells]
        if not points:  # only neighbors on the rails touch
            assert mode == "rails" and source.x == target.x and abs(source.y - target.y) == 1
            continue
        assert len(points) == len(set(points)), "a line never meets itself"
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
            assert abs(x0 - x1) + abs(y0 - y1) == 1
        assert any(source.holds(x, y) for x, y in beside(points[0]))
        assert any(target.holds(x, y) for x, y in beside(points[-1]))


@given(journeys(), modes)
def test_no_edge_runs_through_a_box(graph: Graph, mode: Mode) -> None:
    layout = lay_out(*graph, mode)
    boxes = {(x, y) for b in layout.boxes for x in range(b.x, b.x + b.w) for y in range(b.y, b.y + b.h)}
    for route in layout.routes:
        assert boxes.isdisjoint((x, y) for x, y, _ in route.cells)


@given(journeys(), modes)
def test_edges_of_different_ends_only_cross_at_right_angles(graph: Graph, mode: Mode) -> None:
    ends = arrange(*graph).ends
    for there in cells(lay_out(*graph, mode)).values():
        for (one, sides), (other, more) in combinations(there, 2):
            if ends[one][0] != ends[other][0] and ends[one][1] != ends[other][1]:
                assert {sides, more} == STRAIGHT


@given(journeys())
def test_labels_stand_on_free_ground(graph: Graph) -> None:
    layout = lay_out(*graph)
    taken = set(cells(layout)) | {
        (x, y) for b in layout.boxes for x in range(b.x, b.x + b.w) for y in range(b.y, b.y + b.h)
    }
    seen = set()
    for route in layout.routes:
        if route.label_at is not None:
            x, y = route.label_at
            words = {(x + i, y + row) for i in range(6) for row in (0, 2)}
            assert words.isdisjoint(taken)
            assert route.label_at not in seen
            seen.add(route.label_at)


@given(journeys(), modes)
def test_the_same_graph_gives_the_same_picture(graph: Graph, mode: Mode) -> None:
    assert lay_out(*graph, mode) == lay_out(*graph, mode)


@given(journeys())
def test_on_rails_every_activity_has_a_row_of_its_own(graph: Graph) -> None:
    boxes = lay_out(*graph, "rails").boxes
    assert len({box.y for box in boxes}) == len(boxes)


@given(journeys())
def test_edges_lead_onward_unless_they_close_a_circle(graph: Graph) -> None:
    plan = arrange(*graph)
    for i, edge in enumerate(graph[1]):
        onward = plan.layer[edge.source] < plan.layer[edge.target]
        assert onward != (i in plan.turned)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", SHAPES)
def test_known_shapes_cross_no_more_than_they_must(shape: str, mode: Mode) -> None:
    crossings = [
        there for there in cells(lay_out(*SHAPES[shape](), mode)).values() if {sides for _, sides in there} == STRAIGHT
    ]
    assert len(crossings) <= (2 if shape == "crossing" else 0)


def test_the_first_outcome_goes_straight_on() -> None:
    layout = lay_out(*welcome())
    ports = {layout.box(key).port for key in ("entry", "opened", "offer", "vip", "flag", "sale", "end")}
    assert len(ports) == 1


def test_an_eleven_way_split_takes_eleven_lanes() -> None:
    layout = lay_out(*fan())
    assert sorted(box.track for box in layout.boxes if box.node.key.startswith("m")) == list(range(11))


@pytest.mark.parametrize(
    ("nodes", "edges", "words"),
    [
        ("ab", [("a", "c")], "names 'c', which is not there"),
        ("ab", [("a", "a")], "a leads to itself"),
        ("aa", [], "two activities have the same key"),
    ],
)
def test_a_broken_graph_is_refused_in_words(nodes: str, edges: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        lay_out([Node(key, "WAIT", key) for key in nodes], [Edge(*ends) for ends in edges])


def test_nothing_gives_an_empty_picture() -> None:
    layout = lay_out([], [])
    assert (layout.boxes, layout.routes) == ((), ())


def test_the_pure_modules_import_no_screen() -> None:
    code = "import sys, mctui.canvas.draw; print([m for m in ('textual', 'rich', 'networkx') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def beside(cell: tuple[int, int]) -> list[tuple[int, int]]:
    """The four neighbors of a cell."""
    x, y = cell
    return [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]


def cells(layout: Layout) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Which edges (by number) run through each cell, and which sides they connect there."""
    grid: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i, route in enumerate(layout.routes):
        for x, y, sides in route.cells:
            grid.setdefault((x, y), []).append((i, sides))
    return grid
