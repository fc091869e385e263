"""What the query resource answers to a query that it does not take: code, the place, and the sentence."""

from __future__ import annotations

from store.errors import Refused

_BEFORE, _AFTER = 25, 30  # characters of the query that the product shows around the place


class SoqlError(Refused):
    """A query that is refused, with the product's code; `line` and `column` count from 1."""

    def __init__(self, code: str, message: str, text: str = "", line: int = 0, column: int = 0, fix: str = "") -> None:
        self.code, self.line, self.column = code, line, column
        if not line:
            super().__init__(f"{code}: {message}", fix=fix)
            return
        row = text.splitlines()[line - 1] if text else ""
        start = max(column - 1 - _BEFORE, 0)
        shown = row[start : column - 1 + _AFTER]
        caret = " " * (column - 1 - start) + "^"
        place = f"ERROR at Row:{line}:Column:{column}"
        said = f"{code}: \n{shown}\n{caret}\n{place}\n{message}"
        super().__init__(said, fix=fix, where=f"line {line}, column {column}")
