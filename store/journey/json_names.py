"""JSON objects whose names are read in any case, and written as they were.

Official documents and public tools do not spell them alike: `metaData` and `metadata`, `Rest` and `REST`.
Source: domain E8, compare case-insensitively; that it holds for names too is ASSUMED.
"""

from __future__ import annotations

import json
from typing import Any


class Names(dict[str, Any]):
    """One JSON object; where two names differ by case only, the one that is spelled as it is asked for counts."""

    def __missing__(self, name: str) -> Any:
        found = self._spelled(name)
        if found is None:
            raise KeyError(name)
        return self[found]

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and self._spelled(name) is not None)

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name, the default without one."""
        try:
            return self[name]
        except KeyError:
            return default

    def _spelled(self, name: str) -> str | None:
        lower = name.lower()
        return next((known for known in self if known.lower() == lower), None)


def named(value: Any) -> Any:
    """The JSON value with all its objects so."""
    if isinstance(value, dict):
        return Names({name: named(inner) for name, inner in value.items()})
    return [named(inner) for inner in value] if isinstance(value, list) else value


def load(text: str) -> Any:
    """JSON text with all its objects so."""
    return json.loads(text, object_hook=Names)
