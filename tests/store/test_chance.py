"""Draws: the same in SQL and Python, uniform, and independent between questions, seeds and neighbors.

Every bound is about five standard deviations of the statistic under a true uniform draw.
"""

from __future__ import annotations

import sqlite3
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.chance import SCALE, chance, share, sql_chance, sql_pick

PEOPLE = range(1, 20_001)


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**40), st.text(max_size=12))
def test_sql_draws_the_same_number_as_python(who: int, seed: int, what: str) -> None:
    expression = sql_chance(seed, what, "?1")
    assert sqlite3.connect(":memory:").execute(f"SELECT {expression}", (who,)).fetchone()[0] == chance(seed, what, who)


def excess(counts: list[int], expected: float) -> float:
    """Chi-squared of the counts, in standard deviations from its mean."""
    freedom = len(counts) - 1
    statistic = sum((count - expected) ** 2 / expected for count in counts)
    return float((statistic - freedom) / (2 * freedom) ** 0.5)


@pytest.mark.parametrize("question", ["open 1", "open 2", "random split", "bounce", ""])
def test_draws_are_uniform(question: str) -> None:
    counts = [0] * 50
    for who in PEOPLE:
        counts[chance(7, question, who) * 50 // SCALE] += 1
    assert abs(excess(counts, len(PEOPLE) / 50)) < 5


def joint_excess(first: list[int], second: list[int]) -> float:
    counts = [0] * 100
    for a, b in zip(first, second, strict=True):
        counts[a * 10 // SCALE * 10 + b * 10 // SCALE] += 1
    return excess(counts, len(first) / 100)


def test_draws_for_different_questions_are_independent() -> None:
    draws = [[chance(7, f"question {n}", who) for who in PEOPLE] for n in range(6)]
    assert all(abs(joint_excess(a, b)) < 5 for a, b in combinations(draws, 2))


def test_draws_for_different_seeds_are_independent() -> None:
    draws = [[chance(seed, "open", who) for who in PEOPLE] for seed in range(4)]
    assert all(abs(joint_excess(a, b)) < 5 for a, b in combinations(draws, 2))


def test_neighbors_draw_independently() -> None:
    draws = [chance(7, "open", who) for who in PEOPLE]
    assert abs(joint_excess(draws[:-1], draws[1:])) < 5


def test_small_groups_vary_as_chance_does() -> None:
    groups = [sum(chance(7, "open", who) < share(0.3) for who in range(start, start + 100)) for start in PEOPLE[::100]]
    mean = sum(groups) / len(groups)
    variance = sum((group - mean) ** 2 for group in groups) / len(groups)
    assert 0.6 < variance / 21 < 1.5, "a hundred draws at 0.3 have a variance of 21"


def test_a_share_is_a_threshold() -> None:
    assert share(0) == 0
    assert share(1) == SCALE
    assert abs(sum(chance(1, "x", who) < share(0.2) for who in PEOPLE) / len(PEOPLE) - 0.2) < 0.015


def test_a_pick_is_an_index_in_range() -> None:
    db = sqlite3.connect(":memory:")
    picks = {db.execute(f"SELECT {sql_pick(1, 'name', '?1', 7)}", (who,)).fetchone()[0] for who in range(300)}
    assert picks == set(range(7))
