"""The runs of query activities that were: rows in, rows out, and why a run failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.query.activity import find

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class PastRun:
    """One run, in the step `k`; `name` is empty for a text that was never saved.

    `selected` rows came from the query; where a run failed because of its rows, `rejected` of them do not go in.
    `seconds` is how long it would have taken there.
    """

    at: int
    k: int
    name: str
    target: str
    ok: bool
    selected: int
    inserted: int
    updated: int
    removed: int
    message: str
    rejected: int = 0
    seconds: int = 0


def runs(org: Org, *, key: str = "", target: str = "", limit: int = 200) -> list[PastRun]:
    """The last runs, the latest first: of the activity `key`, or into the data extension `target`, or all.

    A text that a person ran without saving it (`query.run_into`) has its step as its only trace.
    """
    query_id = find(org, key).query_id if key else None
    found = org.rows(
        """
        SELECT r.at, r.k, q.name, q.target, r.ok, r.inserted, r.updated, r.removed, r.message, r.run_id,
               r.selected, r.rejected, r.seconds
        FROM query_runs r JOIN query_activities q USING (query_id)
        WHERE (:query_id IS NULL OR r.query_id = :query_id) AND (:target = '' OR q.target = :target)
        UNION ALL
        SELECT s.at, s.k, '', substr(s.subject, 4), 1, coalesce(s.changes ->> 'inserted', 0),
               coalesce(s.changes ->> 'updated', 0), coalesce(s.changes ->> 'removed', 0), '', 0,
               coalesce(s.changes ->> 'inserted', 0) + coalesce(s.changes ->> 'updated', 0), 0, 0
        FROM steps s
        WHERE s.kind = 'query.run_into' AND :query_id IS NULL
          AND (:target = '' OR substr(s.subject, 4) = :target COLLATE NOCASE)
        ORDER BY 2 DESC, 10 DESC LIMIT :limit
        """,
        {"query_id": query_id, "target": target, "limit": limit},
    )
    return [
        PastRun(
            row["at"], row["k"], row["name"], row["target"], bool(row["ok"]), row["selected"],
            row["inserted"], row["updated"], row["removed"], row["message"], row["rejected"], row["seconds"],
        )
        for row in found
    ]  # fmt: skip
