"""Aggregates that SQLite 3.40 lacks: ordered STRING_AGG and the statistics."""

from __future__ import annotations

import math
from typing import Any

from store.query.runtime import aggregate


class _Descending:
    """Turns the order of one sort key around."""

    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        self.key = key

    def __lt__(self, other: _Descending) -> bool:
        return bool(other.key < self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and bool(self.key == other.key)


def _sort_key(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    return (2, value.rstrip(" ").lower()) if isinstance(value, str) else (1, value)


@aggregate("tsql_string_agg", -1, "group_concat with ORDER BY came with SQLite 3.44")
class OrderedStringAgg:
    """step(value, separator, directions, key, key, ...): directions is one letter a key, 'a' or 'd'."""

    def __init__(self) -> None:
        self.rows: list[tuple[tuple[Any, ...], str]] = []
        self.separator = ""

    def step(self, value: Any, separator: str, directions: str, *keys: Any) -> None:
        if value is None:
            return
        self.separator = separator or ""
        order = tuple(
            _Descending(_sort_key(key)) if way == "d" else _sort_key(key)
            for key, way in zip(keys, directions, strict=True)
        )
        self.rows.append((order, str(value)))

    def finalize(self) -> str | None:
        if not self.rows:
            return None
        return self.separator.join(value for _, value in sorted(self.rows, key=lambda row: row[0]))


@aggregate("tsql_checksum_agg", 1, "SQLite has no exclusive or")
class ChecksumAgg:
    def __init__(self) -> None:
        self.total: int | None = None

    def step(self, value: int | None) -> None:
        if value is not None:
            self.total = (self.total or 0) ^ value

    def finalize(self) -> int | None:
        return self.total


class _Moments:
    """Welford's running mean and sum of squares: no cancellation on large values."""

    def __init__(self) -> None:
        self.count, self.mean, self.squares = 0, 0.0, 0.0

    def step(self, value: float | None) -> None:
        if value is None:
            return
        self.count += 1
        delta = float(value) - self.mean
        self.mean += delta / self.count
        self.squares += delta * (float(value) - self.mean)

    def variance(self, less: int) -> float | None:
        return self.squares / (self.count - less) if self.count > less else None


@aggregate("tsql_var", 1, "SQLite has no VAR")
class Var(_Moments):
    def finalize(self) -> float | None:
        return self.variance(1)


@aggregate("tsql_varp", 1, "SQLite has no VARP")
class VarP(_Moments):
    def finalize(self) -> float | None:
        return self.variance(0)


@aggregate("tsql_stdev", 1, "SQLite has no STDEV")
class Stdev(_Moments):
    def finalize(self) -> float | None:
        variance = self.variance(1)
        return None if variance is None else math.sqrt(variance)


@aggregate("tsql_stdevp", 1, "SQLite has no STDEVP")
class StdevP(_Moments):
    def finalize(self) -> float | None:
        variance = self.variance(0)
        return None if variance is None else math.sqrt(variance)
