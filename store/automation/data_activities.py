"""Activities about data extensions: Filter, which refreshes a filtered one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import data_extensions
from store.automation.run import Result, activity
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org


@activity("filter")
def refresh_filtered(org: Org, key: str) -> Result:
    """A Filter Activity: its key is the filtered data extension's name or external key. source: domain B5."""
    org.run("SAVEPOINT filter_activity")
    try:
        de = data_extensions.get(org, key)
        rows, before = data_extensions.refresh(org, de)
    except Refused as error:
        org.run("ROLLBACK TO filter_activity")
        org.run("RELEASE filter_activity")
        return Result(False, f"Filter {key} failed: {error.message}", {"errors": 1}, f"de/{key}")
    org.run("RELEASE filter_activity")
    line = f"Filter {de.path}: {rows} rows, {before} before"
    return Result(True, line, {"inserted": rows, "removed": before}, f"de/{de.path}")
