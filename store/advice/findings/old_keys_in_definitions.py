"""Criteria, queries, filters, imports and sends that still name old keys after a subscriber-key migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.advice.finding import SHOWN, Evidence, finding
from store.contacts import migration

if TYPE_CHECKING:
    from store.org import Org

_KINDS = ("journey criteria", "query", "filter", "import", "Salesforce send", "automation")


@finding(
    "old-keys-in-definitions",
    severity="error",
    title="{count} [definition|definitions] still [names|name] old keys after the migration",
    why="A migration changes the keys of contacts, not what is written in definitions: criteria, queries and filters"
    " with an old key find nobody, and an import of a file with old keys makes contacts of them again.",
    fix="Write the new keys there: criteria in a new version, queries and filters, the files that imports take, and"
    " what the automations run.",
)
def old_keys_in_definitions(org: Org) -> Evidence:
    """One row is a place in a definition, with the number of old keys in it, or an automation that runs such things."""
    rows = [
        {"what": one.kind, "where": one.name, "keys": one.count, "so": one.about}
        for one in migration.aftermath(org)
        if one.kind in _KINDS and not one.blocks
    ]
    return Evidence(tuple(rows[:SHOWN]), len(rows))
