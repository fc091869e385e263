"""Sendable data extensions with more than one field of type EmailAddress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import data_extensions
from store.advice.finding import Evidence, finding

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "several-address-fields",
    severity="warning",
    title="{count} sendable data [extension has|extensions have] more than one EmailAddress field",
    why="A send takes the address from the field of type EmailAddress. With several of them the product does not warn,"
    " and which one it takes is not defined.",  # source: domain B3
    fix="Keep one field of type EmailAddress, and make the others Text.",
)
def several_addresses(org: Org) -> Evidence:
    """One row is a data extension with its fields of this type."""
    fields = {
        de.path: [field.name for field in de.fields if field.type == "EmailAddress"]
        for de in data_extensions.all_definitions(org)
        if de.is_sendable
    }
    rows = tuple({"data_extension": path, "fields": ", ".join(names)} for path, names in fields.items() if names[1:])
    return Evidence(rows, len(rows))
