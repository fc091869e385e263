"""Opens and clicks to come of people whose mail came back: they make them active again. Source: domain A2.

They are looked up once, when somebody bounces or is mailed in spite of it, and not among everyone's opens each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from store import contacts
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.org import Org

_MOMENTS = ("opened_at", "clicked_at", "reopened_at", "reclicked_at")
_OPEN = "b.last_event_at > b.applied_until"  # something of the batch is to come


def expect_comebacks(org: Org, whom: str, params: Mapping[str, Any], batch_id: int) -> None:
    """Note when those of the SELECT `whom` (contact_id) will open or click the message of a batch."""
    given = f"WITH given(contact_id) AS ({whom}) SELECT contact_id, {batch_id} FROM given"
    _note(org, given, params, [(batch_id, batch_id)])


@contacts.when_returned
def _expect_of_returned(org: Org, whom: str, params: Mapping[str, Any]) -> None:
    """The same of all batches, for those of `whom` (contact_id, the batch that came back or NULL) who bounced now."""
    given = f"WITH given(contact_id, origin) AS ({whom}) SELECT contact_id, coalesce(origin, 0) AS origin FROM given"
    origins = org.rows(f"SELECT DISTINCT origin FROM ({given}) ORDER BY origin", params)
    _note(org, given, params, _kin(org, [row[0] for row in origins]))


def _kin(org: Org, origins: Iterable[int]) -> list[tuple[int, int]]:
    """(origin, a batch that its people may also have got), of all that are not over; origin 0 for NULL.

    Whoever got a batch of a journey stood in its cohort, so that the batches of cohorts on other ways from the same
    entry are not theirs. With most of the batches gone, so are most of the look-ups. Where somebody entered again this
    does not hold: one entry may have let them in twice.
    """
    again = (_last_visit(org, "1") or 0) > CONTACT_OF_VISIT
    lineages: dict[int, list[int]] = {}
    for row in org.rows(
        f"""WITH RECURSIVE up(batch_id, cohort_id, depth) AS (
              SELECT batch_id, cohort_id, 0 FROM send_batches b WHERE {_OPEN}
              UNION ALL
              SELECT up.batch_id, c.parent_cohort_id, depth + 1 FROM up JOIN journey_cohorts c USING (cohort_id)
               WHERE c.parent_cohort_id IS NOT NULL)
            SELECT batch_id, cohort_id FROM up ORDER BY batch_id, depth"""
    ):
        lineages.setdefault(row["batch_id"], []).append(row["cohort_id"])
    pairs = []
    for origin in origins:
        own = lineages.get(origin)
        for batch_id, other in lineages.items():
            if again or own is None or own[-1] != other[-1] or own[0] in other or other[0] in own:
                pairs.append((origin, batch_id))
    return pairs


def _last_visit(org: Org, of_batches: str, *params: str) -> int | None:
    """The highest number of a visit that got one of these batches, of all that are not over; None for no batch."""
    found = org.value(
        f"""SELECT max((SELECT max(visit) FROM journey_members m WHERE m.cohort_id = b.cohort_id))
            FROM send_batches b WHERE {_OPEN} AND {of_batches}""",
        *params,
    )
    return None if found is None else int(found)


def _note(org: Org, given: str, params: Mapping[str, Any], kin: list[tuple[int, int]]) -> None:
    """Note the opens and clicks to come of each of `given` (contact_id, origin) in the kin of the origin."""
    last_visit = _last_visit(org, "b.batch_id IN (SELECT value ->> 1 FROM json_each(?))", json.dumps(kin))
    if last_visit is None:
        return
    to_come = " OR ".join(f"r.{moment} > b.applied_until" for moment in _MOMENTS)  # of the few, before `k` makes four
    cases = " ".join(f"WHEN {nr} THEN r.{moment}" for nr, moment in enumerate(_MOMENTS))
    numbers = " UNION ALL ".join(f"SELECT {nr} AS nr" for nr in range(len(_MOMENTS)))
    org.run(
        f"""INSERT OR IGNORE INTO comebacks
            WITH RECURSIVE
              entry(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM entry WHERE number < :last_entry),
              kin(origin, batch_id) AS MATERIALIZED (SELECT value ->> 0, value ->> 1 FROM json_each(:kin)),
              given(contact_id, origin) AS ({given})
            SELECT b.batch_id, CASE k.nr {cases} END AS event_at, g.contact_id
            FROM entry CROSS JOIN kin CROSS JOIN send_batches b ON b.batch_id = kin.batch_id
                 CROSS JOIN given g ON g.origin = kin.origin
                 CROSS JOIN responses r ON r.batch_id = b.batch_id AND r.visit = (entry.number << 32 | g.contact_id)
                 CROSS JOIN ({numbers}) k
            WHERE {_OPEN} AND ({to_come}) AND event_at > b.applied_until""",
        {**params, "last_entry": last_visit >> 32, "kin": json.dumps(kin)},
    )
