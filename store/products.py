"""The rooms above the ground floor, one per Salesforce product, in the order in which their tables are made."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

PRODUCTS = (
    "business_units",
    "crm",
    "contacts",
    "data_extensions",
    "connect",
    "content",
    "messaging",
    "query",
    "automation",
    "journey",
    "advice",
)


def load() -> list[ModuleType]:
    """Import every room, which registers its commands, handlers and assumptions.

    By name and late, because the rooms import the ground floor and not the other way round.
    """
    return [import_module(f"store.{name}") for name in PRODUCTS]
