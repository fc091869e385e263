"""NEWID and RAND without chance: a seeded counter."""

from __future__ import annotations

import hashlib
from typing import Any


class Guids:
    """A new GUID a call: the n-th call of a seed and a place in the query is always the same.

    The count starts again when the seed changes, so a run is repeatable when every run has a seed of its own.
    """

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Count from the beginning."""
        self._seed: Any = None
        self._count = 0

    def next(self, seed: Any, place: int) -> str:
        """The next one."""
        if self._seed != seed:
            self._seed, self._count = seed, 0
        self._count += 1
        digits = hashlib.md5(f"{seed}/{place}/{self._count}".encode(), usedforsecurity=False).hexdigest().upper()
        variant = "89AB"[int(digits[16], 16) % 4]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def rand(seed: int | None) -> float:
    """0 <= x < 1, the same for the same seed: RAND() without one."""
    digits = hashlib.md5(str(seed).encode(), usedforsecurity=False).digest()
    return int.from_bytes(digits[:6], "big") / 2**48


def rand_of(seed: int | None) -> float | None:
    """RAND(seed), by L'Ecuyer's two combined generators, whose second one always begins at 67890.

    source: the documented RAND(100), RAND(), RAND() is 0.715436657367485, 0.28463380767982, 0.0131039082850364, which
    no other start gives; ASSUMED for seeds below 0: as above it.
    """
    if seed is None:
        return None
    first = 40014 * (abs(seed) or 12345) % 2147483563
    second = 40692 * 67890 % 2147483399
    return ((first - second) % 2147483562) * 4.656613e-10
