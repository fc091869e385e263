"""Keeping a query activity that the product would refuse now: its text stays, the verdict comes when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.query.activity import checked_action, refuse_taken

if TYPE_CHECKING:
    from store.org import Org


def keep(org: Org, key: str, name: str, text: str, target: str, action: str) -> None:
    """Save a query activity unchecked, as an account has it whose data extensions have changed since.

    `target` is the name or key of its data extension, which need not exist. `check` and a run compile the text then.
    Raises Refused for a key that is taken or an action that there is not.
    """
    mid = refuse_taken(org, key)
    org.run(
        "INSERT INTO query_activities(mid, customer_key, name, query_text, target, action, compiled, columns, sources,"
        " compared) VALUES (?, ?, ?, ?, ?, ?, '', '[]', '[]', '[]')",
        mid, key, name, text, target, checked_action(action),
    )  # fmt: skip
