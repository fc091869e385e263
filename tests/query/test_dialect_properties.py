"""The algebra of the dialect against independent models: Python's calendar,

a LIKE matcher written from its definition.
"""

from __future__ import annotations

import calendar
import sqlite3
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from store.query import Column, ListedCatalog, Table, compile_query, connect_functions
from store.query.types import DATETIME, INT, decimal, nvarchar

CATALOG = ListedCatalog(
    [
        Table(
            "t",
            '"t"',
            (
                Column("a", DATETIME),
                Column("b", DATETIME),
                Column("n", INT),
                Column("m", INT),
                Column("s", nvarchar(50)),
                Column("u", nvarchar(50)),
                Column("x", decimal(9, 2)),
                Column("y", decimal(9, 2)),
            ),
        )
    ]
)


@lru_cache(maxsize=1)
def database() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    connect_functions(db)
    text = "TEXT COLLATE NOCASE"
    db.execute(f"CREATE TABLE t (a TEXT, b TEXT, n INTEGER, m INTEGER, s {text}, u {text}, x REAL, y REAL)")
    db.execute("INSERT INTO t DEFAULT VALUES")
    return db


@lru_cache(maxsize=500)
def translated(expression: str, padded: bool = False) -> str:
    from store.query import Options

    both = frozenset({("t", "s"), ("t", "u")}) if padded else frozenset()
    return compile_query(f"SELECT {expression} AS r FROM t", CATALOG, options=Options(padded=both)).sql


def value(expression: str, *, padded: bool = False, **columns: object) -> object:
    db = database()
    db.execute(f"UPDATE t SET {', '.join(f'{name} = ?' for name in columns)}", list(columns.values()))
    return db.execute(translated(expression, padded), {"now_utc": 0, "seed": 1}).fetchone()[0]


moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.replace(microsecond=0))


def months_later(at: datetime, months: int) -> datetime:
    index = at.year * 12 + at.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


@given(moments, st.integers(-900, 900), st.sampled_from([("month", 1), ("quarter", 3), ("year", 12)]))
@settings(max_examples=150, deadline=None)
def test_dateadd_of_months_keeps_the_time_and_takes_the_last_day_of_a_shorter_month(
    at: datetime, number: int, part: tuple[str, int]
) -> None:
    number = number // part[1]
    assert value(f"DATEADD({part[0]}, n, a)", a=str(at), n=number) == str(months_later(at, number * part[1]))


@given(moments, st.integers(-7000, 7000), st.sampled_from(["day", "week", "hour", "minute", "second"]))
@settings(max_examples=150, deadline=None)
def test_dateadd_of_fixed_parts_is_addition(at: datetime, number: int, part: str) -> None:
    assert value(f"DATEADD({part}, n, a)", a=str(at), n=number) == str(at + timedelta(**{part + "s": number}))


def boundaries(part: str, at: datetime) -> int:
    """How many boundaries of the part lie before a moment."""
    day = at.toordinal()
    seconds = day * 86400 + at.hour * 3600 + at.minute * 60 + at.second
    return {
        "year": at.year, "quarter": at.year * 4 + (at.month - 1) // 3, "month": at.year * 12 + at.month, "day": day,
        "week": day // 7, "hour": seconds // 3600, "minute": seconds // 60, "second": seconds,
    }[part]  # fmt: skip


PARTS = st.sampled_from(["year", "quarter", "month", "day", "week", "hour", "minute"])


@given(moments, moments, PARTS)
@settings(max_examples=250, deadline=None)
def test_datediff_counts_boundaries(start: datetime, end: datetime, part: str) -> None:
    assert value(f"DATEDIFF({part}, a, b)", a=str(start), b=str(end)) == boundaries(part, end) - boundaries(part, start)


@given(moments)
@settings(max_examples=150, deadline=None)
def test_dateparts_are_those_of_the_calendar(at: datetime) -> None:
    expression = (
        "CONCAT_WS(',', DATEPART(iso_week, a), DATEPART(weekday, a), DATEPART(dayofyear, a), DATEPART(week, a), "
        "DATENAME(month, a))"
    )
    first = at.replace(month=1, day=1)
    week = (at.timetuple().tm_yday + (first.weekday() + 1) % 7 + 6) // 7
    expected = f"{at.isocalendar().week},{at.isoweekday() % 7 + 1},{at.timetuple().tm_yday},{week},{at:%B}"
    assert value(expression, a=str(at)) == expected


