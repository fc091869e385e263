"""The T-SQL functions,

by Microsoft's own families. Adding one is adding one decorated function to one of these files.
"""

from __future__ import annotations

from importlib import import_module

FAMILIES = (
    "aggregates",
    "choices",
    "conversion",
    "date_math",
    "date_parts",
    "dates",
    "json",
    "misc",
    "numbers",
    "percentiles",
    "since_2022",
    "strings",
    "text_search",
    "windows",
)


def load() -> None:
    """Imports every family once, which registers its functions."""
    for family in FAMILIES:
        import_module(f"store.query.functions.{family}")
