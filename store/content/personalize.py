"""Personalization strings: `%%Field%%` in a subject or a body.

Only plain field names are resolved here. AMPscript (`%%[ ... ]%%`, `%%=...=%%`) is left standing as it is; it comes
later in this room.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# Source: Marketing Cloud Engagement help, "Personalization strings": a field name between two pairs of percent signs,
# upper and lower case alike.
# The first two alternatives are AMPscript.
_STRING = re.compile(r"%%\[.*?\]%%|%%=.*?=%%|%%([^%\r\n]+?)%%", re.DOTALL)


def personalize(text: str, row: Mapping[str, object]) -> str:
    """The text with each `%%Field%%` replaced by the row's value; empty or unknown fields become nothing."""
    values = {str(name).lower(): value for name, value in row.items()}

    def value_of(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        value = values.get(match[1].strip().lower())
        return "" if value is None else str(value)

    return _STRING.sub(value_of, text)


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text cut into what stands as it is and the names of fields: (text, False) or (field name, True)."""
    found: list[tuple[str, bool]] = []
    end = 0
    for match in _STRING.finditer(text):
        if match[1] is None:
            continue
        found += [(text[end : match.start()], False)] if match.start() > end else []
        found.append((match[1].strip(), True))
        end = match.end()
    return [*found, (text[end:], False)] if end < len(text) else found


def fields_named(text: str) -> list[str]:
    """The field names that a text asks for, each once, in order of first use."""
    return list(dict.fromkeys(name.strip() for name in _STRING.findall(text) if name))
