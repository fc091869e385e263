"""How many calls of its APIs an account has answered; the licence names how many a year it includes (domain A4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.clock import DAY, SYSTEM_OFFSET

if TYPE_CHECKING:
    from store.org import Org

REST, SOAP = "REST", "SOAP"


def count_call(org: Org, api: str) -> None:
    """One more call of an API, now."""
    org.run(
        "INSERT INTO api_calls VALUES (?, ?, 1) ON CONFLICT (day, api) DO UPDATE SET calls = calls + 1",
        (org.now + SYSTEM_OFFSET) // DAY, api,
    )  # fmt: skip


def calls_of_year(org: Org) -> dict[str, int]:
    """Calls by API in the last 365 days."""
    rows = org.rows(
        "SELECT api, sum(calls) AS calls FROM api_calls WHERE day > ? GROUP BY api ORDER BY api",
        (org.now + SYSTEM_OFFSET) // DAY - 365,
    )
    return {row["api"]: row["calls"] for row in rows}
