"""The Findings pane: the list, the evidence of the chosen one, and the way from a row to its contact."""

from __future__ import annotations

from collections.abc import Callable

from mctui.app import McTui
from mctui.panes.findings.pane import Findings
from mctui.screens.record import RecordScreen
from tests.app.test_keys import calm, press

MakeApp = Callable[..., McTui]


def pane(app: McTui) -> Findings:
    found = app.pane
    assert isinstance(found, Findings)
    return found


async def test_findings_come_and_go_with_the_steps(make_app: MakeApp) -> None:
    app = make_app(steps=85, pane="findings")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        assert pane(app).view.errors == 2
        await press(app, pilot, "g", *"0", "enter")
        assert pane(app).view.errors == 0
        assert [row[-1] for row in pane(app).view.findings.rows] == ["synchronized-without-filter"]


async def test_the_evidence_follows_the_finding_and_opens_its_contact(make_app: MakeApp) -> None:
    app = make_app(steps=85, pane="findings")
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        first = pane(app).view
        assert first.errors == 2 and first.findings.count == 6
        await press(app, pilot, "j")
        second = pane(app).view
        assert second.code != first.code and second.evidence.rows != first.evidence.rows
        await press(app, pilot, "right_square_bracket")
        assert pane(app).view.code not in (first.code, second.code)
        await press(app, pilot, "left_square_bracket", "enter")
        assert app.focused is pane(app).evidence
        await press(app, pilot, "enter")
        assert isinstance(app.screen, RecordScreen)


async def test_findings_are_filtered_by_their_words(make_app: MakeApp) -> None:
    app = make_app(steps=85, pane="findings")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "slash", *"warning", "enter")
        view = pane(app).view
        assert 0 < view.findings.count < view.findings.total
        assert all("warning" in str(row[0]) for row in view.findings.rows)
