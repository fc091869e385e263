"""What is told of an activity beyond who came: messages, tests, servers, the CRM."""

from __future__ import annotations

from pathlib import Path

from mctui.reading import journey_canvas
from store import journey
from tests.journey.conformance import cases
from tests.journey.conformance.cases import Case


def told(folder: Path, case_id: str, activity_key: str) -> dict[str, str]:
    """The facts of an activity after a conformance case has run."""
    case: Case = next(one for one in cases.cases() if one.id == case_id)
    with cases.world(case, folder) as org:
        cases.create(org, case)
        assert journey.facts(org, "welcome", activity_key) == []  # a draft has none
        cases.run(org, case)
        version = journey.current(org, "welcome").number
        shown = journey_canvas.record(org, "welcome", version, activity_key, False)
        found = journey.facts(org, "welcome", activity_key)
        assert tuple(found) == next(section.rows for section in shown.sections if section.title == "So far")
        return dict(found)


def test_an_sms_tells_its_messages_and_whom_it_did_not_reach(tmp_path: Path) -> None:
    found = told(tmp_path, "sms-1", "S")
    assert found == {"sent": "2", "messages in all": "2", "delivered": "2", "no valid mobile number": "1"}


def test_a_path_optimizer_tells_its_winner_and_the_rates(tmp_path: Path) -> None:
    found = told(tmp_path, "path_optimizer-1", "T")
    assert found["winner"] == "b" and found["opens of b"] > found["opens of a"]


def test_a_custom_activity_tells_what_the_server_answered(tmp_path: Path) -> None:
    ((answer, calls),) = told(tmp_path, "custom_activity-4", "R").items()
    assert "mapped to none" in answer and calls == "3 calls"


def test_a_salesforce_activity_tells_whom_the_crm_refused(tmp_path: Path) -> None:
    assert told(tmp_path, "sales_cloud-6", "L") == {"refused: INVALID_EMAIL_ADDRESS": "1"}


def test_an_audience_tells_who_is_on_it(tmp_path: Path) -> None:
    assert told(tmp_path, "add_audience-1", "A") == {"on Lookalikes": "3"}
