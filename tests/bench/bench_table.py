"""Scroll 1,000,000 rows of SQLite in a BigTable and print milliseconds from key to paint. Run by hand:

python tests/bench/bench_table.py [ROWS]
"""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import sys
import time

from textual.app import App, ComposeResult

from mctui.widgets.paging import Row, TableColumn
from mctui.widgets.table import BigTable

KEYS = ["down"] * 60 + ["pagedown"] * 60 + ["end"] + ["pageup"] * 60 + ["up"] * 40 + ["home"]


class People:
    """A table in memory, read by row id."""

    columns = (
        TableColumn("id", "ContactID", align="right"),
        TableColumn("key", "Contact Key"),
        TableColumn("email", "Email Address"),
        TableColumn("city", "City"),
        TableColumn("opens", "Opens", align="right"),
    )

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.db = sqlite3.connect(":memory:")
        self.db.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, key TEXT, email TEXT, city TEXT, opens INTEGER)")
        self.db.execute(
            """INSERT INTO people
               WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
               SELECT i, printf('003%015d', i), printf('person%d@example.com', i), 'Wien', i * 7 % 100 FROM n""",
            (rows,),
        )

    def count(self) -> int:
        return self.rows

    def page(self, offset: int, limit: int) -> list[Row]:
        return self.db.execute("SELECT * FROM people WHERE id > ? ORDER BY id LIMIT ?", (offset, limit)).fetchall()


class Bench(App[None]):
    """One table, and the moment of its last paint."""

    def compose(self) -> ComposeResult:
        yield BigTable()


async def measure(rows: int) -> list[float]:
    """Milliseconds per key: the key handled, the page read, and every line that changed drawn."""
    app = Bench()
    took = []
    async with app.run_test(size=(120, 34)) as pilot:
        table = app.query_one(BigTable)
        table.attach(People(rows))
        table.focus()
        await pilot.pause()
        actions = {binding[0]: binding[1].action for binding in table._bindings}
        for key in KEYS:
            started = time.perf_counter()
            await table.run_action(actions[key])
            for y in range(table.size.height):
                table.render_line(y)
            took.append((time.perf_counter() - started) * 1000)
            await pilot.pause()
    return took


def main() -> None:
    """Print one line."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took = sorted(asyncio.run(measure(rows)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    at = {share: took[int(len(took) * share)] for share in (0.5, 0.95)}
    print(f"{rows:,} rows, {len(took)} keys: median {at[0.5]:.2f} ms, p95 {at[0.95]:.2f} ms, worst {took[-1]:.2f} ms")
    print(f"peak memory {peak / 1024:.0f} MB, {(peak - before) / 1024:.0f} MB more than at the start, data included")


if __name__ == "__main__":
    main()
