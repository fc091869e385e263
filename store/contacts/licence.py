"""The licence of the account: what its edition includes, to hold the billing meter against.

Nothing is refused beyond it: of all its figures only the number of users is a hard limit. Source: domain A4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

DDL = """
CREATE TABLE licence (                  -- one row once a person said which; else the account is of the edition Pro
  edition  TEXT NOT NULL,
  contacts INTEGER                      -- contacts that the contract includes, where it differs from the edition
);
"""


@dataclass(frozen=True)
class Licence:
    """What is included; None where the edition names no figure. Executions and calls are by year."""

    edition: str
    contacts: int | None
    super_messages: int
    storage_gb: int
    automation_executions: int
    api_calls: int
    users: int


# Source: domain A4.
EDITIONS = {
    each.edition: each
    for each in (
        Licence("Basic", None, 250_000, 1, 0, 0, 5),
        Licence("Pro", 15_000, 2_500_000, 15, 15_000, 2_000_000, 15),
        Licence("Corporate", 45_000, 10_000_000, 45, 45_000, 6_000_000, 45),
        Licence("Enterprise", 500_000, 150_000_000, 100, 100_000, 200_000_000, 100),
    )
}
_DEFAULT = "Pro"


def licence(org: Org) -> Licence:
    """The licence in force."""
    row = org.row("SELECT edition, contacts FROM licence")
    if row is None:
        return EDITIONS[_DEFAULT]
    of_edition = EDITIONS[row["edition"]]
    included = of_edition.contacts if row["contacts"] is None else int(row["contacts"])
    return Licence(**{**vars(of_edition), "contacts": included})


@command("contacts.set_licence")
def set_licence(org: Org, *, edition: str, contacts: int | None = None) -> Outcome:
    """Say which edition the account has, and how many contacts its contract includes where that differs."""
    known = {name.lower(): name for name in EDITIONS}
    name = known.get(edition.lower())
    if name is None:
        fix = did_you_mean(edition, EDITIONS) or f"There are {', '.join(EDITIONS)}."
        raise Refused(f"There is no edition '{edition}'.", fix=fix)
    if contacts is not None and contacts < 1:
        raise Refused(f"A licence for {contacts} contacts is none.", fix="Give the number of contacts of the contract.")
    org.run("DELETE FROM licence")
    org.run("INSERT INTO licence VALUES (?, ?)", name, contacts)
    included = licence(org).contacts
    said = "no figure for contacts" if included is None else f"{included:,} contacts"
    return Outcome(f"Licence: {name}, {said}", {"licence": 1}, "billing")
