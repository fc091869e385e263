"""Audiences of sends that no journey makes: a triggered send, a Salesforce send.

A batch is sent to a cohort. Those of journeys count up from 1, the others down from -1, so that no journey owns them;
their members lie in the same table, which the tracking views read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from store.messaging.send import Audience

if TYPE_CHECKING:
    from store.messaging.emails import Job
    from store.org import Org

DDL = """
CREATE TABLE sends_outside (            -- one row is one person whom a job mailed outside of journeys
  job_id     INTEGER NOT NULL,          -- below zero: of a mobile message, its id
  contact_id INTEGER NOT NULL,
  sends      INTEGER NOT NULL,          -- how many times; makes each message a visit of its own
  PRIMARY KEY (job_id, contact_id)
) WITHOUT ROWID;
"""


def gather(org: Org, job: Job, people: str, params: Mapping[str, Any]) -> Audience:
    """An audience of a SELECT of (contact_id, email_address), which is kept in the TEMP table messaging_people.

    One contact counts once. Whoever is not in All Subscribers joins them with that address, if the job adds people.
    """
    cohort, size = cohort_of(org, job.job_id, people, params)
    addresses = "SELECT contact_id, email_address FROM temp.messaging_people WHERE email_address IS NOT NULL"
    return Audience(cohort, size, [cohort], addresses)


def cohort_of(org: Org, sender: int, people: str, params: Mapping[str, Any]) -> tuple[int, int]:
    """(a cohort, its size) of a SELECT of (contact_id, address), which the TEMP table messaging_people keeps.

    `sender` is the job; of a mobile message its id below zero.
    """
    org.run("DROP TABLE IF EXISTS temp.messaging_people")
    org.run("CREATE TEMP TABLE messaging_people (contact_id INTEGER PRIMARY KEY, email_address TEXT)")
    size = org.run(f"INSERT OR IGNORE INTO temp.messaging_people {people}", params)
    cohort = min(int(org.value("SELECT min(cohort_id) FROM journey_members") or 0), 0) - 1
    org.run(
        """INSERT INTO sends_outside SELECT :job, contact_id, 1 FROM temp.messaging_people WHERE 1
           ON CONFLICT (job_id, contact_id) DO UPDATE SET sends = sends + 1""",
        {"job": sender},
    )
    org.run(
        """INSERT INTO journey_members
           SELECT :cohort, (s.sends - 1) << 32 | p.contact_id
             FROM temp.messaging_people AS p JOIN sends_outside AS s ON s.job_id = :job AND s.contact_id = p.contact_id
            ORDER BY 2""",
        {"cohort": cohort, "job": sender},
    )
    return cohort, size


def most_sends(org: Org, contact_id: int) -> int:
    """How often one job, or one mobile message, was sent to a contact outside of journeys, at most."""
    found = org.value(
        """SELECT max(o.sends)
             FROM (SELECT job_id AS sender FROM jobs UNION ALL SELECT -message_id FROM mobile_messages)
                  CROSS JOIN sends_outside o ON o.job_id = sender AND o.contact_id = ?""",
        contact_id,
    )
    return int(found or 0)
