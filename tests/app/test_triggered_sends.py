"""The four triggered sends in the app."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

import scenarios
from mctui.app import McTui
from mctui.paths import Paths
from store import Org
from tests.app.test_keys import calm, press

Snap = Callable[..., bool]


def test_the_four_ways_side_by_side(snap_compare: Snap, tmp_path: Path, paths: Paths) -> None:
    """You should see, for each contact, what each of the four ways did and when: Bo is mailed by REST alone."""

    def open_world() -> Org:
        org = scenarios.make("triggered-sends", tmp_path / "ways.mctui")
        org.run_until(None)
        return org

    app = McTui(open_world, paths=paths, world="triggered-sends", pane="contact_builder")

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "A")
        await calm(app, pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)