@given(st.integers(-(2**31), 2**31 - 1), st.integers(-1000, 1000).filter(bool))
@settings(max_examples=150, deadline=None)
def test_whole_numbers_divide_towards_zero(left: int, right: int) -> None:
    quotient = int(Decimal(left) / Decimal(right))
    if -(2**31) <= quotient < 2**31:
        assert value("n / m", n=left, m=right) == quotient
        assert value("n % m", n=left, m=right) == left - quotient * right


cents = st.integers(-999_999_999, 999_999_999).map(lambda n: Decimal(n) / 100)


@given(cents, cents.filter(bool))
@settings(max_examples=200, deadline=None)
def test_a_decimal_quotient_is_cut_at_its_scale(left: Decimal, right: Decimal) -> None:
    # decimal(9,2) / decimal(9,2) is decimal(21,12)
    exact = (left / right).quantize(Decimal("1e-12"), rounding=ROUND_DOWN)
    assert abs(Decimal(repr(value("x / y", x=float(left), y=float(right)))) - exact) <= max(
        Decimal("1e-12"), abs(exact) * Decimal("1e-15")
    )


@given(cents, cents)
@settings(max_examples=150, deadline=None)
def test_decimal_sums_and_products_are_exact(left: Decimal, right: Decimal) -> None:
    assert Decimal(repr(value("x + y", x=float(left), y=float(right)))) == left + right
    product = value("x * y", x=float(left), y=float(right))
    assert isinstance(product, float)
    assert abs(Decimal(repr(product)) - left * right) <= abs(left * right) * Decimal("1e-15")


@given(cents.filter(lambda amount: abs(amount) < 9_999_999))
@settings(max_examples=150, deadline=None)
def test_decimals_round_half_away_from_zero(amount: Decimal) -> None:
    from decimal import ROUND_HALF_UP

    assert Decimal(repr(value("ROUND(x, 1)", x=float(amount)))) == amount.quantize(
        Decimal("0.1"), rounding=ROUND_HALF_UP
    )


words = st.text("aAbB zZ-", max_size=6)


@given(words, words, st.sampled_from(["=", "<>", "<", ">="]))
@settings(max_examples=250, deadline=None)
def test_text_compares_without_case_and_trailing_blanks(left: str, right: str, sign: str) -> None:
    a, b = left.rstrip(" ").lower(), right.rstrip(" ").lower()
    expected = {"=": a == b, "<>": a != b, "<": a < b, ">=": a >= b}[sign]
    assert value(f"IIF(s {sign} u, 1, 0)", padded=True, s=left, u=right) == int(expected)


def matches(text: str, pattern: str) -> bool:
    """LIKE by its definition, letter by letter."""
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(matches(text[at:], pattern[1:]) for at in range(len(text) + 1))
    if pattern[0] == "[":
        end = pattern.find("]", 2 if pattern[1:2] == "]" else 3 if pattern[1:3] == "^]" else 1)
        if end < 0 or not text:
            return False
        body = pattern[1:end]
        negated = body.startswith("^")
        return in_set(text[0], body[1:] if negated else body) != negated and matches(text[1:], pattern[end + 1 :])
    return (
        bool(text) and (pattern[0] == "_" or text[0].lower() == pattern[0].lower()) and matches(text[1:], pattern[1:])
    )


def in_set(letter: str, body: str) -> bool:
    at = 0
    while at < len(body):
        if body[at + 1 : at + 2] == "-" and at + 2 < len(body):
            if any(body[at] <= one <= body[at + 2] for one in (letter.lower(), letter.upper())):
                return True
            at += 3
        else:
            if letter.lower() == body[at].lower():
                return True
            at += 1
    return False


pieces = st.lists(
    st.sampled_from(["a", "B", "c", "%", "_", "[a-c]", "[^a-c]", "[ac]", "[^A]", "[-x]", "[%]", "[_]", "*", "?", "-"]),
    max_size=5,
)


@given(st.text("aAbBcCxX%_-*?[", max_size=6), pieces.map("".join))
@settings(max_examples=400, deadline=None)
def test_like_matches_by_its_definition_whether_the_pattern_is_written_or_computed(text: str, pattern: str) -> None:
    expected = int(matches(text, pattern))
    assert value("IIF(s LIKE '" + pattern + "', 1, 0)", s=text) == expected
    assert value("IIF(s LIKE u, 1, 0)", s=text, u=pattern) == expected
