"""How long a query goes on after it was told to stop: from `Session.stop()` to the answer, as the editor has it."""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from mctui.reading import query_editor
from mctui.session import Session
from mctui.views import Answer, Focus, Problem, Result
from mctui.watch import Watch
from store import Org
from tests.bench.table import Line

BOUND = 0.1  # seconds
TIMES = 5  # of each kind; the slowest counts
_CROSS = ", ".join(f"Big b{n}" for n in range(4))
# What SQLite is in the middle of: a join without end, a sort, a Python function, rows on their way into the target.
QUERIES = {
    "a join of every row with every row": f"SELECT COUNT(*) AS Id FROM {_CROSS}",
    "a sort of all rows": "SELECT a.Id FROM Big a CROSS JOIN (SELECT TOP 20 Id FROM Big) b ORDER BY a.Name, b.Id",
    "functions in Python": f"SELECT COUNT(FORMAT(b0.Id, 'N2')) AS Id FROM {_CROSS}",
    "into the target": "SELECT a.Id * 1000 + b.Id AS Id, a.Name FROM Big a CROSS JOIN (SELECT TOP 900 Id FROM Big) b",
}


def _world(path: Path, size: int) -> Org:
    org = Org.create(path)
    fields: list[dict[str, Any]] = [{"name": "Id", "type": "Number"}, {"name": "Name"}]
    for name in ("Big", "Target"):
        org.do("data_extensions.create", definition={"name": name, "fields": fields})
    rows = [{"Id": n, "Name": f"name {n * 7919 % 100_003}"} for n in range(1000)]
    org.do("data_extensions.insert", de="Big", rows=rows)
    more = f"SELECT TOP {size - 1000} a.Id + 1000 AS Id, a.Name FROM Big a CROSS JOIN Big b"
    org.do("query.run_into", sql=more, target="Big", action="Append")
    return org


def measure(size: int = 1_000_000) -> list[Line]:
    """Run each query in a session with its thread, stop it in the middle, wait for the answer."""
    answers: queue.Queue[Result] = queue.Queue()
    under_way = threading.Event()
    tick = Watch._tick

    def seen(watch: Watch) -> int:
        if watch._name == "Run":
            under_way.set()
        return tick(watch)

    lines = []
    with tempfile.TemporaryDirectory() as folder:
        session = Session(lambda: _world(Path(folder) / "w.mctui", size), answers.put)
        Watch._tick = seen  # type: ignore[method-assign]
        try:
            session.start(Focus(pane="data_extensions"))
            session.wait_until_idle()
            for name, sql in QUERIES.items():
                took = max(_stopped(session, sql, answers, under_way, name == "into the target") for _ in range(TIMES))
                lines.append(Line(f"cancel: {name}", f"{took * 1000:.0f} ms", f"slowest of {TIMES}, {size:,} rows",
                                  "at most 100 ms", took <= BOUND))  # fmt: skip
        finally:
            Watch._tick = tick  # type: ignore[method-assign]
            session.close()
    return lines


def _stopped(session: Session, sql: str, answers: queue.Queue[Result], under_way: threading.Event, into: bool) -> float:
    draft = query_editor.Draft(sql, "Target", "Append")

    def question(org: Org) -> object:
        from store.errors import Interrupted

        if not into:
            return query_editor.run(org, draft, time.perf_counter).title
        try:
            session.make("query.run_into", {"sql": sql, "target": "Target", "action": "Append"})
        except Interrupted:
            return "Run stopped"
        return "not stopped"

    under_way.clear()
    session.ask("run", question, "Run", moves=into)
    assert under_way.wait(120), "the query never ran"
    time.sleep(0.3)  # well into it: a bench may wait, a test may not
    before = time.perf_counter()
    session.stop()
    while not isinstance(answer := answers.get(timeout=120), Answer):
        assert not isinstance(answer, Problem), answer
    assert answer.value == "Run stopped", answer
    took = time.perf_counter() - before
    session.wait_until_idle()
    return took
