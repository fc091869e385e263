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


def is_connected(org: Org) -> bool:
    """False from a loss of the connection until it is mended."""
    return org.value("SELECT 1 FROM connection_losses WHERE reconnected_at IS NULL") is None


def refuse_if_broken(org: Org, what: str) -> None:
    """Raises Refused when `what` needs the connection and it is broken."""
    if not is_connected(org):
        raise Refused(
            f"{what} needs the connection to the CRM, which is broken.",
            fix="connect.reconnect mends it; `mctui show FILE sync` says since when and why.",
        )
