"""How far one step looks ahead, and what is said when nothing is due so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import Org


def of(org: Org) -> int:
    """The last moment that one step looks at: polls that find nothing would otherwise be tried without end."""
    from store import clock

    ends = org.value("SELECT ends_at FROM world")
    return max(int(ends or 0), org.now + 2 * clock.DAY)


def end(org: Org) -> int:
    """The end of the scenario; beyond it, as far as one step looks ahead."""
    ends = org.value("SELECT ends_at FROM world")
    return int(ends) if ends and ends > org.now else of(org)


def nothing_due(org: Org) -> Exception:
    """What to raise when no step is due within it."""
    from store import clock
    from store.errors import Refused

    until = clock.utc_text(of(org))
    return Refused("Nothing more happens.", cause=f"No step is due before {until} UTC.",
                   fix="Change something in the CRM (4, m), run a query, or step back.")  # fmt: skip
