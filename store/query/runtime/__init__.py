"""The Python functions that translated queries call where SQLite has nothing that fits: the last resort.

Every function is registered with the reason why it is needed; `connect_functions` gives them to a connection. A
call costs about half a microsecond plus its body, against a few nanoseconds for SQLite's own. None of them reads a
clock or a random source, so they are deterministic; only `tsql_fail` is registered as not deterministic, because
SQLite computes constant calls of deterministic functions before the first row and the error would come up although
no row reaches it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from typing import Any

from store.errors import Refused


class RunError(Exception):
    """A run fails with SQL Server's text."""


@dataclass(frozen=True, slots=True)
class PythonFunction:
    """`arguments` -1 means any number."""

    name: str
    arguments: int
    call: Callable[..., Any]
    why: str
    deterministic: bool = True


FAMILIES = ("aggregates", "buckets", "dates", "formats", "json_values", "parsing", "percentiles", "scalars", "strings")
PYTHON_FUNCTIONS: dict[str, PythonFunction] = {}
AGGREGATES: dict[str, tuple[int, type, str]] = {}
WINDOWS: dict[str, tuple[int, type, str]] = {}


def python(
    name: str, arguments: int, why: str, *, deterministic: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function for SQL; `why` says what SQLite lacks."""

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        PYTHON_FUNCTIONS[name] = PythonFunction(name, arguments, call, why, deterministic)
        return call

    return register


def aggregate(name: str, arguments: int, why: str) -> Callable[[type], type]:
    """Registers an aggregate class (step, finalize)."""

    def register(kind: type) -> type:
        AGGREGATES[name] = (arguments, kind, why)
        return kind

    return register


def window(name: str, arguments: int, why: str) -> Callable[[type], type]:
    """Registers a window function class (step, inverse, value, finalize)."""

    def register(kind: type) -> type:
        WINDOWS[name] = (arguments, kind, why)
        return kind

    return register


@python("tsql_fail", 1, "SQLite has no way to raise an error with a text from a SELECT", deterministic=False)
def _fail(message: str) -> None:
    raise RunError(message)


def connect_functions(db: sqlite3.Connection) -> None:
    """Registers every function on a connection; needed before a translated query runs.

    Once for a connection that remembers it (see store/connection.py): a function that is registered again makes SQLite
    prepare every statement of the connection anew. What a run has of its own begins anew each time.
    """
    known: dict[str, Any] = getattr(db, "known", {})
    if "tsql_newid" in known:
        known["tsql_newid"].restart()
        return
    for family in FAMILIES:  # imported for their registrations
        import_module(f"store.query.runtime.{family}")
    from store.query.runtime import chances

    held = [""]

    def guarded(call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def run(*arguments: Any) -> Any:
            try:
                return call(*arguments)
            except RunError as error:
                held[0] = str(error)
                raise

        return run

    for function in PYTHON_FUNCTIONS.values():
        db.create_function(
            function.name, function.arguments, guarded(function.call), deterministic=function.deterministic
        )
    for name, (arguments, kind, _) in AGGREGATES.items():
        db.create_aggregate(name, arguments, kind)
    for name, (arguments, kind, _) in WINDOWS.items():
        db.create_window_function(name, arguments, kind)
    guids = known["tsql_newid"] = chances.Guids()
    db.create_function("tsql_newid", 2, guids.next)
    db.create_function("tsql_rand", 1, chances.rand, deterministic=True)
    db.create_function("tsql_rand_of", 1, chances.rand_of, deterministic=True)
    db.create_function("tsql_last_error", 0, lambda: held[0])


def run_error(db: sqlite3.Connection, error: sqlite3.Error) -> Refused:
    """The error of a translated query as SQL Server says it; an error of SQLite that is none of ours stays as it is."""
    text = str(error)
    if "user-defined function raised exception" in text:
        return Refused(str(db.execute("SELECT tsql_last_error()").fetchone()[0]))
    if "integer overflow" in text:
        return Refused("Arithmetic overflow error converting expression to data type bigint.")
    return Refused(text, cause="SQLite reported this while the query ran.")
