"""What has written to a data extension, over the delivered scenario."""

from __future__ import annotations

import pytest

import scenarios
from store import Org, advice


@pytest.fixture(scope="module")
def end(tmp_path_factory: pytest.TempPathFactory) -> Org:
    """The delivered scenario at its end. Only to be read."""
    org = scenarios.make("sync-to-send", tmp_path_factory.mktemp("written") / "w.mctui", size=20)
    org.run_until(org.value("SELECT ends_at FROM world"))
    return org


def test_a_synchronized_data_extension_is_written_by_polls(end: Org) -> None:
    kinds = {each.kind for each in advice.written(end, "Contact_Salesforce")}
    assert kinds == {"connect.poll"}


def test_a_target_is_written_by_its_query(end: Org) -> None:
    found = advice.written(end, "welcome_audience")
    assert {each.kind for each in found} == {"automation.activity"}
    assert [each.k for each in found] == sorted((each.k for each in found), reverse=True)
    assert all("Fill Welcome Audience" in each.title for each in found)


def test_a_log_is_written_by_the_activity_of_the_journey_that_updates_it(end: Org) -> None:
    found = advice.written(end, "Welcome_Log")
    assert found
    assert all(each.title.startswith("Welcome: Update Contact Note the welcome") for each in found)
