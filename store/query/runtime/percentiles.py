"""PERCENTILE_CONT and PERCENTILE_DISC, which SQLite lacks."""

from __future__ import annotations

import math
from typing import Any

from store.query.runtime import window


class _Percentile:
    """The values of a partition. step(value, fraction, descending); a partition is seen whole, nothing leaves it."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.fraction, self.descending = 0.0, False

    def step(self, value: Any, fraction: float, descending: int) -> None:
        self.fraction, self.descending = fraction, bool(descending)
        if value is not None:
            self.values.append(value)

    def inverse(self, value: Any, fraction: float, descending: int) -> None:
        if value is not None:
            self.values.remove(value)

    def value(self) -> Any:
        ordered = sorted(self.values, key=_key, reverse=self.descending)
        return self.pick(ordered) if ordered else None

    def finalize(self) -> Any:
        return self.value()

    def pick(self, ordered: list[Any]) -> Any:
        raise NotImplementedError


def _key(value: Any) -> Any:
    return value.rstrip(" ").lower() if isinstance(value, str) else value


@window("tsql_percentile_cont", 3, "SQLite has no percentiles")
class PercentileCont(_Percentile):
    """Interpolates between the two values around the place fraction * (n - 1)."""

    def pick(self, ordered: list[float]) -> float:
        place = self.fraction * (len(ordered) - 1)
        low, high = math.floor(place), math.ceil(place)
        return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


@window("tsql_percentile_disc", 3, "SQLite has no percentiles")
class PercentileDisc(_Percentile):
    """The first value whose cumulative distribution reaches the fraction."""

    def pick(self, ordered: list[Any]) -> Any:
        return ordered[max(math.ceil(self.fraction * len(ordered) - 1e-9) - 1, 0)]
