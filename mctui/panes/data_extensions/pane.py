"""The Data Extensions pane: the folder tree on the left; rows, schema, history or lineage of one on the right."""

from __future__ import annotations

import json

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from mctui.canvas.view import JourneyCanvas
from mctui.messages import Looked, Opened
from mctui.panes.caption import Caption
from mctui.panes.data_extensions.tree import DE, Line, lines
from mctui.panes.paged import PagedTable
from mctui.panes.pane import Pane
from mctui.reading.rows import Cell
from mctui.views import PARTS, Column, DataExtensionsView, Leaf, Query, Shown, Table
from mctui.widgets.table import BigTable

_TREE = (Column("name", "Data Extension", 21), Column("rows", "Rows", 7, right=True))
KEYS = ("subscriberkey", "contactkey", "contact_key", "subscriber_key", "id", "_contactkey")


def make() -> DataExtensions:
    """The pane."""
    return DataExtensions(id="data_extensions")


class DataExtensions(Pane):
    """Moving in the tree shows the data extension beside it; tab goes over to it, `s` shows its other parts."""

    view = DataExtensionsView()
    closed: frozenset[str] = frozenset()
    lines: tuple[Line, ...] = ()
    editing: Cell | None = None  # the value that is being changed

    def compose(self) -> ComposeResult:
        """Tree, and caption over the part that shows."""
        with Horizontal():
            yield PagedTable(empty="None yet", id="de-names")
            with Vertical():
                yield Caption(id="de-caption")
                yield PagedTable(
                    empty="No rows yet: n steps on to the poll or query that fills it", cell_cursor=True, id="de-rows"
                )
                words = ("Data", "Field or role", "How", "", "")
                yield JourneyCanvas(empty="  Nothing writes or reads it", words=words, id="de-lineage")

    def show(self, shown: Shown) -> None:
        """Show a reading."""
        assert isinstance(shown.view, DataExtensionsView)
        before, self.view = self.view, shown.view
        view = self.view
        if view.leaves != before.leaves:
            self._plant(view.leaves)
        if view.name != before.name:
            self._point_at((DE, view.name))
        match = f" · {view.table.count:,} of {view.table.total:,} match" if view.table.query.filter else ""
        following = PARTS[(PARTS.index(view.part) + 1) % len(PARTS)]
        order = f" · by {view.order}{' ↓' if view.descending else ' ↑'}" if view.order and view.part == "rows" else ""
        field = f" · {view.field}" if view.field and view.part == "lineage" else ""
        about = f"{view.part} (s {following}){field}{order}{match} · {view.caption}"
        self.query_one("#de-caption", Caption).show(f"▌{view.name}▐", about if view.name else view.caption)
        self._show_part(before)

    def _plant(self, leaves: tuple[Leaf, ...]) -> None:
        """The tree, as far as its folders are open; its cursor stays on what it is on."""
        on = self.names.cursor()
        self.lines = lines(leaves, self.closed)
        self.names.show(Table(Query("names"), _TREE, len(self.lines), len(self.lines), 0, self.lines))
        if on is not None:
            self._point_at(tuple(on[2:]))

    def _point_at(self, line: tuple[object, ...]) -> None:
        """The cursor of the tree on a folder or a data extension, where that is not hidden."""
        at = next((i for i, each in enumerate(self.lines) if each[2:] == line), None)
        if at is not None and at != self.names.cursor_row:
            self.names.put_cursor(at)

    def _show_part(self, before: DataExtensionsView) -> None:
        view = self.view
        is_picture = view.part == "lineage"
        self.set_class(is_picture, "-lineage")
        if is_picture and view.picture is not None:
            picture, was = view.picture, before.picture
            if was is None or (was.nodes, was.edges) != (picture.nodes, picture.edges):
                self.canvas.set_graph(picture.nodes, picture.edges)
            self.canvas.set_state(picture.state)
            if (was is None or was.about != picture.about) and picture.about:
                self.canvas.select(picture.about)
            if before.part != view.part:
                self.canvas.focus()
            return
        column, left = self.rows.cursor_column, self.rows.scroll_offset.x
        self.rows.show(view.table)
        if (before.name, before.part) == (view.name, view.part):  # another order, the same columns
            self.rows.cursor_column = column
            self.rows.scroll_to(x=left, animate=False, immediate=True)
        self.rows.set_sort(view.order or None, descending=view.descending)
        if before.part == "lineage":
            self.rows.focus()

    # ---- parts

    @property
    def names(self) -> PagedTable:
        """The tree."""
        return self.query_one("#de-names", PagedTable)

    @property
    def rows(self) -> PagedTable:
        """Rows, fields or steps."""
        return self.query_one("#de-rows", PagedTable)

    @property
    def canvas(self) -> JourneyCanvas:
        """The lineage."""
        return self.query_one("#de-lineage", JourneyCanvas)

    @property
    def in_rows(self) -> bool:
        """Whether the keys go to the rows of a data extension."""
        return self.view.part == "rows" and self.screen.focused is self.rows

    # ---- what the person does

    def on_big_table_row_highlighted(self, event: BigTable.RowHighlighted) -> None:
        """Another data extension is shown when the cursor comes to it; in the schema the field is remembered."""
        moved = event.table.moved(event) if isinstance(event.table, PagedTable) else False
        if event.table is self.names:
            if moved and event.row[2] == DE and event.row[3] != self.view.name:
                self._look_at(str(event.row[3]))
        elif self.view.part == "schema" and moved:
            self.post_message(Looked(field=str(event.row[0])))

    def _look_at(self, name: str) -> None:
        self.post_message(Looked(de=name, top=0, at=None, order="", descending=False, field=""))

    def on_big_table_row_selected(self, event: BigTable.RowSelected) -> None:
        """Enter opens and closes a folder, goes from a data extension to its rows, opens a row, shows a step."""
        if event.table is self.names:
            if event.row[2] == DE:
                (self.canvas if self.view.part == "lineage" else self.rows).focus()
            else:
                self.closed = self.closed ^ {str(event.row[3])}
                self._plant(self.view.leaves)
        elif self.view.part == "history":
            self.post_message(Looked(at=int(str(event.row[0]))))
        else:
            self.post_message(Opened(*self.record()))

    def on_big_table_header_clicked(self, event: BigTable.HeaderClicked) -> None:
        """A click on the name of a column orders by it."""
        if event.table is self.rows and self.view.part == "rows":
            self.sort(event.column.name)

    def on_journey_canvas_node_selected(self, event: JourneyCanvas.NodeSelected) -> None:
        """Enter on a data extension in the picture goes to it, on a journey to the journey."""
        event.stop()
        kind, _, name = event.key.partition("/")
        if kind == "de":
            self._look_at(name)

    def on_journey_canvas_node_highlighted(self, event: JourneyCanvas.NodeHighlighted) -> None:
        """Moving in the picture changes nothing else."""
        event.stop()

    def sort(self, column: str = "") -> None:
        """Order by a column, the one under the cursor unless it is named; again: the other way, then as they came."""
        view = self.view
        column = column or self._column()
        if not column:
            return
        order, descending = column, False
        if view.order == column:
            order, descending = ("", False) if view.descending else (column, True)
        self.post_message(Looked(order=order, descending=descending, top=0))

    def _column(self) -> str:
        """The field under the cell cursor, or under the cursor of the schema."""
        columns = self.view.table.columns
        if self.view.part == "rows" and columns:
            return columns[min(self.rows.cursor_column, len(columns) - 1)].name
        row = self.rows.cursor()
        return str(row[0]) if self.view.part == "schema" and row else ""

    def switch(self, by: int = 1) -> None:
        """The next part of it; lineage is that of the field under the cursor of the schema."""
        part = PARTS[(PARTS.index(self.view.part) + by) % len(PARTS)]
        self.post_message(Looked(part=part, top=0))

    def turn(self, step: int) -> None:
        """The data extension before or after."""
        listed = [leaf.name for leaf in self.view.leaves]
        if listed:
            at = (listed.index(self.view.name) + step) % len(listed) if self.view.name in listed else 0
            self._look_at(listed[at])

    # ---- what is under the cursor

    def cell(self) -> tuple[str, str, tuple[object, ...]] | None:
        """(data extension, field, row) of the value under the cursor; the row ends with its identity."""
        row = self.rows.cursor() if self.in_rows else None
        return (self.view.name, self._column(), tuple(row)) if row else None

    def selected_contact(self) -> str:
        """The key in the row under the cursor, if the data extension has a field for it."""
        row, columns = self.rows.cursor(), [column.name.lower() for column in self.view.table.columns]
        for name in KEYS:
            if row and self.view.part == "rows" and name in columns:
                return str(row[columns.index(name)])
        return ""

    def record(self) -> tuple[str, str]:
        """The row under the cursor with its values, else the data extension."""
        row = self.rows.cursor()
        if not row or not self.in_rows:
            return "de", self.view.name
        names = [column.name for column in self.view.table.columns]
        values = dict(zip(names, row, strict=False))
        return "row", json.dumps({"of": self.view.name, "row": values}, default=str)

    def copied(self) -> str:
        """The row, columns by tabs."""
        if self.screen.focused is self.names:
            row: tuple[object, ...] = (self.view.name,)
        else:
            row = tuple(self.rows.cursor() or ())[: len(self.view.table.columns)]
        return "\t".join("" if value is None else str(value) for value in row)

    def top(self) -> int:
        """The page in sight."""
        return self.rows.page_in_sight

    def first(self) -> Widget | None:
        """The tree."""
        return self.names
