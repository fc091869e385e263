"""Keeping a query activity that the product would refuse now: its text stays, the verdict comes when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import Refused
from store.query.activity import checked_action

if TYPE_CHECKING:
    from store.org import Org


def keep(org: Org, key: str, name: str, text: str, target: str, action: str) -> None:
    """Save a query activity unchecked, as an account has it whose data extensions have changed since.

    `target` is the name or key of its data extension, which need not exist. `check` and a run compile the text then.
    Raises Refused for a key that is taken or an action that there is not.
    """
    if org.value("SELECT 1 FROM query_activities WHERE customer_key = ?", key):
        raise Refused(f"There is a query activity '{key}' already.", fix="Choose another key.")
    org.run(
        "INSERT INTO query_activities(customer_key, name, query_text, target, action, compiled, columns, sources,"
        " compared) VALUES (?, ?, ?, ?, ?, '', '[]', '[]', '[]')",
        key, name, text, target, checked_action(action),
    )  # fmt: skip
