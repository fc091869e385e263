"""Triggered and automated sends of MC Connect at the time of a subscriber-key migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.automation import scheduled_with
from store.connect.automated_sends import SALESFORCE_SEND, saved_sends
from store.connect.automated_texts import SALESFORCE_TEXT
from store.connect.triggered_sends import triggered_sends
from store.contacts.migration import Touched, keys_named, touched_by_key_migration

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


@touched_by_key_migration
def _automated_sends(org: Org, _: str) -> list[Touched]:
    """Automations on a schedule that send must be paused. Source: WEB:digitalmarketingoncloud.com."""
    about = "Scheduled, has a Salesforce send"
    names = {name for kind in (SALESFORCE_SEND, SALESFORCE_TEXT) for name in scheduled_with(org, kind)}
    return [Touched("automation", name, 1, about, blocks=True) for name in sorted(names)]


@touched_by_key_migration
def _saved_sends(org: Org, old_keys: str) -> list[Touched]:
    """Saved Salesforce sends whose people are under ids that are old keys."""
    sends = {one.path if one.kind == SALESFORCE_SEND else f"{one.path} (text)": one for one in saved_sends(org)}
    written = ((path, key) for path, one in sends.items() for key in one.definition.get("to") or [])
    about = "is to people by their old keys: a send makes a new contact of each"
    return [
        Touched("Salesforce send", path, count, about, run_by=tuple(
            (sends[path].kind, name) for name in (sends[path].key, sends[path].name)))
        for path, count in keys_named(org, old_keys, written).items()
    ]  # fmt: skip
