"""Old keys that are written out in definitions: criteria, queries, filters, files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from store.scratch import scratch

if TYPE_CHECKING:
    from store.org import Org

_BETWEEN = re.compile(r"[,;|]")  # of the values of an IN


def keys_named(org: Org, old_keys: str, written: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many old keys each place names, from (place, what is written there); places without one are left out.

    What is written is a key, or several with commas, semicolons or bars between them. `old_keys` is a SELECT.
    """
    scratch(org, "written_literals", "place TEXT, literal TEXT COLLATE NOCASE")
    parts = [
        (place, part.strip())
        for place, text in written
        for part in dict.fromkeys((text, *_BETWEEN.split(text)))
        if part
    ]
    org.run("INSERT INTO temp.written_literals SELECT value ->> 0, value ->> 1 FROM json_each(?)", json.dumps(parts))
    rows = org.rows(
        f"""SELECT place, count(DISTINCT literal) FROM temp.written_literals
             WHERE literal IN ({old_keys}) GROUP BY place ORDER BY place"""
    )
    org.run("DELETE FROM temp.written_literals")
    return {row[0]: row[1] for row in rows}
