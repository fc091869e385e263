"""What must hold in every file at every step; `check` proves it from the rows themselves.

A room declares its own beside its tables: a sentence, and a query that finds what contradicts it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.org import Org

Finder = Callable[["Org"], list[str]]

_declared: dict[str, Finder] = {}


def invariant(sentence: str, violations: str | Finder) -> None:
    """Declare that `sentence` holds. `violations` is SQL whose rows contradict it, or a function that lists them."""
    assert sentence not in _declared, f"declared twice: {sentence}"
    _declared[sentence] = _from_sql(violations) if isinstance(violations, str) else violations


def _from_sql(sql: str) -> Finder:
    def find(org: Org) -> list[str]:
        found = org.rows(f"SELECT * FROM ({sql}) LIMIT 3")
        return [", ".join(f"{name} {row[name]}" for name in row.keys()) for row in found]  # noqa: SIM118 (a Row)

    return find


def declared() -> list[str]:
    """All sentences, sorted."""
    return sorted(_declared)


def check(org: Org) -> list[str]:
    """What does not hold, one line each: SQLite's own checks first. Empty when the file is sound."""
    problems = [f"SQLite: {row[0]}" for row in org.rows("PRAGMA integrity_check") if row[0] != "ok"]
    problems += [f"a row of {row[0]} refers to nothing in {row[2]}" for row in org.rows("PRAGMA foreign_key_check")]
    for sentence in declared():
        problems += [f"not so: {sentence} ({found})" for found in _declared[sentence](org)]
    return problems


invariant("the clock stands where the last step left it", "SELECT k, at FROM steps WHERE at > (SELECT now FROM world)")
invariant("nothing on the agenda is overdue", "SELECT title, due_at FROM agenda WHERE due_at < (SELECT now FROM world)")
invariant("steps are numbered without a gap", "SELECT max(k) AS last FROM steps HAVING max(k) <> count(*)")
invariant("time never runs back", "SELECT a.k FROM steps a JOIN steps b ON b.k = a.k + 1 WHERE b.at < a.at")
