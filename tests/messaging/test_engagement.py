"""How people respond: rates that hold, the same person in every batch, no dependence on order."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import Org, data_extensions
from store.commands import Outcome, command
from store.errors import Refused
from store.messaging.model import EngagementModel
from tests.journey import worlds

PEOPLE = 20_000


@command("test.crowd")
def _crowd(org: Org, *, people: int) -> Outcome:
    data_extensions.bulk_insert(
        org, data_extensions.get(org, "Welcome"), ["ContactKey", "Email"],
        """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people)
           SELECT printf('P%05d', i), 'p' || i || '@example.com' FROM n""",
        {"people": people},
    )  # fmt: skip
    return Outcome(f"{people} people")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Org:
    """20,000 people after two emails and all that followed."""
    org = worlds.world(tmp_path_factory.mktemp("crowd"))
    org.do("test.crowd", people=PEOPLE)
    spec = worlds.journey(worlds.email("E1", "W"), worlds.wait("W", "E2", 2), worlds.email("E2", email_id=2))
    worlds.published(org, spec)
    worlds.run_all(org)
    return org


def rate(org: Org, kind: str, of: str | None = None) -> float:
    """Unique responders of the first batch over the mailed, or over those of another kind."""
    count = "SELECT count(*) FROM tracking_events WHERE batch_id = 1 AND seq = 1 AND kind = ?"
    return float(org.value(count, kind)) / float(org.value(count, of) if of else PEOPLE)


@pytest.mark.parametrize(
    ("kind", "of", "expected"),
    [("open", None, "open_rate"), ("click", "open", "click_rate"), ("unsubscribe", "open", "unsubscribe_rate")],
)
def test_the_rates_are_the_models(crowd: Org, kind: str, of: str | None, expected: str) -> None:
    """Within 10 % of the rate, or five standard deviations for the rare ones."""
    wanted = getattr(EngagementModel(), expected)
    people = PEOPLE * (rate(crowd, of) if of else 1)
    assert rate(crowd, kind, of) == pytest.approx(wanted, rel=0.1, abs=5 * (wanted / people) ** 0.5)


def test_people_who_opened_once_open_again_more_often_than_the_others(crowd: Org) -> None:
    opened = crowd.row(
        """SELECT sum(a.visit IS NOT NULL AND b.visit IS NOT NULL) * 1.0 / sum(a.visit IS NOT NULL) AS again,
                  sum(a.visit IS NULL AND b.visit IS NOT NULL) * 1.0 / sum(a.visit IS NULL) AS fresh
           FROM journey_members m
                LEFT JOIN tracking_events a ON a.batch_id = 1 AND a.kind = 'open' AND a.seq = 1 AND a.visit = m.visit
                LEFT JOIN tracking_events b ON b.batch_id = 2 AND b.kind = 'open' AND b.seq = 1 AND b.visit = m.visit"""
    )
    assert opened is not None
    assert opened["again"] > 1.5 * opened["fresh"]


def test_half_of_the_opens_come_within_the_typical_delay_and_none_after_a_week(crowd: Org) -> None:
    delays = crowd.row(
        """SELECT avg(event_at - sent_at <= 120 + :typical) AS early, max(event_at - sent_at) AS last
           FROM tracking_events JOIN send_batches USING (batch_id) WHERE batch_id = 1 AND kind = 'open' AND seq = 1""",
        {"typical": EngagementModel().open_delay},
    )
    assert delays is not None
    assert delays["early"] == pytest.approx(0.51, abs=0.02)
    assert delays["last"] < 7 * 86400


def test_nobody_clicks_before_opening_and_nobody_opens_what_bounced(crowd: Org) -> None:
    clicks = crowd.value(
        """SELECT count(*) FROM tracking_events c WHERE c.kind = 'click' AND NOT EXISTS (
             SELECT 1 FROM tracking_events o WHERE o.batch_id = c.batch_id AND o.kind = 'open' AND o.visit = c.visit
               AND o.event_at < c.event_at)"""
    )
    bounced = crowd.value(
        """SELECT count(*) FROM tracking_events b JOIN tracking_events o USING (batch_id, visit)
           WHERE b.kind = 'bounce' AND o.kind = 'open'"""
    )
    assert (clicks, bounced) == (0, 0)


def test_a_draw_does_not_depend_on_who_else_is_in_the_batch(tmp_path: Path) -> None:
    events = []
    for number, people in enumerate((30, 60)):
        folder = tmp_path / str(number)
        folder.mkdir()
        org = worlds.published(worlds.world(folder, people), worlds.journey(worlds.email("E1")))
        worlds.run_all(org)
        events.append([tuple(row) for row in org.rows("SELECT * FROM tracking_events WHERE visit <= 30")])
    assert events[0] == events[1] != []


def test_another_seed_draws_other_events(tmp_path: Path) -> None:
    events = []
    for seed in (1, 2):
        folder = tmp_path / str(seed)
        folder.mkdir()
        org = worlds.published(worlds.world(folder, 40, seed=seed), worlds.journey(worlds.email("E1")))
        worlds.run_all(org)
        events.append([tuple(row) for row in org.rows("SELECT * FROM tracking_events")])
    assert events[0] != events[1]


@pytest.mark.parametrize(
    ("values", "message"),
    [({"open_rate": 2}, "open_rate"), ({"open_rat": 0.1}, "open_rat"), ({"open_rate": "often"}, "open_rate")],
)
def test_a_model_that_cannot_be_is_refused_by_name(org: Org, values: dict[str, object], message: str) -> None:
    with pytest.raises(Refused, match=message):
        org.do("messaging.set_engagement", values=values)
