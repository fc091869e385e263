"""The big table: what it asks for, what it shows, how it moves."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App, ComposeResult

from mctui.widgets.paging import PAGE, PageCache, Row, TableColumn
from mctui.widgets.table import BigTable

COLUMNS = (
    TableColumn("id", "ContactID", align="right"),
    TableColumn("name", "Name"),
    TableColumn("email", "Email Address"),
    TableColumn("note", "Note"),
)
NAMES = ("Ada [b]Byron[/b]", "山田太郎", "Zoë Müller", None)


class People:
    """As many people as one likes."""

    columns = COLUMNS

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def count(self) -> int:
        return self.rows

    def page(self, offset: int, limit: int) -> list[Row]:
        last = min(offset + limit, self.rows)
        return [(i, NAMES[i % 4], f"p{i}@example.com", f"note {i} " * 9) for i in range(offset, last)]


class TableApp(App[None]):
    """One table, and what it said."""

    def __init__(self, source: People | None = None, *, cell_cursor: bool = False) -> None:
        super().__init__()
        self.source = source
        self.table = BigTable(empty="No contacts yet - n takes the next step", cell_cursor=cell_cursor)
        self.said: list[tuple[object, ...]] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.theme = "tokyo-night"
        self.table.focus()
        if self.source is not None:
            self.table.attach(self.source)
            self.table.set_sort("name", descending=True)

    def on_big_table_page_wanted(self, event: BigTable.PageWanted) -> None:
        self.said.append(("wanted", event.generation, event.offset))

    def on_big_table_row_highlighted(self, event: BigTable.RowHighlighted) -> None:
        self.said.append(("row", event.row_index, event.row[0]))

    def on_big_table_row_selected(self, event: BigTable.RowSelected) -> None:
        self.said.append(("open", event.row_index))

    def on_big_table_header_clicked(self, event: BigTable.HeaderClicked) -> None:
        self.said.append(("header", event.column.name))

    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(self.table.size.height)]


async def test_keys_reach_both_ends_of_a_million_rows() -> None:
    app = TableApp(People(1_000_000))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("end", "up", "enter")
        assert app.said[-2:] == [("row", 999_998, 999_998), ("open", 999_998)]
        assert any("999999" in line for line in app.lines()), "the last row is in sight"
        await pilot.press("home", "pagedown", "ctrl+u", "j", "k")
        assert 0 < app.table.cursor_row < 22


async def test_pages_are_asked_for_when_they_come_into_sight_and_only_once() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        generation = app.table.load(COLUMNS, 100_000)
        await pilot.press("down", "end")
        assert app.said == [("wanted", generation, 0), ("wanted", generation, 99_800)]
        assert "···" in app.lines()[3], "what is not there yet shows as dots"
        assert not app.table.wants(generation, 0) and app.table.wants(generation, 99_800)
        app.table.set_page(generation, 99_800, People(100_000).page(99_800, PAGE))
        await pilot.pause()
        assert app.said[-1] == ("row", 99_999, 99_999), "the row is announced once it is there"


async def test_an_answer_to_an_older_question_is_dropped() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)):
        old = app.table.load(COLUMNS, 10)
        new = app.table.load(COLUMNS, 3)
        app.table.set_page(old, 0, People(10).page(0, PAGE))
        assert app.table.row_at(0) is None
        app.table.set_page(new, 0, People(3).page(0, PAGE))
        assert app.table.row_at(2) is not None and app.table.row_at(3) is None


async def test_values_are_literal_nulls_have_a_sign_and_wide_characters_keep_the_columns() -> None:
    app = TableApp(People(8))
    async with app.run_test(size=(80, 24)):
        header, *rows = app.lines()
        assert "Ada [b]Byron[/b]" in rows[0] and "∅" in rows[3]
        assert rows[0].index("p0@") - rows[1].index("p1@") == 4, "four wide characters take eight cells"
        assert "Name ▼" in header


async def test_a_reload_may_keep_the_cursor() -> None:
    app = TableApp(People(500))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["pagedown"] * 4)
        at = app.table.cursor_row
        app.table.attach(People(500), keep_cursor=True)
        assert app.table.cursor_row == at
        app.table.attach(People(5), keep_cursor=True)
        assert app.table.cursor_row == 4


async def test_the_same_list_a_little_later_paints_only_the_lines_that_differ() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        table, rows = app.table, People(300).page(0, PAGE)
        table.set_page(table.load(COLUMNS, 300), 0, rows)
        await pilot.pause()
        painted: list[int] = []
        draw = table.render_line
        table.render_line = lambda y: painted.append(y) or draw(y)  # type: ignore[method-assign, func-returns-value]
        later = list(rows)
        later[4], later[150] = (4, "Renamed", "new@example.com", ""), (150, "Out of sight", "", "")
        table.refill(301, 0, later)
        await pilot.pause()
        assert painted == [5]
        assert "Renamed" in table.render_line(5).text
        table.refill(3, 0, rows[:3])
        await pilot.pause()
        assert not table.render_line(4).text.strip(), "what is no row any more is painted over"


async def test_the_mouse_moves_opens_and_asks_for_an_order() -> None:
    app = TableApp(People(50))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(BigTable, offset=(20, 4))
        await pilot.click(BigTable, offset=(20, 4))
        await pilot.click(BigTable, offset=(18, 0))
        assert app.said[-3:] == [("row", 3, 3), ("open", 3), ("header", "name")]


async def test_a_cell_cursor_goes_along_the_columns() -> None:
    app = TableApp(People(50), cell_cursor=True)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("l", "l", "l", "l")
        assert app.table.cursor_column == 3 and app.table.scroll_offset.x > 0


def test_the_cache_forgets_the_page_that_was_looked_at_longest_ago() -> None:
    cache = PageCache(keep=2)
    cache.put(0, [(0,)])
    cache.put(1, [(1,)])
    cache.touch(0)
    cache.put(2, [(2,)])
    assert 0 in cache and 1 not in cache and len(cache) == 2


def test_table(snap_compare: Callable[..., bool]) -> None:
    """You should see people in columns, ids to the right, the fourth row marked `▌`, `Name ▼` in the header."""
    assert snap_compare(TableApp(People(1_000)), terminal_size=(80, 24), press=["j", "j", "j"])


def test_empty_table(snap_compare: Callable[..., bool]) -> None:
    """You should see a header, and below it the words that name the next key."""
    assert snap_compare(TableApp(People(0)), terminal_size=(80, 24))
