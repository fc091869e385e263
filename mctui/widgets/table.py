"""BigTable: a table of any length that holds only the pages in sight.

The table never reads: it posts `PageWanted` and is given the rows by `set_page`, whenever they come. What is not there
yet shows as dots. Each `load` opens a new generation; pages of an older one are ignored, so a slow answer to the last
question can never mix into this one. `attach` answers from a source at once, for short lists and for tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mctui.widgets.columns import GAP, Widths
from mctui.widgets.looks import Looks, colored
from mctui.widgets.paging import PAGE, PageCache, PageSource, Row, TableColumn
from mctui.widgets.text import fit, shown

MARGIN = 60  # rows ahead of the edge at which the next page is asked for
_GAP = " " * GAP
GUTTER = 2  # cells for the cursor mark, never scrolled sideways


class TableMessage(Message):
    """What a table says; `control` makes `@on(BigTable.RowSelected, "#contacts")` work."""

    def __init__(self, table: BigTable) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> BigTable:
        """The table it happened in."""
        return self.table


class BigTable(Looks, ScrollView, can_focus=True):
    """A table that pages. The cursor row is marked by shape (`▌`) as well as by color."""

    DEFAULT_CSS = """
    BigTable {
        & > .table--header { color: $text-secondary; text-style: bold underline; }
        & > .table--even { background: $boost; }
        & > .table--cursor { background: $primary 25%; text-style: bold; }
        & > .table--cursor-blurred { background: $foreground 10%; }
        & > .table--cell { background: $primary 25%; text-style: bold reverse; }
        & > .table--mark { color: $text-primary; text-style: bold; }
        & > .table--null, & > .table--waiting, & > .table--empty { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"table--{name}"
        for name in ("header", "odd", "even", "cursor", "cursor-blurred", "cell", "mark", "null", "waiting", "empty")
    }
    LOOK = "table"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("left,h", "across(-1)", "Left", show=False, id="table.left"),
        Binding("right,l", "across(1)", "Right", show=False, id="table.right"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="table.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="table.page_down"),
        Binding("ctrl+u", "page(-0.5)", "Half page up", show=False, id="table.half_up"),
        Binding("ctrl+d", "page(0.5)", "Half page down", show=False, id="table.half_down"),
        Binding("home", "go(0)", "First row", show=False, id="table.top"),
        Binding("end", "go(-1)", "Last row", show=False, id="table.bottom"),
        Binding("enter", "choose", "Open", show=False, id="table.open"),
    ]

    class PageWanted(TableMessage):
        """Rows come into sight that are not there; answer with `set_page(generation, offset, rows)`."""

        def __init__(self, table: BigTable, generation: int, offset: int, limit: int) -> None:
            super().__init__(table)
            self.generation, self.offset, self.limit = generation, offset, limit

    class RowHighlighted(TableMessage):
        """The cursor came to a row (posted once the row is there)."""

        def __init__(self, table: BigTable, row_index: int, row: Row) -> None:
            super().__init__(table)
            self.row_index, self.row = row_index, row

    class RowSelected(RowHighlighted):
        """Enter, or a click on the cursor row."""

    class HeaderClicked(TableMessage):
        """A column header was clicked; the pane decides the order and says so with `set_sort`."""

        def __init__(self, table: BigTable, column: TableColumn) -> None:
            super().__init__(table)
            self.column = column

    def __init__(
        self,
        *,
        empty: str = "Nothing here",
        ascii_only: bool = False,
        cell_cursor: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.empty = empty
        self.ascii_only = ascii_only
        self.cell_cursor = cell_cursor
        self.columns: tuple[TableColumn, ...] = ()
        self._widths = Widths()
        self.row_count = 0
        self.generation = 0
        self.cursor_row = 0
        self.cursor_column = 0
        self._source: PageSource | None = None
        self._pages = PageCache()
        self._asked: set[int] = set()  # pages asked for and not there yet
        self._sort: tuple[str, bool] | None = None
        self._to_announce = False

    # -- what the pane says

    def load(self, columns: Sequence[TableColumn], count: int, *, keep_cursor: bool = False) -> int:
        """Show another table of `count` rows, none of them there yet. Returns the generation its pages must carry."""
        same = tuple(columns) == self.columns
        if not (keep_cursor and same):
            self.columns, self._widths = tuple(columns), Widths(columns)
            self.cursor_row = self.cursor_column = 0
            self.scroll_to(0, 0, animate=False, immediate=True)
        self._empty(count)
        self._to_announce = count > 0
        self.refresh()
        self._ask()
        return self.generation

    def refill(self, count: int, offset: int, rows: Sequence[Row]) -> None:
        """Show the same list a little later, with one page of it; only lines that differ are painted again."""
        sight = range(self._top, self._top + self._height)
        before, cursor = [self._held(index) for index in sight], self.row_at(self.cursor_row)
        self._empty(count)
        self._pages.put(offset // PAGE, rows)
        if self._widths.measure(rows) or sight.start != self._top:
            self._measure()
            self.refresh()
        else:
            for y, index in enumerate(sight, 1):
                if before[y - 1] != self._held(index):
                    self.refresh(Region(0, y, self.size.width, 1))
        if self.row_at(self.cursor_row) != cursor:
            self._announce()
        self._ask()

    def _held(self, index: int) -> Row | bool | None:
        """What a line stands for: a row, None for one that is not there yet, False for none."""
        return self.row_at(index) if index < self.row_count else False

    def _empty(self, count: int) -> None:
        """`count` rows, none of them there yet."""
        self.row_count = count
        self.generation += 1
        self._source = None
        self._pages.clear()
        self._asked.clear()
        self.cursor_row = max(min(self.cursor_row, count - 1), 0)
        self._measure()

    def attach(self, source: PageSource, *, keep_cursor: bool = False) -> int:
        """Show a source that answers at once."""
        generation = self.load(source.columns, source.count(), keep_cursor=keep_cursor)
        self._source = source
        asked, self._asked = sorted(self._asked), set()
        for page in asked or [0]:
            self._want(page)
        return generation

    def set_page(self, generation: int, offset: int, rows: Sequence[Row]) -> None:
        """Rows from `offset` on (a multiple of PAGE). Those of an older generation are dropped."""
        if generation != self.generation:
            return
        page = offset // PAGE
        self._asked.discard(page)
        self._pages.put(page, rows)
        if self._widths.measure(rows):
            self._measure()
        self.refresh()
        if self._to_announce and self.row_at(self.cursor_row) is not None:
            self._announce()

    def wants(self, generation: int, offset: int) -> bool:
        """Whether an answer would still be used: a worker asks before it reads. Safe from any thread."""
        return generation == self.generation and offset // PAGE in self._asked

    def set_sort(self, column: str | None, *, descending: bool = False) -> None:
        """Mark the column that the rows are in the order of."""
        sort = (column, descending) if column is not None else None
        if sort != self._sort:
            self._sort = sort
            self.refresh(Region(0, 0, self.size.width, 1))

    def row_at(self, index: int) -> Row | None:
        """A row, or None while it is not there."""
        return self._pages.row(index)

    def move_to(self, row: int) -> None:
        """Put the cursor on a row (the nearest there is) and bring it into view."""
        if not self.row_count:
            return
        before, self.cursor_row = self.cursor_row, max(0, min(row, self.row_count - 1))
        for index in (before, self.cursor_row):
            self.refresh(Region(0, index - self._top + 1, self.size.width, 1))
        height = max(self._height - 1, 1)
        top = min(max(self._top, self.cursor_row - height + 1), self.cursor_row)
        if top != self._top:
            self.scroll_to(y=top, animate=False, immediate=True)
            self._ask()
        if before != self.cursor_row:
            self._announce()

    # -- pages

    @property
    def _top(self) -> int:
        return self.scroll_offset.y

    @property
    def _height(self) -> int:
        """Lines in sight, the header included, a scroll bar not."""
        return self.scrollable_content_region.height

    def _announce(self) -> None:
        row = self.row_at(self.cursor_row)
        self._to_announce = row is None
        if row is not None:
            self.post_message(self.RowHighlighted(self, self.cursor_row, row))

    def _ask(self) -> None:
        """Ask for the pages in sight and a little around; forget questions about what is out of sight again."""
        if not self.row_count:
            return
        first = max(self._top - MARGIN, 0) // PAGE
        last = min(self._top + self._height + MARGIN, self.row_count - 1) // PAGE
        self._asked.intersection_update(range(first, last + 1))
        for page in range(first, last + 1):
            if page in self._pages:
                self._pages.touch(page)
            elif page not in self._asked:
                self._want(page)

    def _want(self, page: int) -> None:
        self._asked.add(page)
        if self._source is not None:
            self.set_page(self.generation, page * PAGE, self._source.page(page * PAGE, PAGE))
        else:
            self.post_message(self.PageWanted(self, self.generation, page * PAGE, PAGE))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what scrolls into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()

    def on_resize(self) -> None:
        """A taller table sees more rows."""
        self._measure()
        self.refresh()
        self._ask()

    def _measure(self) -> None:
        height = self.row_count + 1 if self.row_count else 0
        before, size = self.virtual_size, Size(GUTTER + self._widths.starts[-1], height)
        room = self.scrollable_content_region.size
        same_bar = self.styles.overflow_y == "scroll" or (before.height > room.height) == (size.height > room.height)
        if before.width == size.width and same_bar:
            # More rows or fewer move the scroll bar; to lay out the whole screen again would cost more than the step.
            self.set_reactive(BigTable.virtual_size, size)
            if self.show_vertical_scrollbar:
                self.vertical_scrollbar.window_virtual_size = size.height
            self.scroll_y = self.validate_scroll_y(self.scroll_y)
        else:
            self.virtual_size = size

    # -- drawing

    def render_line(self, y: int) -> Strip:
        """One line of the viewport (Textual's line API)."""
        width = self.size.width
        if y == 0 and self.columns:
            return self._header(width)
        index = self._top + y - 1
        if not self.row_count:
            style = self.look("empty")
            words = [Segment(" " * GUTTER, style), Segment(self.empty, style)] if y == 1 else []
            return Strip(words).extend_cell_length(width, style)
        if index >= self.row_count:
            return Strip.blank(width, self.look("odd"))
        return self._line(index, width)

    def _header(self, width: int) -> Strip:
        style = self.look("header")
        segments = []
        for i in self._widths.in_sight(self.scroll_offset.x, width):
            column = self.columns[i]
            label = column.label
            if self._sort is not None and self._sort[0] == column.name:
                mark = ("v" if self._sort[1] else "^") if self.ascii_only else ("▼" if self._sort[1] else "▲")
                label = fit(label, min(cell_len(label), self._widths.widths[i] - 2)) + " " + mark
            segments.append(Segment(self._fit(label, i) + _GAP, style))
        return self._crop(Segment(" " * GUTTER, style), segments, width, style)

    def _line(self, index: int, width: int) -> Strip:
        row = self.row_at(index)
        at_cursor = index == self.cursor_row
        name = ("cursor" if self.has_focus else "cursor-blurred") if at_cursor else "even" if index % 2 else "odd"
        style = self.look(name)
        # Only color and weight: the background stays that of the line.
        quiet = colored(style, self.look("null" if row else "waiting").color)
        runs: list[tuple[str, Style]] = []  # neighbours of one style are one run: a line is drawn by its runs
        for i in self._widths.in_sight(self.scroll_offset.x, width):
            value = row[i] if row is not None else ("." if self.ascii_only else "·") * 3
            cell = quiet if row is None or value is None else style
            if at_cursor and self.cell_cursor and i == self.cursor_column and self.has_focus:
                cell = self.look("cell")
            text = self._fit(shown(value, ascii_only=self.ascii_only), i)
            if cell is not style:
                runs += [(text, cell), (_GAP, style)]
            elif runs and runs[-1][1] is style:
                runs[-1] = (runs[-1][0] + text + _GAP, style)
            else:
                runs.append((text + _GAP, style))
        segments = [Segment(*run) for run in runs]
        mark = colored(style, self.look("mark").color, bold=True)
        focused, blurred = (">", "-") if self.ascii_only else ("▌", "▏")
        sign = (focused if self.has_focus else blurred) if at_cursor else " "
        return self._crop(Segment(sign.ljust(GUTTER), mark), segments, width, style)

    def _fit(self, text: str, i: int) -> str:
        return fit(text, self._widths.widths[i], self.columns[i].align, "~" if self.ascii_only else "…")

    def _crop(self, gutter: Segment, segments: list[Segment], width: int, style: Style) -> Strip:
        left = self.scroll_offset.x - self._widths.starts[max(self._widths.at(self.scroll_offset.x), 0)]
        return Strip.join([Strip([gutter]), Strip(segments).crop_extend(left, left + width - GUTTER, style)])

    # -- keys and mouse

    def action_move(self, by: int) -> None:
        """Up or down by rows."""
        self.move_to(self.cursor_row + by)

    def action_page(self, by: float) -> None:
        """Up or down by (parts of) a page."""
        self.move_to(self.cursor_row + int(by * max(self._height - 1, 2)))

    def action_go(self, row: int) -> None:
        """To a row, counted from the end when negative."""
        self.move_to(row if row >= 0 else self.row_count + row)

    def action_across(self, by: int) -> None:
        """To the next column: the cell cursor if there is one, else the left edge of the view."""
        if not self.columns:
            return
        left = self.scroll_offset.x
        if not self.cell_cursor:
            at = self._widths.at(left)
            to = at + by if by > 0 or self._widths.starts[at] == left else at
            self.scroll_to(x=self._widths.starts[max(0, min(to, len(self.columns) - 1))], animate=False, immediate=True)
            return
        self.cursor_column = max(0, min(self.cursor_column + by, len(self.columns) - 1))
        start, end = self._widths.starts[self.cursor_column], self._widths.starts[self.cursor_column + 1]
        room = self.scrollable_content_region.width - GUTTER
        self.scroll_to(x=min(max(left, end - room), start), animate=False, immediate=True)
        self.refresh()

    def action_choose(self) -> None:
        """Open the cursor row."""
        row = self.row_at(self.cursor_row)
        if row is not None:
            self.post_message(self.RowSelected(self, self.cursor_row, row))

    def on_click(self, event: events.Click) -> None:
        """A header sorts, a row takes the cursor, the cursor row opens."""
        column = self._widths.at(event.x - GUTTER + self.scroll_offset.x)
        if event.y == 0:
            if 0 <= column < len(self.columns):
                self.post_message(self.HeaderClicked(self, self.columns[column]))
            return
        index = self._top + event.y - 1
        if index >= self.row_count:
            return
        if self.cell_cursor and 0 <= column < len(self.columns):
            self.cursor_column = column
        if index == self.cursor_row:
            self.action_choose()
        else:
            self.move_to(index)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The mark changes its shape."""
        super().watch_has_focus(_has_focus)
        self.refresh()
