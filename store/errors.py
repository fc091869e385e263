"""What can go wrong for a person, said so that they know what to do next.

Every error that a user can cause is an `OrgError`: what happened (`message`, in the product's own words where it
has some), why (`cause`), what to do (`fix`) and where (`where`: file, line and column, or the thing meant).
`exit_code` is what the command line returns for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class OrgError(Exception):
    """An error that speaks to a person; `str()` is a block of one to four lines."""

    exit_code = 1

    def __init__(self, message: str, *, cause: str = "", fix: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cause = cause
        self.fix = fix
        self.where = where

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.message}" if self.where else self.message]
        if self.cause:
            lines.append(f"Why: {self.cause}")
        if self.fix:
            lines.append(f"What to do: {self.fix}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, str]:
        """The same for machines: message, cause, fix, where."""
        return {"message": self.message, "cause": self.cause, "fix": self.fix, "where": self.where}


class Refused(OrgError):
    """The product would refuse this, or it would fail there too."""

    exit_code = 1


class Unreadable(OrgError):
    """A file or an input cannot be read or written; `where` names file, line and column as far as known."""

    exit_code = 3


class Interrupted(OrgError):
    """A step was interrupted by a person; it was rolled back whole."""

    exit_code = 130


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean X?` for the nearest of `known`, else an empty string; case does not count."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(name.lower(), sorted(by_lower), n=1, cutoff=0.6)
    return f"Did you mean {by_lower[near[0]]}?" if near else ""


# What SQLite says (any of these words) -> the error class, what we say, and what to do.
_SQLITE_ERRORS: tuple[tuple[tuple[str, ...], type[OrgError], str, str], ...] = (
    (("interrupted",), Interrupted, "The step was stopped and rolled back.", ""),
    (
        ("disk is full", "disk I/O error"),
        Unreadable,
        "There is no room left on the disk.",
        "Free some space, then go on. Nothing was lost: the step was rolled back.",
    ),
    (
        ("not a database", "malformed"),
        Unreadable,
        "This is not a world of mctui.",
        "`mctui new SCENARIO FILE` makes one.",
    ),
    (
        ("unable to open", "readonly", "attempt to write"),
        Unreadable,
        "The file cannot be opened for writing.",
        "Check that the folder exists and that you may write there.",
    ),
    (("locked",), Refused, "Another program is writing to the file.", "Close it there and try again."),
)


def explained(error: BaseException, path: Path) -> BaseException:
    """An error of SQLite that a person can do something about, said to them; any other error as it is."""
    if not isinstance(error, sqlite3.Error):
        return error
    text = str(error)
    for words, kind, message, fix in _SQLITE_ERRORS:
        if any(word in text for word in words):
            return kind(message, cause=f"SQLite: {text}.", fix=fix, where=str(path))
    return error
