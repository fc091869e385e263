"""Switches of the dialect: what differs between accounts or what the caller wants checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How one query is read.

    allow_cte      ASSUMED off: WITH is refused by the activity's syntax check (domain D1: sources disagree)
    server         ASSUMED 2019: the version of SQL Server whose functions there are (domain D1: "more or less 2019")
    require_names  every output column has a name and no two the same: what a target data extension needs
    padded         (table, column) pairs some of whose values end in a blank. `a = 'b'` ignores trailing blanks; a
                   column not listed here is compared as it is, so that its index serves. See Compiled.compared.
    accented       (table, column) pairs that hold letters beyond A to Z, whose case SQLite's NOCASE does not ignore
    """

    allow_cte: bool = False
    require_names: bool = False
    server: int = 2019
    padded: frozenset[tuple[str, str]] = frozenset()
    accented: frozenset[tuple[str, str]] = frozenset()
