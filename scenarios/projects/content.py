"""What reading a project gives: plain values that survive JSON, so that the import can be redone without the files."""

from __future__ import annotations

from typing import Any, TypedDict


class Item(TypedDict):
    """One thing of the account. `body` is what the module of its type makes of the file."""

    type: str
    unit: str  # business unit
    file: str  # path below the project
    key: str
    name: str
    body: dict[str, Any]


class Unread(TypedDict):
    """A file that could not be read, and why."""

    type: str
    unit: str
    file: str
    key: str
    reason: str


class Content(TypedDict):
    """A whole project. `others` counts the files of types that are not read, by type."""

    project: str
    units: list[str]
    items: list[Item]
    unread: list[Unread]
    others: dict[str, int]
