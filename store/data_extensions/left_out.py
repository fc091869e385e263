"""Rows that the product leaves out when it fills a sendable data extension: other rooms say whose."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from store.data_extensions.model import DataExtension

if TYPE_CHECKING:
    from store.org import Org

LeavesOut = Callable[["Org", DataExtension], str]
_rules: list[LeavesOut] = []


def leaves_out(rule: LeavesOut) -> LeavesOut:
    """Register `function(org, de)`: SQL over the columns of `de` for rows not to be taken, empty for none."""
    _rules.append(rule)
    return rule


def without_left_out(org: Org, de: DataExtension, columns: list[str], select: str) -> str:
    """The SELECT of `columns` without the rows that are left out of `de`; it itself when nothing is."""
    if not de.is_sendable or de.sendable_field is None:
        return select
    if de.sendable_field.lower() not in {name.lower() for name in columns}:
        return select
    out = [found for rule in _rules if (found := rule(org, de))]
    if not out:
        return select
    return f"SELECT * FROM ({select}) WHERE NOT coalesce({' OR '.join(f'({each})' for each in out)}, 0)"
