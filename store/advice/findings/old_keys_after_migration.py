"""Contacts that came again under old keys after a subscriber-key migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.advice.finding import SHOWN, Evidence, finding
from store.contacts import migration

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "old-keys-after-migration",
    severity="error",
    title="{count} [row or contact|rows and contacts] still [has|have] the old key after the migration",
    why="A migration changes the keys of contacts, not the data extensions, queries, imports and calls that hold them."
    " A send or entry by an old key makes a second contact: billed again, mailed although the first opted out.",
    fix="Write the new keys into these data extensions, and change imports, queries and API callers to them.",
)
def old_keys_after_migration(org: Org) -> Evidence:
    """One row is a data extension's field, or a contact that came again."""
    if migration.key_migration(org) is None:
        return Evidence((), 0)
    kinds = ("sendable data extension",)
    held = [
        {"what": one.kind, "name": one.name, "rows": one.count} for one in migration.aftermath(org) if one.kind in kinds
    ]
    again = [
        {"what": f"contact by {row['source']}", "name": row["old_key"], "rows": 1}
        for row in org.rows(f"{migration.sql_came_again()} ORDER BY 1")
    ]
    found = [*held, *again]
    return Evidence(tuple(found[:SHOWN]), sum(int(one["rows"]) for one in found))
