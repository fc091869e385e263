"""What stands in the lines of the picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mctui.canvas.draw import CanvasState, Drawing, NodeState
from mctui.canvas.glyphs import EAST, JOINT, NORTH, OTHER, SOUTH, WEST, cells, count, family, fit, piece
from mctui.canvas.layout import Layout, Mode, lay_out
from tests.canvas.shapes import Graph, circle, crossing, journeys, line, long, midway, skip, welcome


def text(drawing: Drawing, state: CanvasState, chosen: str | None = None) -> list[str]:
    return ["".join(part for part, _ in drawing.line(y, state, chosen)) for y in range(drawing.height)]


def test_a_line_of_boxes_reads_from_left_to_right() -> None:
    live = {"wait": NodeState(45, 200, "Jan 08 08:00"), "hi": NodeState(0, 1234)}
    state = CanvasState(live, moving=frozenset({"tip"}))
    assert [row[23:90].rstrip() for row in text(Drawing(lay_out(*line())), state, "wait")] == [
        "╭────────────────╮   ┏━━━━━━━━━━━━━━━━┓   ╔════════════════╗   ╭───",
        "│ ✉ Welcome      ├──▶┃▌◷ Wait 2 days  ┣──▶║▶✉ First tip    ╟──▶│ ■",
        "│   emailv2      │   ┃   Jan 08 08:00 ┃   ║   emailv2      ║   │",
        "╰──────── 1,234 ─╯   ┗━ 45 ━━━━━ 200 ━┛   ╚════════════════╝   ╰───",
    ]


def test_on_rails_counts_stand_in_columns() -> None:
    drawing = Drawing(lay_out(*skip(), "rails"))
    rows = text(drawing, midway(skip()))
    assert all(len(row) <= 78 for row in rows)
    header = "".join(part for part, _ in drawing.header())
    row = next(row for row in rows if "Cart left" in row)
    assert row.rstrip().endswith("1,000") and len(row.rstrip()) == header.index("total") + len("total")


def test_the_picture_keeps_its_size_when_counts_grow() -> None:
    modes: tuple[Mode, ...] = ("boxes", "rails")
    for mode in modes:
        drawing = Drawing(lay_out(*welcome(), mode))
        small = {n.key: NodeState(1, 1) for n in welcome()[0]}
        large = {n.key: NodeState(1_234_567, 99_999) for n in welcome()[0]}
        few, many = (text(drawing, CanvasState(live)) for live in (small, large))
        assert [len(row) for row in few] == [len(row) for row in many]


def test_the_followed_path_is_a_heavy_line() -> None:
    graph = welcome()
    rows = text(Drawing(lay_out(*graph)), CanvasState(path=("entry", "hi", "w1", "opened", "again", "w2")))
    assert "━" in rows[1] and "┃" in rows[3] and "┗━" in rows[6]
    assert "─" in rows[1], "the other outcome stays light"


def test_lines_that_pass_each_other_make_a_plain_cross() -> None:
    assert any("┼" in row for row in text(Drawing(lay_out(*crossing())), CanvasState()))


def test_outcomes_carry_their_label_and_their_count() -> None:
    rows = text(Drawing(lay_out(*welcome())), CanvasState(edges={("opened", "Yes"): 98, ("opened", "No"): 57}))
    column = rows[0].index("Yes")
    assert rows[2][column : column + 2] == "98"
    assert (rows[5][column : column + 2], rows[7][column : column + 2]) == ("No", "57")


def test_a_cut_wait_shows_what_it_waits_for_when_nobody_is_inside() -> None:
    waiting, empty = (
        "".join(text(Drawing(lay_out(*line())), CanvasState({"wait": NodeState(n, 9, "Jan 08 08:00")}))) for n in (3, 0)
    )
    assert "Jan 08 08:00" in waiting and "Jan 08" not in empty


def test_without_the_focus_the_mark_is_thin() -> None:
    drawing = Drawing(lay_out(*line()))
    drawing.focused = False
    assert "┃▏◷" in text(drawing, CanvasState(), "wait")[1]


def test_an_edge_that_leads_back_points_back() -> None:
    assert "◀" in text(Drawing(lay_out(*circle())), CanvasState())[1]


@given(journeys(10), st.sampled_from(["boxes", "rails", "overview"]), st.booleans())
def test_no_line_is_wider_than_the_picture(graph: Graph, mode: Mode, ascii_only: bool) -> None:
    drawing = Drawing(lay_out(*graph, mode), ascii_only=ascii_only)
    state = CanvasState({n.key: NodeState(5, 123_456, "Jan 08", True) for n in graph[0]}, path=("n0", "n1"))
    for row in text(drawing, state, "n0"):
        assert cells(row) <= drawing.width
        assert not ascii_only or row.isascii()


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0"),
        (99_999, "99,999"),
        (123_456, "123.5k"),
        (999_960, "1.00M"),
        (1_234_567, "1.23M"),
        (12_345_678, "12.3M"),
    ],
)
def test_a_count_never_takes_more_than_six_columns(number: int, shown: str) -> None:
    assert count(number) == shown and len(shown) <= 6


@given(st.text(max_size=30), st.integers(1, 20))
def test_a_fitted_text_has_exactly_its_width(value: str, width: int) -> None:
    assert cells(fit(value, width)) == width


# ---- what the eye follows: the characters alone


ARMS = {piece(sides): sides for sides in range(1, 16)} | {JOINT: 15, "▶": EAST | WEST, "◀": EAST | WEST}
TO = {NORTH: (0, -1), EAST: (1, 0), SOUTH: (0, 1), WEST: (-1, 0)}
BACK = {NORTH: SOUTH, SOUTH: NORTH, EAST: WEST, WEST: EAST}


def drawn_lines(graph: Graph, mode: Mode) -> tuple[Layout, dict[tuple[int, int], int]]:
    """The layout, and for each cell that a line runs through the arms of the character that is drawn there."""
    layout = lay_out(*graph, mode)
    drawing = Drawing(layout)
    shift = 2 if mode == "rails" else 0  # the rails stand behind the mark
    arms = {}
    for y in range(layout.height):
        row = "".join(part for part, _ in drawing.line(y, CanvasState())).ljust(drawing.width)
        for x in {x for route in layout.routes for x, at, _ in route.cells if at == y}:
            arms[x, y] = ARMS[row[x + shift]]
    return layout, arms


@given(journeys(), st.sampled_from(["boxes", "rails", "overview"]))
def test_every_edge_can_be_followed_by_its_characters_from_node_to_node(graph: Graph, mode: Mode) -> None:
    layout, arms = drawn_lines(graph, mode)
    for route in layout.routes:
        for x, y, sides in route.cells:
            assert arms[x, y] & sides == sides, "each cell shows the line that comes in and the line that goes out"


@given(journeys(), st.sampled_from(["boxes", "rails", "overview"]))
def test_no_line_ends_in_the_open(graph: Graph, mode: Mode) -> None:
    layout, arms = drawn_lines(graph, mode)
    boxes = {(x, y) for b in layout.boxes for x in range(b.x, b.x + b.w) for y in range(b.y, b.y + b.h)}
    for (x, y), sides in arms.items():
        for side, (dx, dy) in TO.items():
            if sides & side and (x + dx, y + dy) not in boxes:
                assert arms[x + dx, y + dy] & BACK[side], "what leads out of a cell is met by the next one"


@given(journeys(), st.sampled_from(["boxes", "rails", "overview"]), st.integers(0, 10_000_000))
def test_counts_move_nothing(graph: Graph, mode: Mode, number: int) -> None:
    drawing = Drawing(lay_out(*graph, mode))
    live = {node.key: NodeState(number, number, "Jan 08 08:00") for node in graph[0]}
    full = CanvasState(live, {edge.id: number for edge in graph[1]})
    cells_of = {(x, y) for route in drawing.layout.routes for x, y, _ in route.cells}
    shift = 2 if mode == "rails" else 0
    for before, after, y in zip(text(drawing, CanvasState()), text(drawing, full), range(drawing.height), strict=True):
        for x in {x + shift for x, at in cells_of if at == y}:
            assert before.ljust(drawing.width)[x] == after.ljust(drawing.width)[x]


def test_every_activity_type_that_runs_has_a_glyph_of_its_family() -> None:
    from store.journey.activities import registered

    kinds = {name: family(name) for name in registered()}
    assert [name for name, found in kinds.items() if found is OTHER] == []
    for ascii_only in (False, True):
        assert all(len(found.glyph(ascii_only=ascii_only)) == 1 for found in kinds.values())
    splits = {name for name, classes in registered().items() if classes[-1].is_split and not name.startswith("WAIT")}
    assert {name for name in splits if kinds[name].name != "split"} == set()


def test_validation_is_said_by_shape_in_every_mode() -> None:
    state = CanvasState(wrong={"hi": "error", "wait": "warning"})
    modes: tuple[Mode, ...] = ("boxes", "rails", "overview")
    for mode in modes:
        rows = "\n".join(text(Drawing(lay_out(*line(), mode)), state))
        assert rows.count("✗") == 1 and rows.count("!") == 1


def test_the_overview_takes_two_cells_for_an_activity() -> None:
    state = CanvasState({"wait": NodeState(5, 9)}, moving=frozenset({"tip"}))
    assert text(Drawing(lay_out(*line(), "overview")), state, "hi") == [" ◆─▌✉─·◷─▶✉─ ■"]
    assert Drawing(lay_out(*long(), "overview")).width < 200
