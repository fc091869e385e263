"""Whether the connection to the CRM is there; everything that goes through MC Connect asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.assumptions import assume
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

assume(
    "connect.events_while_broken",
    "lost",
    ("lost", "late"),
    "What becomes of Salesforce Data events of journeys while the connection is broken: they never come, or come once"
    " it is there again",
    "no page found: the CRM's outbound call fails at the moment of the save",
)


def is_connected(org: Org, of: str = "") -> bool:
    """False from a loss of the connection to a Salesforce org ('' is the first) until it is mended."""
    return of not in broken_orgs(org)


def broken_orgs(org: Org) -> list[str]:
    """The Salesforce orgs whose connection is broken now."""
    return [row["org"] for row in org.rows("SELECT org FROM connection_losses WHERE reconnected_at IS NULL")]


def crm_of(of: str) -> str:
    """What sentences call the CRM: a further org by its name."""
    return f"the CRM {of}" if of else "the CRM"


def refuse_if_broken(org: Org, what: str, of: str = "") -> None:
    """Raises Refused when `what` needs the connection to an org and it is broken."""
    if not is_connected(org, of):
        raise Refused(
            f"{what} needs the connection to {crm_of(of)}, which is broken.",
            fix="connect.reconnect mends it; `mctui show FILE sync` says since when and why.",
        )
