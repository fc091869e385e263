"""Data Designer in Contact Builder: the tree of groups and sets, and what is under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

import scenarios
from mctui.app import McTui
from mctui.panes.contact_builder.pane import ContactBuilder
from mctui.paths import Paths
from mctui.screens.record import RecordScreen
from mctui.views import ContactsView, Detail
from store import Org
from tests.app.conftest import SIZES
from tests.app.test_keys import calm, press

Snap = Callable[..., bool]


def _shop(path: Path) -> Org:
    """The contacts of the delivered scenario with a small shop: orders, what is in them, and a profile twice."""
    org = scenarios.make("sync-to-send", path)
    for _ in range(30):
        org.step()
    key = str(org.value("SELECT contact_key FROM contacts ORDER BY contact_id LIMIT 1"))
    for name, fields in (
        ("Profile", ["Id", "Who", "Size"]), ("Orders", ["Order", "Who", "Amount"]),
        ("Lines", ["Line", "Order", "Product"]), ("Loose", ["Id"]),
    ):  # fmt: skip
        made = [{"name": each, "is_primary_key": each == fields[0]} for each in fields]
        org.do("data_extensions.create", definition={"name": name, "fields": made})
    links = [
        {"de": "Profile", "by": "Who"},
        {"de": "Orders", "by": "Who", "cardinality": "1:many"},
        {"de": "Lines", "to": "Orders", "by": {"Order": "Order"}, "cardinality": "1:many"},
    ]
    org.do("contacts.create_attribute_group", name="Shop", links=links)
    org.do("data_extensions.insert", de="Profile", rows=[{"Id": each, "Who": key, "Size": each} for each in "ML"])
    return org


@pytest.fixture
def app(tmp_path: Path, paths: Paths) -> McTui:
    return McTui(lambda: _shop(tmp_path / "shop.mctui"), paths=paths, world="sync-to-send", pane="contact_builder")


def view(app: McTui) -> ContactsView:
    assert app.shown is not None
    assert isinstance(app.shown.view, ContactsView)
    return app.shown.view


def detail(app: McTui) -> Detail:
    assert app.shown is not None
    assert app.shown.detail is not None
    return app.shown.detail


def pane(app: McTui) -> ContactBuilder:
    assert isinstance(app.pane, ContactBuilder)
    return app.pane


async def to(app: McTui, pilot: Pilot[None], name: str) -> None:
    """The cursor to a line of the tree."""
    at = next(i for i, row in enumerate(view(app).table.rows) if str(row[0]).endswith(name))
    await press(app, pilot, "home", *["j"] * at)


async def test_s_shows_data_designer_and_escape_all_contacts_again(app: McTui) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "s")
        lines = [str(row[0]) for row in view(app).table.rows]
        assert lines[-9:] == [
            "└─ Shop", "   ├─1:1─ Profile", "   └─1:n─ Orders", "      └─1:n─ Lines", "   ! Contact 1:1 Profile",
            "Not linked to the Contact (3)", "├─ Loose", "├─ Welcome_Audience", "└─ Welcome_Log",
        ]  # fmt: skip
        assert pane(app).table.has_focus
        await press(app, pilot, "escape")
        assert view(app).part == "contacts"
        assert pane(app).table.has_focus
        await press(app, pilot, "S")
        assert view(app).part == "designer"


async def test_the_inspector_says_what_is_under_the_cursor(app: McTui) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "s")
        await to(app, pilot, "Lines")
        assert detail(app).title == "Attribute set Lines"
        sections = {section.title: dict((row[0], row[1]) for row in section.rows) for section in detail(app).sections}
        assert sections[""]["rows of a contact"] == "several"
        assert sections["From the Contact"] == {"way 1": "Contact > Orders > Lines"}
        assert sections["Lines.<attribute>"]["Line"] == "Text(50), primary key, required"
        await to(app, pilot, "Loose")
        assert dict((row[0], row[1]) for row in detail(app).sections[1].rows)[""] == (
            "The data extension Loose is not linked to the Contact."
        )
        await to(app, pilot, "Contact 1:1 Profile")
        assert detail(app).title == "Shop: the data contradict it"
        await to(app, pilot, "Shop")
        assert detail(app).title == "Attribute group Shop"


async def test_enter_opens_it_whole_and_no_contact_is_meant(app: McTui) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "s")
        assert pane(app).record() == ("designer", ""), "the line of the Contact itself says all"
        await to(app, pilot, "Orders")
        assert pane(app).selected_contact() == ""
        await press(app, pilot, "enter")
        assert isinstance(app.screen, RecordScreen)
        assert app.screen.detail.title == "Attribute set Orders"


async def test_a_filter_keeps_the_lines_that_have_it(app: McTui) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "s")
        await press(app, pilot, "slash", *"order", "enter")
        assert [str(row[0]).split(" ")[-1] for row in view(app).table.rows] == ["Orders", "Lines"]
        await press(app, pilot, "escape")
        assert view(app).part == "designer", "the filter goes first"
        assert len(view(app).table.rows) > 10


async def test_a_step_that_links_a_set_shows_at_once(app: McTui) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "s")
        before = len(view(app).table.rows)
        app.session.do(app.live(), "contacts.link", group="Shop", de="Loose", by="Id")
        await calm(app, pilot)
        assert len(view(app).table.rows) == before, "it moved from below to its group"
        assert "1:1─ Loose" in " ".join(str(row[0]) for row in view(app).table.rows)
        await press(app, pilot, "b")
        assert "1:1─ Loose" not in " ".join(str(row[0]) for row in view(app).table.rows)


@pytest.mark.parametrize("size", SIZES)
def test_the_tree(snap_compare: Snap, app: McTui, size: str) -> None:
    """You should see the tree of groups and sets: Shop with Profile 1:1, Orders 1:n, Lines 1:n below Orders, and below
    it `!` with the two rows that contradict 1:1; the cursor on Lines, its way from the Contact beside or below.
    """

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "s")
        await to(app, pilot, "Lines")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)
