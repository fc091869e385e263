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
    """0 <= x < 1, the same for the same seed."""
    digits = hashlib.md5(str(seed).encode(), usedforsecurity=False).digest()
    return int.from_bytes(digits[:6], "big") / 2**48
