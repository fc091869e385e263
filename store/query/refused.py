"""A query that is not accepted, with the place in its text."""

from __future__ import annotations

from store.errors import Refused, did_you_mean

__all__ = ["CHECKING", "QueryRefused", "did_you_mean", "place"]

# What Automation Studio puts before every error of its syntax check. source: domain D3, mateuszdabrowski.pl sql-from
CHECKING = "An error occurred while checking the query syntax. Errors: "


class QueryRefused(Refused):
    """`message` is the product's text, `line` and `column` count from 1."""

    def __init__(self, message: str, *, line: int = 1, column: int = 1, cause: str = "", fix: str = "") -> None:
        super().__init__(message, cause=cause, fix=fix, where=f"line {line}, column {column}")
        self.line = line
        self.column = column


def place(text: str, offset: int) -> tuple[int, int]:
    """(line, column) of a character offset, both from 1."""
    before = text[: max(0, offset)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
