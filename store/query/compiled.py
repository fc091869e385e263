"""What a translation gives."""

from __future__ import annotations

from dataclasses import dataclass

from store.query.catalog import Column


@dataclass(frozen=True, slots=True)
class Compiled:
    """A translated query.

    sql        one SELECT for SQLite; its named parameters are :now_utc (integer seconds) and :seed (integer)
    columns    the output columns with their T-SQL types; a name is empty when the query gave none
    sources    names of the tables read, in the order of their first mention
    lineage    (output column, source table, source column), every stored column that a value comes from
    compared   (table, column) of text compared without regard to trailing blanks; see compare.py and compile.prepare
    """

    sql: str
    columns: tuple[Column, ...]
    sources: tuple[str, ...]
    lineage: tuple[tuple[str, str, str], ...]
    compared: tuple[tuple[str, str], ...]
