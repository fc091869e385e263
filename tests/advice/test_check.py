"""`mctui check` proves the model's invariants from the rows: each one is broken here by hand and found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import scenarios
from store import Org, advice

# What is changed behind mctui's back, and the sentence that is then no longer so.
DAMAGE = [
    ("UPDATE journey_cohorts SET size = size + 1 WHERE cohort_id = 1", "a cohort has as many members as it says"),
    ("INSERT INTO journey_members VALUES (999, 1)", "every member belongs to a cohort"),
    ("DELETE FROM journey_members WHERE cohort_id = 2", "a cohort has as many members as it says"),
    ("UPDATE journey_cohorts SET state = 'split' WHERE state = 'completed'", "entered = inside + completed"),
    ("UPDATE journey_cohorts SET size = size - 1 WHERE parent_cohort_id = 1", "in exactly one of its children"),
    ("DELETE FROM event_1 WHERE _visit = (SELECT min(_visit) FROM event_1)", "every entrant has its journey data"),
    ("UPDATE send_batches SET size = size - 1 WHERE batch_id = 1", "mailed and excluded are together the cohort"),
    (
        "INSERT INTO responses(batch_id, visit, nr, opened_at) VALUES (1, 999999, 0, 2e9)",
        "only who was mailed responds",
    ),
    ("UPDATE responses SET opened_at = 0 WHERE batch_id = 1 AND opened_at > 0", "nobody responds before the send"),
    ("UPDATE responses SET opened_at = NULL", "nobody clicks without an open"),
    ("UPDATE responses SET nr = 1 WHERE batch_id = 1", "nobody does once more what was never done"),
    ("DELETE FROM all_subscribers WHERE contact_id = 10", "whoever was mailed is a subscriber"),
    ("DELETE FROM contacts WHERE contact_id = 10", "every subscriber is a contact"),
    ("UPDATE de_Contact_Salesforce SET Id = 'x' || Id WHERE _CustomObjectKey = 1", "was a record of the CRM"),
    ("UPDATE de_Contact_Salesforce SET _ChangeNo = 99999999", "no synchronized row is ahead"),
    ("DROP TABLE de_Welcome_Log", "every data extension has its table"),
    ("UPDATE steps SET at = at + 86400000 WHERE k = 3", "time never runs back"),
    ("DELETE FROM steps WHERE k = 3", "steps are numbered without a gap"),
    ("UPDATE subscriber_statuses SET status = 'unsubscribed', date_unsubscribed = NULL", "has a date for it"),
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("check") / "w.mctui"
    with scenarios.make("sync-to-send", path, seed=7, size=60) as org:
        org.run_until(org.value("SELECT ends_at FROM world"))
        assert advice.check(org) == []
    return path


@pytest.mark.parametrize(("damage", "sentence"), DAMAGE)
def test_damage_is_found_and_named(finished: Path, tmp_path: Path, damage: str, sentence: str) -> None:
    path = Path(shutil.copyfile(finished, tmp_path / "w.mctui"))
    with Org.open(path) as org:
        org.db.execute("PRAGMA foreign_keys = OFF")
        org.db.execute(damage)
        assert any(sentence in problem for problem in advice.check(org)), advice.check(org)
