"""The rows that an entry source has to offer, whatever it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Candidates:
    """The rows that may enter in one run.

    `table` is SQL for FROM, read under the alias `e`: it has the columns of the journey data and `_CustomObjectKey`,
    by which `since` and `until` bound it; `key` is the Contact Key over `e`, `where` a condition over `e` with named
    `params`. `new_only` says that rows up to `until` are not looked at again.
    """

    table: str
    key: str
    since: int = 0
    until: int | None = None
    where: str = "1"
    params: Mapping[str, Any] = field(default_factory=dict)
    new_only: bool = False
