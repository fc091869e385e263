"""Changing a saved query activity: its text, its target, its action, its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units
from store.commands import Outcome, command
from store.errors import Refused
from store.query.activity import find, saved_form

if TYPE_CHECKING:
    from store.org import Org


@command("query.update")
def update(
    org: Org, *, key: str, sql: str | None = None, target: str | None = None, action: str | None = None,
    name: str | None = None,
) -> Outcome:  # fmt: skip
    """Save a query activity anew, with the check of a first save; what is not given stays. Its history stays too."""
    before = find(org, key)
    new_name = before.name if name is None else name.strip()
    if not new_name:
        raise Refused("A query activity needs a name.")
    with business_units.acting(org, before.mid):
        form = saved_form(
            org,
            before.text if sql is None else sql,
            before.target if target is None else target,
            before.action if action is None else action,
        )
    org.run(
        """UPDATE query_activities
           SET name = ?, query_text = ?, target = ?, action = ?, compiled = ?, columns = ?, sources = ?, compared = ?
           WHERE query_id = ?""",
        new_name, *form, before.query_id,
    )  # fmt: skip
    return Outcome(f"Query activity {new_name} saved", {"queries": 1}, f"de/{form[1]}")
