"""Old keys that are written out in definitions: criteria, queries, filters, files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.org import Org

_BETWEEN = re.compile(r"[,;|]")  # of the values of an IN


def keys_named(org: Org, old_keys: str, written: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many old keys each place names, from (place, what is written there); places without one are left out.

    What is written is a key, or several with commas, semicolons or bars between them. `old_keys` is a SELECT.
    """
    parts = [
        (place, part.strip())
        for place, text in written
        for part in dict.fromkeys((text, *_BETWEEN.split(text)))
        if part
    ]
    rows = org.rows(
        f"""SELECT value ->> 0, count(DISTINCT lower(value ->> 1)) FROM json_each(?)
             WHERE (value ->> 1) COLLATE NOCASE IN ({old_keys}) GROUP BY 1 ORDER BY 1""",
        json.dumps(parts),
    )
    return {row[0]: row[1] for row in rows}
