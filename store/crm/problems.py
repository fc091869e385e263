"""What the CRM says about a record that it does not take: the API's status code and its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.errors import Refused

_SHOWN = 5  # problems that are spelled out in the error; all are in `Rejected.problems`


@dataclass(frozen=True)
class Problem:
    """One record that is not taken: its place in the list (from 0), status code, text, and the fields meant."""

    row: int
    code: str
    message: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class ValueProblem(Exception):
    """A value that does not fit its field; becomes a `Problem` of its record."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Rejected(Refused):
    """Records were refused and nothing was changed; `problems` says which and why."""

    def __init__(self, object_name: str, problems: Sequence[Problem], total: int) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        if total == 1:
            super().__init__(str(first), where=object_name, fix=_fix(first.code))
            return
        lines = [f"record {problem.row + 1}: {problem}" for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"and {len(self.problems) - _SHOWN} more")
        wrong = len({problem.row for problem in self.problems})
        super().__init__(
            f"{wrong} of {total} records are refused; nothing was changed.",
            cause="; ".join(lines) + ".",
            fix=_fix(first.code),
            where=object_name,
        )


# What a person can do about it, where it isn't in the message.
_FIXES = {
    "ENTITY_IS_DELETED": "Undelete the record first; it stays in the recycle bin for 15 days.",
    "DUPLICATE_VALUE": "Update the record that has the value, or upsert by that field.",
    "INVALID_CROSS_REFERENCE_KEY": "Create the record it points to first.",
}


def _fix(code: str) -> str:
    return _FIXES.get(code, "")
