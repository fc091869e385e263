"""The Data Extensions pane: tree, rows in any order, values changed by hand, schema, history, lineage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from mctui.app import McTui
from mctui.panes.data_extensions.pane import DataExtensions
from mctui.panes.data_extensions.tree import lines
from mctui.paths import Paths
from mctui.screens.row import RowScreen
from mctui.views import DataExtensionsView, Leaf
from store import Org, data_extensions
from tests.app.test_keys import calm, k, press, toasts

MakeApp = Callable[..., McTui]


async def shown(app: McTui, pilot: Pilot[None], de: str = "", part: str = "rows") -> DataExtensions:
    """The pane with a data extension in it, the keys going to its rows."""
    await calm(app, pilot)
    app.show_pane("data_extensions")
    await calm(app, pilot)
    if de:
        app.look(de=de, part=part)
        await calm(app, pilot)
    pane = app.pane
    assert isinstance(pane, DataExtensions)
    if part != "lineage":
        pane.rows.focus()
    await calm(app, pilot)
    return pane


def view(app: McTui) -> DataExtensionsView:
    assert app.shown is not None
    assert isinstance(app.shown.view, DataExtensionsView)
    return app.shown.view


# ---- the tree


def test_the_tree_has_the_products_folders_at_the_top_and_ones_own_below() -> None:
    leaves = (
        Leaf(("Data Extensions",), "Loose", "Loose", 3),
        Leaf(("Data Extensions", "Mail", "2026"), "A", "A", 1),
        Leaf(("Data Extensions", "Mail", "2026"), "B", "B", 2),
        Leaf(("Synchronized Data Extensions",), "Contact_Salesforce", "Contact_Salesforce", 9),
        Leaf(("Germany", "Data Extensions"), "A", "Germany/A", 4),
    )
    assert [line[0] for line in lines(leaves, frozenset())] == [
        "▾ Data Extensions", " Loose", " ▾ Mail", "  ▾ 2026", "   A", "   B", "▾ Synchronized Data Extensions",
        " Contact_Salesforce", "▾ Germany", " ▾ Data Extensions", "  A",
    ]  # fmt: skip
    closed = lines(leaves, frozenset({"Data Extensions/Mail", "Germany"}))
    assert [line[:2] for line in closed] == [
        ("▾ Data Extensions", ""), (" Loose", 3), (" ▸ Mail", "(2)"), ("▾ Synchronized Data Extensions", ""),
        (" Contact_Salesforce", 9), ("▸ Germany", "(1)"),
    ]  # fmt: skip


async def test_enter_closes_a_folder_and_opens_it_again(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        pane = await shown(app, pilot)
        pane.names.focus()
        await press(app, pilot, "home", "enter")
        assert [line[0] for line in pane.lines][:2] == ["▸ Data Extensions", "▾ Synchronized Data Extensions"]
        await press(app, pilot, "enter")
        assert pane.lines[1][0] == " ▾ Welcome"
        assert view(app).name == "Welcome_Audience", "a folder shows nothing else"


# ---- rows


async def test_o_orders_by_the_column_under_the_cursor_up_down_and_as_they_came(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(120, 34)) as pilot:
        await shown(app, pilot, "Welcome_Audience")
        as_they_came = view(app).table.rows
        await press(app, pilot, "l", "o")
        names = [str(row[1]).lower() for row in view(app).table.rows]
        assert names == sorted(names)
        assert (view(app).order, view(app).descending) == ("FirstName", False)
        await press(app, pilot, "o")
        names = [str(row[1]).lower() for row in view(app).table.rows]
        assert names == sorted(names, reverse=True)
        await press(app, pilot, "o")
        assert view(app).table.rows == as_they_came


async def test_a_filter_and_an_order_hold_together(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "Welcome_Audience")
        await press(app, pilot, "o", "slash", *"vip", "enter")
        table = view(app).table
        assert 0 < table.count < table.total
        assert all("VIP" in row for row in table.rows)
        keys = [row[0] for row in table.rows]
        assert keys == sorted(keys, key=str.casefold)


async def test_m_changes_the_value_under_the_cursor_as_a_step_and_b_undoes_it(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "Welcome_Audience")
        await press(app, pilot, "l", "m")
        prompt = app.query_one("#prompt")
        assert prompt.label == "FirstName (Text(80)):"  # type: ignore[attr-defined]
        await press(app, pilot, *["backspace"] * 12, *"Zoe", "enter")
        assert k(app) == 6, toasts(app)
        assert view(app).table.rows[0][1] == "Zoe"
        assert app.shown is not None
        assert app.shown.step is not None
        assert app.shown.step.subject == "de/Welcome_Audience"
        await press(app, pilot, "b")
        assert view(app).table.rows[0][1] != "Zoe"


async def test_a_value_that_the_field_does_not_take_is_refused_in_the_products_words(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        pane = await shown(app, pilot, "Welcome_Audience")
        at = [column.name for column in view(app).table.columns].index("EmailAddress")
        pane.rows.cursor_column = at
        await press(app, pilot, "m", *["backspace"] * 40, *"nobody", "enter")
        assert k(app) == 5
        assert any("'nobody' is not an email address." in text for text in toasts(app))


async def test_nothing_of_a_synchronized_data_extension_can_be_changed(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "Contact_Salesforce")
        for key in ("m", "a", "x"):
            app._notifications.clear()
            await press(app, pilot, key)
            assert any("Synchronized Data Extensions are read-only" in text for text in toasts(app)), key
        assert k(app) == 5
        assert app.screen.id == "main"


async def test_a_fills_in_a_new_row_and_a_refusal_leaves_what_was_typed(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "Welcome_Log")
        await press(app, pilot, "a")
        form = app.screen
        assert isinstance(form, RowScreen)
        await press(app, pilot, "tab", *"new", "ctrl+s")
        assert app.screen is form
        assert "Cannot insert the value NULL into column 'SubscriberKey'" in str(form.query_one("#row-rule").render())
        await press(app, pilot, "shift+tab", *"k1", "ctrl+s")
        assert app.screen.id == "main"
        assert k(app) == 6
        assert view(app).table.rows[0][:2] == ("k1", "new")


async def test_x_deletes_the_row_under_the_cursor_and_b_brings_it_back(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "Welcome_Audience")
        first = view(app).table.rows[0]
        await press(app, pilot, "x")
        assert k(app) == 6
        assert first not in view(app).table.rows
        await press(app, pilot, "b")
        assert view(app).table.rows[0] == first


async def test_keys_of_rows_say_where_they_work(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "4", "x")
        assert any("This is a key of Data Extensions (2)." in text for text in toasts(app))
        await press(app, pilot, "2", "x")
        assert any("Choose a row first" in text for text in toasts(app))


# ---- history and lineage


async def test_the_history_is_the_steps_that_wrote_it_and_enter_shows_one(make_app: MakeApp) -> None:
    app = make_app(steps=20)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "Welcome_Audience")
        await press(app, pilot, "s", "s")
        assert view(app).part == "history"
        assert [row[0] for row in view(app).table.rows] == [20, 16, 5]
        await press(app, pilot, "down", "enter")
        assert app.look_at.at == 16
        assert app.shown is not None
        assert app.shown.step is not None
        assert app.shown.step.title.startswith("Query Fill Welcome Audience")


async def test_the_picture_lights_what_writes_and_what_reads_it(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(120, 34)) as pilot:
        await shown(app, pilot, "Welcome_Audience", "lineage")
        picture = view(app).picture
        assert picture is not None
        query, entry = "query/fill-welcome-audience", "entry/DEAudience-welcome"
        assert picture.state.lit == {(query, "de/Welcome_Audience"), ("de/Welcome_Audience", entry)}
        nodes = {node.key for node in picture.nodes}
        assert {"crm/Contact", "de/Contact_Salesforce", "journey/welcome"} <= nodes
        assert "de/User_Salesforce" not in nodes, "what has nothing to do with it stays out"


async def test_the_field_under_the_cursor_of_the_schema_has_its_way_lit_and_what_breaks(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(120, 34)) as pilot:
        await shown(app, pilot, "Welcome_Audience", "schema")
        fields = [str(row[0]) for row in view(app).table.rows]
        await press(app, pilot, *["down"] * fields.index("Company"), "s", "s")
        seen = view(app)
        assert (seen.part, seen.field) == ("lineage", "Company")
        assert seen.picture is not None
        assert ("de/Account_Salesforce", "query/fill-welcome-audience") in seen.picture.state.lit
        quiet = {node.key: node.lines[0] for node in seen.picture.nodes}
        assert quiet["de/Account_Salesforce"] == "Name"
        assert app.shown is not None
        assert app.shown.detail is not None
        assert app.shown.detail.title == "If Company goes"
        assert any("fill-welcome" in str(row).lower() or "Fill Welcome" in str(row)
                   for section in app.shown.detail.sections for row in section.rows)  # fmt: skip


async def test_enter_in_the_picture_goes_to_that_data_extension_and_escape_to_its_rows(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(120, 34)) as pilot:
        pane = await shown(app, pilot, "Welcome_Audience", "lineage")
        pane.canvas.select("de/Contact_Salesforce")
        await press(app, pilot, "enter")
        assert (view(app).name, view(app).part) == ("Contact_Salesforce", "lineage")
        await press(app, pilot, "escape")
        assert view(app).part == "rows"


# ---- what it is given


def _wide(path: Path) -> Org:
    """300 fields, long names, markup in values, and a data extension without rows."""
    org = Org.create(path)
    fields = [{"name": "Id", "length": 20, "is_primary_key": True}]
    fields += [{"name": f"Field number {n:03} with a name that is long", "length": 50} for n in range(299)]
    org.do("data_extensions.create", definition={"name": "W" * 100, "fields": fields, "folder": "A/" * 12 + "B"})
    org.do("data_extensions.create", definition={"name": "Empty", "fields": fields[:2]})
    org.do("data_extensions.insert", de="W" * 100, rows=[{"Id": "[b]1[/b]"}])
    return org


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 34)])
async def test_300_columns_long_names_and_deep_folders_are_shown_at_any_size(
    tmp_path: Path, paths: Paths, size: tuple[int, int]
) -> None:
    app = McTui(lambda: _wide(tmp_path / "wide.mctui"), paths=paths, world="wide")
    async with app.run_test(size=size) as pilot:
        pane = await shown(app, pilot, "W" * 100)
        assert len(view(app).table.columns) == 300
        await press(app, pilot, *["l"] * 30, "s")
        await press(app, pilot, "end")
        assert pane.rows.cursor() is not None, "the last of 300 fields is there"
        await press(app, pilot, "s", "s", "s", "a", "escape")
        await press(app, pilot, "right_square_bracket", "m", "s", "s", "s")
        assert view(app).name == "Empty"


async def test_an_empty_world_says_what_to_do(tmp_path: Path, paths: Paths) -> None:
    app = McTui(lambda: Org.create(tmp_path / "empty.mctui"), paths=paths, world="empty")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        app.show_pane("data_extensions")
        await calm(app, pilot)
        await press(app, pilot, "s", "s", "s", "o", "m", "a", "x", "right_square_bracket", "enter", "escape")
        assert view(app).leaves == ()
        assert app.screen.id == "main"


def test_far_rows_in_any_order_are_those_of_the_whole_list(org: Org) -> None:
    """Beyond FAR rows a page is found by identities; it is the same page."""
    from mctui.reading import rows

    fields = [{"name": "Id", "type": "Number", "is_primary_key": True}, {"name": "Name"}]
    org.do("data_extensions.create", definition={"name": "Long", "fields": fields})
    org.do("data_extensions.insert", de="Long", rows=[{"Id": n, "Name": f"n{n * 7 % 13}"} for n in range(500)])
    org.do("data_extensions.delete_row", de="Long", key={"Id": 250})
    for order, descending, text in (("", False, ""), ("Name", True, ""), ("Name", False, "n1"), ("", False, "n3")):
        query = rows.query_of("Long", order, descending, text)
        near = rows.page(org, query, 0, 1000)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rows, "FAR", 0)
            far = tuple(row for offset in range(0, 500, 100) for row in rows.page(org, query, offset, 100))
        assert near == far
        assert len(near) == data_extensions.count(org, "Long", text)
