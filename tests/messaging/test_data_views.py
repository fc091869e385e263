"""The tracking data views have the product's columns, and show what has happened by now."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store import Org, query
from store.clock import system_text
from tests.journey import worlds

Make = Callable[..., Org]

PLACE = "AccountID OYBAccountID JobID ListID BatchID SubscriberID SubscriberKey"
DEFINITION = "TriggererSendDefinitionObjectID TriggeredSendCustomerKey"
# Source: domain D5.
COLUMNS = {
    "_Sent": f"{PLACE} EventDate Domain {DEFINITION}",
    "_Open": f"{PLACE} EventDate Domain IsUnique {DEFINITION}",
    "_Click": f"{PLACE} EventDate Domain URL LinkName LinkContent IsUnique {DEFINITION}",
    "_Bounce": f"{PLACE} EventDate IsUnique Domain BounceCategoryID BounceCategory BounceSubcategoryID "
    f"BounceSubcategory BounceTypeID BounceType SMTPBounceReason SMTPMessage SMTPCode {DEFINITION} IsFalseBounce",
    "_Complaint": f"{PLACE} EventDate IsUnique Domain",
    "_Unsubscribe": f"{PLACE} EventDate IsUnique Domain",
    "_Job": "JobID EmailID AccountID AccountUserID FromName FromEmail SchedTime PickupTime DeliveredTime EventID "
    "IsMultipart JobType JobStatus ModifiedBy ModifiedDate EmailName EmailSubject IsWrapped TestEmailAddr Category "
    "BccEmail OriginalSchedTime CreatedDate CharacterSet IPAddress SalesForceTotalSubscriberCount "
    "SalesForceErrorSubscriberCount SendType DynamicEmailSubject SuppressTracking SendClassificationType "
    f"SendClassification ResolveLinksWithCurrentData EmailSendDefinition DeduplicateByEmail {DEFINITION}",
    "_Journey": "VersionID JourneyID JourneyName VersionNumber CreatedDate LastPublishedDate ModifiedDate "
    "JourneyStatus",
    "_JourneyActivity": "VersionID ActivityID ActivityName ActivityExternalKey JourneyActivityObjectID ActivityType",
}


@pytest.mark.parametrize("view", COLUMNS)
def test_the_columns_are_the_documented_ones(org: Org, view: str) -> None:
    assert [row["name"] for row in org.rows(f"PRAGMA table_info({view})")] == COLUMNS[view].split()


def test_a_send_joins_its_journey_by_the_triggered_send_definition(mailed: Make) -> None:
    """Source: domain D4, journey link."""
    org = mailed(4)
    org.do("journey.publish", key="welcome")
    worlds.run_all(org)
    rows = org.rows(
        """SELECT j.JourneyName, a.ActivityName, count(*) AS sends
           FROM _Sent s JOIN _JourneyActivity a ON a.JourneyActivityObjectID = s.TriggererSendDefinitionObjectID
                JOIN _Journey j ON j.VersionID = a.VersionID GROUP BY 1, 2 ORDER BY 2"""
    )
    assert [tuple(row) for row in rows] == [("Welcome", "E1", 4), ("Welcome", "E2", 4)]


def test_an_event_shows_when_its_time_has_come_and_not_before(mailed: Make) -> None:
    org = mailed(60, {"open_rate": 0.4})
    org.do("journey.publish", key="welcome")
    org.step()
    org.step()
    assert org.value("SELECT count(*) FROM tracking_events") > 0
    assert org.value("SELECT count(*) FROM _Open") == 0
    org.step()
    shown = org.value("SELECT count(*) FROM _Open")
    assert 0 < shown < org.value("SELECT count(*) FROM tracking_events WHERE kind = 'open'")
    assert org.value("SELECT max(EventDate) FROM _Open") <= system_text(org.now)


def test_the_first_event_of_a_subscriber_is_unique_and_the_second_is_not(mailed: Make) -> None:
    org = mailed(60, {"open_rate": 0.4})
    org.do("messaging.set_engagement", values={"reopen_rate": 1.0})
    org.do("journey.publish", key="welcome")
    worlds.run_all(org)
    people = org.value("SELECT count(DISTINCT SubscriberKey) FROM _Open WHERE JobID = 1")
    assert org.value("SELECT count(*) FROM _Open WHERE JobID = 1 AND IsUnique") == people
    assert org.value("SELECT count(*) FROM _Open WHERE JobID = 1 AND NOT IsUnique") == people


# Months after the send, then how many rows. Source: domain D4, six months except for the views of subscribers.
RETENTION = [
    ("_Sent", 5, 4), ("_Sent", 7, 0), ("_Job", 5, 2), ("_Job", 7, 0), ("_Open", 5, 4), ("_Open", 7, 0),
    ("_Subscribers", 7, 2), ("_ListSubscribers", 7, 2), ("_EnterpriseAttribute", 7, 2),
]  # fmt: skip


@pytest.mark.parametrize(("view", "months", "rows"), RETENTION)
def test_a_view_keeps_six_months(mailed: Make, view: str, months: int, rows: int) -> None:
    org = mailed(2)
    org.do("journey.publish", key="welcome")
    worlds.run_all(org)
    org.run(
        """INSERT INTO responses(batch_id, visit, nr, opened_at) SELECT b.batch_id, m.visit, 0, b.sent_at
           FROM send_batches b JOIN journey_members m ON m.cohort_id = b.cohort_id"""
    )
    org.run("UPDATE world SET now = unixepoch(now, 'unixepoch', ?)", f"+{months} months")
    assert len(query.preview(org, f"SELECT * FROM {view}")[1]) == rows
