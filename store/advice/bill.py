"""The bill: what the account has used of what its licence includes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import automation, contacts, messaging

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Included:
    """One figure of the licence. `included` None: the edition names none. `about` says what is counted."""

    what: str
    used: int
    included: int | None
    about: str

    @property
    def share(self) -> float | None:
        """Used of included; None where nothing is included."""
        return self.used / self.included if self.included else None


def against_licence(org: Org) -> list[Included]:
    """Each figure of the licence that this account can tell; storage and users are not measured."""
    licence, sent = contacts.licence(org), messaging.totals(org).sent
    return [
        Included("contacts", contacts.billing(org).billable, licence.contacts, "distinct Contact Keys of All Contacts"),
        Included("super messages", sent, licence.super_messages, "emails sent, one each"),
        Included(
            "automation executions", automation.executions(org), licence.automation_executions,
            "runs of automations since this world began; the licence is by year",
        ),
        Included(
            "api calls", sum(messaging.calls_of_year(org).values()), licence.api_calls,
            "calls that send or fire an event, REST and SOAP, in the last 365 days",
        ),
    ]  # fmt: skip
