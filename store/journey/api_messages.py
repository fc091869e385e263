"""Messages of journeys that the API lets contacts into, each with what became of it, and the stations of the last one.

Of a contact it is the last event and the first message after it: journey by journey, whatever else it does there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import messaging
from store.journey.activities.email import EmailActivity
from store.journey.activities.mobile_message import MobileMessage
from store.journey.tables import sql_contact
from store.journey.version import Version, by_id
from store.journey.visits import path, visits

if TYPE_CHECKING:
    from store.org import Org

API_EVENT = "APIEVENT"


def api_versions(org: Org) -> list[Version]:
    """The published versions whose contacts enter by an API Event, by id."""
    rows = org.rows(
        """SELECT version_id FROM journey_versions
            WHERE status <> 'Draft' AND upper(spec ->> '$.triggers[0].type') = ? ORDER BY version_id""",
        API_EVENT,
    )
    return [by_id(org, row["version_id"]) for row in rows]


def sql_api_messages(org: Org) -> str:
    """A SELECT of key, contact_key, asked_at, left_at, state (waiting, sent, not sent), why and channel."""
    listed = ", ".join(str(version.version_id) for version in api_versions(org)) or "NULL"
    reasons = "".join(f" WHEN {code} THEN '{name}'" for code, name in messaging.EXCLUSIONS.items())
    return f"""
        WITH listening AS (
               SELECT v.version_id, v.journey_id, j.key, v.event_definition_id, v.watermark
                 FROM journey_versions v JOIN journeys j USING (journey_id) WHERE v.version_id IN ({listed})),
             asked AS (
               SELECT e.event_definition_id, e.contact_key, max(e.event_no) AS event_no, max(e.at) AS at
                 FROM journey_events e
                WHERE e.event_definition_id IN (SELECT event_definition_id FROM listening) GROUP BY 1, 2),
             turned_away AS (
               SELECT version_id, row_key, why FROM journey_rejections WHERE version_id IN ({listed})),
             messages AS (
               SELECT l.journey_id, o.contact_id, o.sent_at, o.code
                 FROM ({messaging.sql_outcomes("b.cohort_id > 0")}) AS o
                      JOIN journey_cohorts c ON c.cohort_id = o.cohort_id JOIN listening l USING (version_id))
        SELECT a.key, a.contact_key, a.asked_at, min(m.sent_at) AS left_at,
               CASE WHEN a.why IS NOT NULL THEN 'not sent' WHEN m.sent_at IS NULL THEN 'waiting'
                    WHEN m.code = 0 THEN 'sent' ELSE 'not sent' END AS state,
               coalesce(a.why, CASE m.code WHEN 0 THEN ''{reasons} ELSE '' END) AS why, 'email' AS channel
          FROM (SELECT l.journey_id, l.key, a.contact_key, a.at AS asked_at, max(t.why) AS why
                  FROM asked a JOIN listening l USING (event_definition_id)
                       LEFT JOIN turned_away t ON t.version_id = l.version_id AND t.row_key = a.event_no
                 GROUP BY 1, 2, 3, 4) AS a
               LEFT JOIN contacts k ON k.contact_key = a.contact_key
               LEFT JOIN messages m ON m.journey_id = a.journey_id AND m.contact_id = k.contact_id
                    AND m.sent_at >= a.asked_at
         GROUP BY a.journey_id, a.contact_key"""


def api_channels(org: Org) -> list[str]:
    """The channels of the messages that contacts who entered by an API Event were sent."""
    found = {
        _channel(version, spec.key)
        for version in api_versions(org)
        for spec in version.spec.activities.values()
        if _came(org, version, spec.key)
    }
    return sorted(channel for channel in found if channel)


def _channel(version: Version, activity_key: str) -> str:
    """What an activity sends by; empty for one that sends nothing."""
    activity = version.activities[activity_key]
    if isinstance(activity, EmailActivity):
        return "email"
    return activity.channel if isinstance(activity, MobileMessage) else ""


def _came(org: Org, version: Version, activity_key: str) -> bool:
    sql = """SELECT 1 FROM journey_cohorts c JOIN journey_moves m USING (cohort_id)
              WHERE c.version_id = ? AND m.activity_key = ? LIMIT 1"""
    return org.value(sql, version.version_id, activity_key) is not None


def last_api_stations(org: Org) -> list[messaging.api_sends.Station]:
    """The way of the last contact whom the API let into a journey; empty before the first."""
    listed = ", ".join(str(version.version_id) for version in api_versions(org)) or "NULL"
    row = org.row(
        f"""SELECT k.contact_key, j.key, e.at, d.key AS event_key
              FROM journey_cohorts c JOIN journey_versions v USING (version_id) JOIN journeys j USING (journey_id)
                   JOIN journey_members m USING (cohort_id) JOIN contacts k ON k.contact_id = {sql_contact("m.visit")}
                   JOIN event_definitions d USING (event_definition_id)
                   JOIN journey_events e ON e.event_definition_id = d.event_definition_id
                        AND e.contact_key = k.contact_key
             WHERE c.version_id IN ({listed}) AND c.parent_cohort_id IS NULL
             ORDER BY c.cohort_id DESC, m.visit DESC, e.event_no DESC LIMIT 1"""
    )
    if row is None:
        return []
    stations = [
        (row["at"], "an outside system", "POST /interaction/v1/events"),
        (row["at"], "Journey Builder", f"event {row['event_key']} kept, entry at the next full minute"),
    ]
    visit = visits(org, row["contact_key"], row["key"])[-1]
    hops = path(org, visit)
    stations.append((visit.entered_at, f"journey {row['key']}", "entered"))
    return stations + [(hop.arrived_at, hop.name, hop.outcome or "") for hop in hops]
