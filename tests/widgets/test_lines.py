"""Status line, timeline, inspector and meter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from mctui.widgets.inspector import Inspector, Section, lines
from mctui.widgets.kinds import KINDS, kind_of
from mctui.widgets.meter import Meter, bar
from mctui.widgets.status import Status, StatusLine, parts
from mctui.widgets.timeline import Timeline, window

STATUS = Status(
    "sync-to-send", 1140, "2026-01-06 14:00:00", "2026-01-06 08:00:00", 12_200, "Wait 2 days, 45 due", "undone 40"
)
STEPS = [
    "connect.poll", "automation.run", "query.run", "journey.entry", "journey.activity.EMAILV2",
    "journey.activity.WAIT", "crm.update", "journey.activity.ENGAGEMENTDECISION", "messaging.engagement",
]  # fmt: skip
SECTIONS = (
    Section("Engagement Split", (("Reads", 'open of "Welcome" [b]'), ("Goal", None), ("Read", "14:00", "stale"))),
    Section("Criteria", (("SQL", "SELECT ContactKey FROM Contact_Salesforce WHERE Email IS NOT NULL"),)),
)


class LinesApp(App[None]):
    """The four of them, one above the other."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.ascii_only = ascii_only
        self.clicked: list[int] = []

    def compose(self) -> ComposeResult:
        yield StatusLine(ascii_only=self.ascii_only)
        yield Inspector(ascii_only=self.ascii_only)
        yield Meter("fields", ascii_only=self.ascii_only)
        yield Timeline(ascii_only=self.ascii_only)

    def on_mount(self) -> None:
        self.theme = "tokyo-night"
        self.query_one(StatusLine).set_status(STATUS)
        self.query_one(Inspector).set("Opened Welcome?", SECTIONS)
        self.query_one(Meter).set_value(212, 250)
        self.query_one(Timeline).set_steps([(k, STEPS[k % len(STEPS)]) for k in range(1, 181)], 140)

    def on_timeline_step_clicked(self, event: Timeline.StepClicked) -> None:
        self.clicked.append(event.k)


@given(st.integers(1, 200), st.text(max_size=40), st.text(max_size=60))
def test_the_status_never_takes_more_than_its_line(width: int, scenario: str, coming: str) -> None:
    status = Status(scenario, 3, STATUS.utc, STATUS.system, 200, coming, "playing")
    texts = [text for _, text in parts(status, width)]
    assert sum(map(cell_len, texts)) + 3 * (len(texts) - 1) <= width


def test_the_status_gives_way_part_by_part() -> None:
    def names(width: int) -> list[str]:
        return [name for name, _ in parts(STATUS, width)]

    assert names(160) == ["scenario", "note", "k", "utc", "system", "billed", "next"]
    assert {"scenario", "k", "utc", "next"} <= set(names(78))
    assert names(30)[0] == "scenario" and "k" in names(50)


@given(st.integers(0, 400), st.integers(0, 399), st.integers(1, 100))
def test_the_current_step_is_always_in_the_window(count: int, at: int, width: int) -> None:
    shown = window(count, min(at, max(count - 1, 0)), width)
    assert len(shown) == min(count, width)
    assert not count or min(at, count - 1) in shown


async def test_a_click_on_a_glyph_names_its_step() -> None:
    app = LinesApp()
    async with app.run_test(size=(80, 24)) as pilot:
        text = app.query_one(Timeline).render_line(0).text
        await pilot.click(Timeline, offset=(text.index("[") + 1, 0))
        await pilot.click(Timeline, offset=(text.index("[") - 1, 0))
        assert app.clicked == [140, 139]


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("connect.poll", "sync"), ("journey.entry", "journey entry"), ("journey.activity.WAIT", "wait"),
        ("journey.activity", "other"), ("crm.import", "CRM change"), ("messaging.engagement", "engagement"),
        ("messaging.send", "message"), ("queryx", "step"),
    ],
)  # fmt: skip
def test_a_kind_is_known_by_its_prefix(kind: str, word: str) -> None:
    assert kind_of(kind).word == word


def test_every_kind_takes_one_cell_and_has_an_ascii_form() -> None:
    for _, kind in KINDS:
        assert cell_len(kind.glyph) == 1 and len(kind.plain) == 1 and kind.plain.isascii()


@given(st.text(max_size=80), st.text(max_size=30), st.integers(12, 60))
def test_the_inspector_wraps_everything_into_its_width(value: str, note: str, width: int) -> None:
    for line in lines([Section("", (("Label", value, note),))], width):
        assert sum(cell_len(text) for text, _ in line) <= width + 1  # a wide character may not fit a narrow rest


async def test_the_inspector_gives_its_text_for_the_clipboard() -> None:
    app = LinesApp()
    async with app.run_test(size=(80, 24)):
        assert 'Reads\topen of "Welcome" [b]' in app.query_one(Inspector).plain_text()


@pytest.mark.parametrize(("value", "text"), [(0, "...."), (125, "##.."), (250, "####"), (400, "####")])
def test_a_bar_is_full_at_its_limit(value: int, text: str) -> None:
    assert bar(value, 250, 4, ascii_only=True) == text
    assert len(bar(value, 250, 4)) == 4


@pytest.mark.parametrize("size", [(80, 24), (120, 34)], ids=["80x24", "120x34"])
def test_lines(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    """You should see a status line on top, an inspector with two sections, a meter and a timeline at the bottom.

    In the timeline step 140 stands between brackets and the steps after it are faint.
    """
    assert snap_compare(LinesApp(), terminal_size=size)


def test_ascii_lines(snap_compare: Callable[..., bool]) -> None:
    """You should see the same with letters and `#` in place of signs."""
    assert snap_compare(LinesApp(ascii_only=True), terminal_size=(80, 24))


async def test_a_meter_without_a_limit_shows_the_value_alone() -> None:
    app = LinesApp()
    async with app.run_test(size=(80, 24)):
        meter = app.query_one(Meter)
        meter.set_value(65, 0)
        assert str(meter.render()) == "fields 65"
