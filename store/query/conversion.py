"""What every conversion needs: how it was asked for, how it is refused, how it fails, and reading text."""

from __future__ import annotations

from dataclasses import dataclass

from store.query.typed import Typed, fail, quote
from store.query.types import SqlType

LONG = 240  # SQL longer than this is not written twice
NUDGE = (
    "1.0000000000000009"  # four units in the last place: a decimal half that binary holds as a bit less still rounds up
)


class NotAllowed(Exception):
    """A conversion that T-SQL does not have; the caller knows the place in the text."""


@dataclass(frozen=True, slots=True)
class How:
    """`attempt`: TRY_CAST and TRY_CONVERT, NULL instead of failing."""

    style: int = 0
    explicit: bool = False
    attempt: bool = False


def not_allowed(value: Typed, target: SqlType, how: How) -> NotAllowed:
    """The refusal of a pair of types that T-SQL does not convert."""
    words = "Explicit conversion" if how.explicit else "Implicit conversion"
    advice = "" if how.explicit else " Use the CONVERT function to run this query."
    return NotAllowed(f"{words} from data type {value.type.spoken} to {target.spoken} is not allowed.{advice}")


def within(sql: str, low: str, high: str, message: str, *, attempt: bool = False) -> str:
    """`sql` when it lies in low..high (NULL passes), else the run fails (or NULL, for `attempt`)."""
    if attempt:
        return f"(CASE WHEN {sql} BETWEEN {low} AND {high} THEN {sql} END)"
    if len(sql) > LONG:
        return f"tsql_within({sql}, {low}, {high}, {quote(message)})"
    return f"(CASE WHEN {sql} NOT BETWEEN {low} AND {high} THEN {fail(message)} ELSE {sql} END)"


def from_text(value: Typed, target: SqlType, how: How) -> str:
    """Text -> target by the Python function; a literal is converted now when it can be."""
    arguments = (target.name, value.type.name, how.style, target.precision or 0, target.scale or 0)
    if isinstance(value.literal, str):
        from store.query.runtime import RunError
        from store.query.runtime.scalars import text_to

        try:
            made = text_to(value.literal, *arguments)
        except RunError as error:
            return "NULL" if how.attempt else fail(str(error))
        return quote(made) if isinstance(made, str) else repr(made) if made >= 0 else f"({made!r})"
    rest = ", ".join(quote(part) if isinstance(part, str) else str(part) for part in arguments)
    return f"tsql_from_text({value.sql}, {rest}, {int(how.attempt)})"
