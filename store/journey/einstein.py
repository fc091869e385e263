"""Einstein, as a model: scores drawn by the seed, because the product's own learn from data that nobody has here.

ASSUMED throughout, and said so wherever a score is shown. The score for opening follows the trait by which the
engagement model lets a person open (four fifths of it, the rest is noise), so that a split by it separates those who
open from those who do not. The others are plain draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.assumptions import assume
from store.chance import SCALE, sql_chance
from store.clock import DAY
from store.messaging import sql_openness, sql_sends_since

if TYPE_CHECKING:
    from store.org import Org

MODEL = "a model by the seed, not Einstein's own"

SCORES_EVERYONE = assume(
    "einstein.scores_everyone",
    True,
    (True, False),
    "Einstein has a score for every contact from the start. Otherwise only for those who were sent an email in the last"
    " 90 days; the others take the remainder, and Send Time Optimization sends to them at once or at a random hour.",
    "domain E3: 90 days of data are needed; who exactly has a score is not documented",
)
DAYS_OF_DATA = 90

LIKELIHOODS = ("open", "click", "retention", "conversion")


def sql_score(seed: int, what: str, contact_id: str) -> str:
    """SQL for a score in [0, 100): how likely a contact opens, clicks, stays subscribed or converts."""
    noise = sql_chance(seed, f"einstein {what}", contact_id)
    if what != "open":
        return f"({noise} * 100.0 / {SCALE})"
    return f"(({sql_openness(seed, contact_id)} * 4 + {noise}) * 20.0 / {SCALE})"


def sql_has_score(org: Org, contact_id: str) -> tuple[str, dict[str, int]]:
    """SQL for whether Einstein knows a contact, and its parameters."""
    if org.assumption(SCORES_EVERYONE.name):
        return "1", {}
    return f"{contact_id} IN (SELECT contact_id FROM ({sql_sends_since()}))", {"since": org.now - DAYS_OF_DATA * DAY}
