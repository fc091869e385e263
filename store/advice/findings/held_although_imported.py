"""Imported again, and held as before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import contacts
from store.advice.finding import Evidence, finding, from_sql

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "held-although-imported",
    severity="warning",
    title="{count} [address|addresses] stayed Held although [it was|they were] imported again",
    # Source: domain A2, SFH:000232328; SFH:mc_es_how_a_subscriber_opts_out.
    why="An import that brings an address again does not change its status. Held lasts until an import or an API update"
    " sets it to Active, or the person opens or clicks; until then no send reaches the address, transactional ones"
    " neither, and nothing says so at the import.",
    fix="If the address works again, import it with a column Status and the value Active.",
)
def held_although_imported(org: Org) -> Evidence:
    """One row is a held subscriber with the last import since that left the status as it was."""
    return from_sql(org, contacts.sql_held_at_import())
