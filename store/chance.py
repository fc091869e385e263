"""Seeded draws: the same number in SQL and in Python, without state.

`chance(seed, what, who)` depends on its three arguments and nothing else, so a replay draws the same for the same
person whatever the order or size of the batch. `who` is an integer id (0 <= who < 2**31), `what` names the question.

Two stages, chosen because SQLite has neither XOR nor wrapping multiplication and every operator costs per row:
`mix` scatters the id by squaring it modulo 2**31 (the middle bits of a * (a + k), which fit in 63 bits); then a
linear map modulo the prime 2**31-1, whose two constants come from SHA-256 of seed and question, makes the draws of
two questions independent of each other. tests/store/test_chance.py tests uniformity and independence.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

SCALE = 2**31 - 1
_SPREAD, _START, _SQUARE = 0x2C1B3C6D, 0x5A17F3C5, 0x3C6EF37


@lru_cache(maxsize=4096)
def _constants(seed: int, what: str) -> tuple[int, int]:
    digest = sha256(f"{seed}|{what}".encode()).digest()
    return int.from_bytes(digest[:8]) % (SCALE - 1) + 1, int.from_bytes(digest[8:16]) % SCALE


def mix(who: int) -> int:
    """The id scattered over [0, 2**31), for every question alike; equal to `sql_mix`."""
    spread = (who * _SPREAD + _START) % SCALE
    return (spread * (spread + _SQUARE) >> 16) & SCALE


def sql_mix(who: str) -> str:
    """SQL for `mix` of an integer expression. It names `who` twice: pass a column or a parameter."""
    spread = f"((({who}) * {_SPREAD} + {_START}) % {SCALE})"
    return f"(({spread} * ({spread} + {_SQUARE}) >> 16) & {SCALE})"


def chance(seed: int, what: str, who: int) -> int:
    """A draw in [0, SCALE): uniform over `who`, independent between questions and seeds."""
    factor, offset = _constants(seed, what)
    return (mix(who) * factor + offset) % SCALE


def sql_chance(seed: int, what: str, who: str) -> str:
    """SQL for `chance` of an integer expression."""
    return sql_chance_of(seed, what, sql_mix(who))


def sql_chance_of(seed: int, what: str, mixed: str) -> str:
    """SQL for `chance`, given a column or expression that already holds `mix(who)`."""
    factor, offset = _constants(seed, what)
    return f"(({mixed} * {factor} + {offset}) % {SCALE})"


def share(probability: float) -> int:
    """The threshold for a probability in [0, 1]: `chance(...) < share(0.2)` holds for a fifth of all."""
    return round(min(max(probability, 0.0), 1.0) * SCALE)


def sql_pick(seed: int, what: str, who: str, size: int) -> str:
    """SQL for an index in [0, size), each equally likely."""
    return f"({sql_chance(seed, what, who)} * {size} / {SCALE})"
