"""The app where there are two Salesforce orgs: which one a record and a synchronization are of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from mctui.app import McTui
from mctui.paths import Paths
from store import Org, crm
from tests.app.test_keys import calm, press

MakeApp = Callable[..., McTui]
Snap = Callable[..., bool]


@pytest.fixture
def make_app(tmp_path: Path, paths: Paths) -> Iterator[MakeApp]:
    """`make_app(pane="sync_monitor")`: two orgs with the same human in each, of whom one has another name now."""
    world = tmp_path / "two.mctui"
    with Org.create(world) as org:
        org.do("crm.create_org", name="EMEA", instance="5g")
        for name, of in (("Ada", ""), ("Eva", "EMEA:"), ("Ole", "EMEA:")):
            record = {"LastName": name, "Email": "a@example.com"}
            org.do("crm.create", object=f"{of}Contact", records=[record])
        org.do("business_units.create", name="Europe")
        org.do("connect.enable_multi_org")
        org.do("connect.connect_org", org="EMEA", integration_user="mc@emea.example.com", units=["Europe"])
        org.do("connect.synchronize", object="Contact", fields=["LastName", "Email"], bu="Europe")
        org.do("connect.synchronize", object="Contact", fields=["LastName", "Email"])
        org.run_until(org.now)
        eva = crm.resolve(org, crm.records(org, "EMEA:Contact")[0].id)
        org.do("crm.update", object=eva.object, records=[{"Id": eva.id, "LastName": "Evi"}])

    def make(pane: str = "") -> McTui:
        return McTui(lambda: Org.open(world), paths=paths, world="two orgs", pane=pane)

    yield make


@pytest.mark.parametrize("size", [(80, 24), (120, 34)])
def test_sync_monitor(snap_compare: Snap, make_app: MakeApp, size: tuple[int, int]) -> None:
    """You should see Contact and EMEA:Contact with their counts; the second has a row that is not what its CRM says."""
    app = make_app("sync_monitor")

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "]")

    assert snap_compare(app, terminal_size=size, run_before=run)


def test_a_contact_of_the_second_org(snap_compare: Snap, make_app: MakeApp) -> None:
    """You should see a contact whole, with its record in the CRM as one of EMEA:Contact."""
    app = make_app("contact_builder")

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "enter")

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)
