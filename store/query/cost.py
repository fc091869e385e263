"""How long a query would take there: an estimate, for the 30 minutes after which the product stops it.

The product publishes no speeds, so the estimate is a small model with one speed that can be switched
(`query_rows_per_second`): every source that the text mentions is read once; a join is free when it compares two columns
for equality (both sides have been read) and otherwise looks at every pair of rows; GROUP BY, DISTINCT, ORDER BY, a
window and UNION sort what they get, and a sort costs four readings; a row written costs ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from store import data_extensions
from store.assumptions import assume
from store.errors import Refused

if TYPE_CHECKING:
    from sqlglot import exp

    from store.org import Org

assume(
    "query_rows_per_second",
    200_000,
    (),
    "How many rows a SQL Query Activity reads in a second, for the estimate of how long a run takes.",
    "No source: Salesforce publishes no figures; a sort counts as 4 readings, a written row as 10, a pair as 1/100.",
)
assume(
    "query_timeout_minutes",
    30,
    (),
    "After how many minutes a run of a SQL Query Activity is stopped.",
    "mateuszdabrowski.pl, sql-basics: the AutoKill of 30 minutes per query.",
)
SORT, WRITE, PAIR = 4, 10, 0.01  # in readings


@dataclass(frozen=True)
class Cost:
    """What a run is made of, in rows, and the seconds that it takes."""

    read: int
    paired: int
    sorted: int
    written: int
    seconds: int

    @property
    def line(self) -> str:
        """`about 4 s: 1,000,000 rows read, 500,000 sorted`."""
        parts = [("read", self.read), ("pairs of rows compared", self.paired), ("sorted", self.sorted)]
        listed = ", ".join(
            f"{count:,} {word}" if word[0] == "p" else f"{count:,} rows {word}" for word, count in parts if count
        )
        return f"about {duration(self.seconds)}" + (f": {listed}" if listed else "")


def duration(seconds: int) -> str:
    """`40 s`, `12 min`, `3 h`."""
    if seconds < 120:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


Source = tuple[str, str]  # schema ('' or 'Ent') and name, as written


@dataclass(frozen=True)
class _Shape:
    """What the cost of a text depends on, whatever its sources hold: pure, and so kept with the text."""

    read: tuple[Source, ...]
    paired: tuple[tuple[tuple[Source, ...], tuple[Source, ...]], ...]  # the sources left and right of a join
    sorted: tuple[tuple[int, tuple[Source, ...]], ...]  # how many sorts of what comes out of these


def estimate(org: Org, text: str, written: int = 0) -> Cost:
    """The cost of a query text with the rows that its sources have now. The text has to compile."""
    form, counted = shape(text), _Counted(org)
    read = sum(counted.rows(source) for source in form.read)
    paired = sum(counted.most(left) * counted.most(right) for left, right in form.paired)
    ordered = sum(times * counted.most(sources) for times, sources in form.sorted)
    readings = read + SORT * ordered + PAIR * paired + WRITE * written
    speed = max(int(org.assumption("query_rows_per_second")), 1)
    return Cost(read, paired, ordered, written, max(1, round(readings / speed)))


@lru_cache(maxsize=64)
def shape(text: str) -> _Shape:
    """What the cost of a text depends on. The text has to be one that the product would take."""
    from sqlglot import exp

    from store.query.parse import parse

    tree = parse(text)
    unions = (each for each in tree.find_all(exp.SetOperation) if each.args.get("distinct") is not False)
    return _Shape(
        read=_sources(tree),
        paired=tuple(pair for join in tree.find_all(exp.Join) for pair in _pairs(join)),
        sorted=(
            *(found for select in tree.find_all(exp.Select) for found in _sorts(select)),
            *((1, _sources(union)) for union in unions),
        ),
    )


def _sources(node: exp.Expr) -> tuple[Source, ...]:
    from sqlglot import exp

    return tuple(("Ent" if table.db.lower() == "ent" else table.db, table.name) for table in node.find_all(exp.Table))


def estimate_written(org: Org, cost: Cost, written: int) -> int:
    """The seconds of a run that has written so many rows."""
    return cost.seconds + round(WRITE * written / max(int(org.assumption("query_rows_per_second")), 1))


def refuse_too_long(org: Org, name: str, cost: Cost) -> None:
    """Raises Refused when the run would be stopped. ASSUMED text: domain D3 knows only that a run is timed out."""
    limit = int(org.assumption("query_timeout_minutes"))
    if cost.seconds > limit * 60:
        raise Refused(
            f"The query timed out: a run is stopped after {limit} minutes.",
            cause=f"It is estimated to take {cost.line}.",
            fix="Write steps into data extensions of their own, compare columns without functions, filter early.",
        )


class _Counted:
    """Rows of each source, counted once."""

    def __init__(self, org: Org) -> None:
        self._org, self._catalog = org, data_extensions.catalog(org)
        self._known: dict[Source, int] = {}

    def rows(self, source: Source) -> int:
        """Of a data extension or data view; 0 for what is none (a common table expression, STRING_SPLIT)."""
        if source not in self._known:
            schema, name = source
            found = self._catalog.table(name, "Ent" if schema == "Ent" else None)
            count = found and self._org.value(f"SELECT count(*) FROM {found.sqlite_name}")
            self._known[source] = int(count or 0)
        return self._known[source]

    def most(self, sources: tuple[Source, ...]) -> int:
        """The rows of the largest of them: what can come out of a part of a query at most, without a fan-out."""
        return max(map(self.rows, sources), default=0)


def _sorts(select: exp.Select) -> list[tuple[int, tuple[Source, ...]]]:
    """How often a SELECT sorts, and what."""
    from sqlglot import exp

    own = [part for part in select.find_all(exp.Window) if part.parent_select is select]
    sorts = sum(select.args.get(key) is not None for key in ("group", "distinct", "order")) + bool(own)
    clause = select.args.get("from_")
    if not sorts or clause is None:
        return []
    parts = [clause.this, *(join.this for join in select.args.get("joins") or [])]
    return [(sorts, tuple(source for part in parts for source in _sources(part)))]


def _pairs(join: exp.Join) -> list[tuple[tuple[Source, ...], tuple[Source, ...]]]:
    """What stands left and right of a join in which no two columns have to be equal."""
    from sqlglot import exp

    if isinstance(join.this, exp.Lateral) or _equates(join.args.get("on")):
        return []
    select = join.parent_select
    if join.args.get("on") is None and select is not None and _equates(select.args.get("where")):
        return []  # FROM a, b WHERE a.key = b.key
    clause = select.args.get("from_") if select is not None else None
    return [(_sources(clause.this), _sources(join.this))] if clause is not None else []


def _equates(condition: exp.Expr | None) -> bool:
    """Whether every row that meets a condition meets `a.x = b.y`."""
    from sqlglot import exp

    if condition is None:
        return False
    inner = condition.this if isinstance(condition, exp.Where) else condition
    parts = inner.flatten() if isinstance(inner, exp.And) else [inner]
    bare = [part.unnest() for part in parts]
    return any(
        isinstance(part, exp.EQ)
        and isinstance(part.left, exp.Column)
        and isinstance(part.right, exp.Column)
        and part.left.table.lower() != part.right.table.lower()
        for part in bare
    )
