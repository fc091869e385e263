"""Triggered sends of MC Connect at the time of a subscriber-key migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.connect.triggered_sends import triggered_sends
from store.contacts.migration import Touched, touched_by_key_migration

if TYPE_CHECKING:
    from store.org import Org


@touched_by_key_migration
def _triggered_sends(org: Org, _: str) -> list[Touched]:
    """Those that run must be paused. Source: WEB:digitalmarketingoncloud.com."""
    return [
        Touched("triggered send", one.key, one.queued, f"{one.status}, requests wait", blocks=True)
        for one in triggered_sends(org)
        if one.status == "Active"
    ]
