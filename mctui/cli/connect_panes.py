"""What `mctui show` says of MC Connect's way back to the CRM."""

from __future__ import annotations

from mctui.cli.panes import Section, pane
from store import Org, clock


@pane("write-back")
def write_back(org: Org, _: str, limit: int) -> list[Section]:
    """Hourly runs that wrote tracking to the CRM, and the messages that have no record there."""
    from store import connect

    rows = [
        (clock.system_text(r.at), r.results, r.updated, r.links, r.opted_out, r.unmatched, r.refused)
        for r in connect.write_back_runs(org, limit)
    ]
    headers = ("at", "results", "updated", "links", "opted_out", "without_record", "refused")
    missing = org.rows(f"SELECT * FROM ({connect.sql_unmatched()}) LIMIT ?", limit)
    return [
        Section("runs", headers, rows, "Nothing was written: connect.enable_write_back starts it."),
        Section("without a record", ("send", "subscriber_key", "email_address"), [tuple(row) for row in missing]),
    ]
