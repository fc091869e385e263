"""The kinds of bounces, as the data view _Bounce has them: category, subcategory, type, and what the server says.

Source: domain A2, MD:system-data-views (numbers and subcategories); SFH:mc_as_bounces (names of the categories).
ASSUMED: which server answer goes with which subcategory, and that soft and technical ones are delayed.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.assumptions import assume

HARD, SOFT, BLOCK, UNKNOWN, TECHNICAL = 1, 2, 3, 4, 5
CATEGORIES = {HARD: "Hard bounce", SOFT: "Soft bounce", BLOCK: "Block bounce", UNKNOWN: "Unknown bounce",
              TECHNICAL: "Technical or other bounce"}  # fmt: skip
SHORT = {HARD: "Hard", SOFT: "Soft", BLOCK: "Block", UNKNOWN: "Unknown", TECHNICAL: "Technical"}
USER_UNKNOWN, MAILBOX_FULL, BLOCKED, NETWORK_ERROR, UNCLEAR = 2001, 3001, 1002, 4003, 9999


@dataclass(frozen=True)
class Subcategory:
    """One BounceSubcategory with its category, and what a server answers."""

    name: str
    category: int
    code: int
    answer: str

    @property
    def said(self) -> str:
        """`Hard, User Unknown`, as the screens write it."""
        return f"{SHORT[self.category]}, {self.name}"


SUBCATEGORIES = {
    1001: Subcategory("Complaints", BLOCK, 554, "554 5.7.1 Rejected because of complaints"),
    BLOCKED: Subcategory("Blocked", BLOCK, 554, "554 5.7.1 Blocked by policy"),
    1004: Subcategory("Content", BLOCK, 554, "554 5.7.1 Message content rejected"),
    1010: Subcategory("Authentication", BLOCK, 550, "550 5.7.26 Unauthenticated email"),
    1999: Subcategory("Other", BLOCK, 554, "554 5.7.0 Rejected"),
    USER_UNKNOWN: Subcategory("User Unknown", HARD, 550, "550 5.1.1 User unknown"),
    2002: Subcategory("Domain Unknown", HARD, 550, "550 5.1.2 Host unknown"),
    2003: Subcategory("Bad Address Syntax", HARD, 553, "553 5.1.3 Bad address syntax"),
    MAILBOX_FULL: Subcategory("Mailbox Full", SOFT, 452, "452 4.2.2 Mailbox full"),
    3002: Subcategory("Inactive Account", SOFT, 450, "450 4.2.1 Mailbox inactive"),
    4001: Subcategory("Server Too Busy", TECHNICAL, 421, "421 4.3.2 Server too busy"),
    4002: Subcategory("Data Format Error", TECHNICAL, 451, "451 4.6.0 Data format error"),
    NETWORK_ERROR: Subcategory("Network Error", TECHNICAL, 421, "421 4.4.2 Connection dropped"),
    4999: Subcategory("Other", TECHNICAL, 451, "451 4.3.0 Temporary failure"),
    UNCLEAR: Subcategory("Unknown", UNKNOWN, 500, "500 Unclassified answer"),
}
_DELAYED = (SOFT, TECHNICAL)
# What a person can make happen, by the name of the kind; any other subcategory by its number.
BY_HAND = {"bounce": MAILBOX_FULL, "hard bounce": USER_UNKNOWN, "block bounce": BLOCKED,
           "technical bounce": NETWORK_ERROR, "unknown bounce": UNCLEAR}  # fmt: skip

_COUNTING = {"hard, soft, block": (HARD, SOFT, BLOCK), "hard, soft": (HARD, SOFT), "all": tuple(CATEGORIES)}
assume(
    "bounces_that_count",
    "hard, soft, block",
    tuple(_COUNTING),
    "Which categories of bounces make a subscriber bounced, and held in the end; the others leave the status as it is",
    "domain A2: the category list is not documented",
)


def sql_case(column: str, what: str) -> str:
    """SQL that gives of a BounceSubcategoryID its `category_id`, `category`, `name`, `type_id`, `type`, `answer`,
    `code` or `said`."""
    whens = " ".join(f"WHEN {number} THEN {_sql(one, what)}" for number, one in SUBCATEGORIES.items())
    return f"CASE {column} {whens} END"


def _sql(one: Subcategory, what: str) -> str:
    delayed = one.category in _DELAYED
    values: dict[str, str | int] = {
        "category_id": one.category, "category": CATEGORIES[one.category], "name": one.name, "type_id": int(delayed),
        "type": "delayed" if delayed else "immediate", "answer": one.answer, "code": one.code, "said": one.said,
    }  # fmt: skip
    value = values[what]
    return str(value) if isinstance(value, int) else f"'{value}'"


def sql_is_hard(column: str) -> str:
    """SQL for whether a BounceSubcategoryID is of a hard bounce."""
    return f"{column} IN ({_numbers(HARD)})"


def sql_counts(assumed: object, column: str) -> str:
    """SQL for whether a BounceSubcategoryID counts towards bounced and held, given the assumption's value."""
    return f"{column} IN ({_numbers(*_COUNTING[str(assumed)])})"


def _numbers(*categories: int) -> str:
    return ", ".join(str(number) for number, one in SUBCATEGORIES.items() if one.category in categories)
