"""What publishing lets pass of the contact data that a journey reads, and what a person should know of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.contacts import designer
from store.errors import Refused
from store.journey.activities.base import Finding
from store.journey.contact_data import contact_data
from store.journey.uses import contact_sets

if TYPE_CHECKING:
    from store.journey.check import Checking


def check_contact_data(checking: Checking) -> Iterator[Finding]:
    """Attribute sets in which a contact has more rows than are read, or several where the link says one."""
    for name in contact_sets(checking.version):
        try:
            data = contact_data(checking.org, name, binding=True)
        except Refused:
            continue  # the activity that reads it says so
        rows, who = (1, "") if data.is_single else designer.most_rows(checking.org, data)
        title = data.attribute_set.name
        if rows > designer.ROWS_READ:
            yield Finding(
                "warning",
                f"{who} has {rows:,} rows in {title}: beyond the {designer.ROWS_READ:,}th a row is not used there.",
            )
        elif rows > 1 and not designer.is_many(data.path):
            yield Finding(
                "warning",
                f"{title} is linked one to one, but {who} has {rows:,} rows in it: any of them satisfies a filter.",
            )
