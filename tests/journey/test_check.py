"""What publishing says before it lets a journey run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from store import Org, journey
from store.errors import Refused
from tests.journey import worlds
from tests.journey.worlds import decision, email, engaged, randomly, update, wait, where

Draft = Callable[..., Org]
GOLD = where("Tier", "Equal", "Gold")

ERRORS: list[tuple[str, list[dict[str, Any]], str]] = [
    ("no activities", [], "has no activities"),
    ("a dangling next", [wait("W", "NOWHERE")], "leads to 'NOWHERE'"),
    ("an island", [wait("W1"), wait("W2", "W3"), wait("W3", "W2")], "W2 is unreachable"),
    ("a loop", [wait("W1", "W2"), wait("W2", "W3"), wait("W3", "W2")], "leads back to itself: W2 -> W3 -> W2"),
    ("two of a key", [wait("W1"), wait("W1")], "Two activities have the key W1"),
    ("percentages of 90", [randomly("R", (40, None), (50, None))], "add up to 90, not to 100"),
    ("eleven random paths", [randomly("R", *[(100 / 11, None)] * 11)], "11 paths; 10 is the most"),
    ("a negative share", [randomly("R", (-10, None), (110, None))], "percentage is negative"),
    ("an unknown type", [{"key": "S", "type": "SLACKNOTIFIER", "outcomes": []}], "SLACKNOTIFIER is not built yet"),
    ("a missing email", [email("E", email_id=99)], "no email with the EmailID 99"),
    ("no email chosen", [email("E", email_id=0)], "no email is chosen"),
    ("a look without an email", [wait("W", "S"), engaged("S", "E9", None, None)], "reads the email 'E9'"),
    ("a look before the email", [engaged("S", "E", "E", None), email("E")], "which is not sent before it"),
    ("a look without a wait", [email("E", "S"), engaged("S", "E", None, None)], "needs a wait between"),
    ("an unknown engagement", [email("E", "W"), wait("W", "S"), engaged("S", "E", None, None, 9)], "statsTypeId"),
    ("a wait of a fortnight", [wait("W", None, 1, "FORTNIGHTS")], "unit FORTNIGHTS"),
    ("a decision on nothing", [decision("D", (where("Nope", "Equal", "1"), None))], "no field 'Nope'"),
    ("a decision without criteria", [decision("D", ("", None))], "no path has criteria"),
    ("a decision of broken XML", [decision("D", ("<x", None))], "not well-formed"),
    ("an update of nothing known", [update("U", None, "Nope", A="1")], "no data extension 'Nope'"),
    ("an update of a wrong field", [update("U", None, "Welcome", Nope="1")], "no field 'Nope'"),
    ("an update that does not fit", [update("U", None, "Welcome", Points="many")], "not a Number"),
]


def findings(org: Org, severity: str) -> list[str]:
    return [found.message for found in journey.check(org, "welcome") if found.severity == severity]


def test_a_sound_journey_has_no_findings(draft: Draft) -> None:
    org = draft(email("E1", "W"), wait("W", "S"), engaged("S", "E1", "D", None), decision("D", (GOLD, None)))
    assert journey.check(org, "welcome") == []


@pytest.mark.parametrize(("activities", "message"), [case[1:] for case in ERRORS], ids=[case[0] for case in ERRORS])
def test_an_error_is_found_and_publishing_refused(draft: Draft, activities: list[Any], message: str) -> None:
    org = draft(*activities)
    assert any(message in found for found in findings(org, "error")), findings(org, "error")
    with pytest.raises(Refused, match="cannot be published"):
        org.do("journey.publish", key="welcome")
    assert journey.current(org, "welcome").status == "Draft"


def test_a_look_sooner_than_an_hour_is_a_warning(draft: Draft) -> None:
    """Source: domain E3, 1 h or more is recommended."""
    org = draft(email("E1", "W"), wait("W", "S", 5, "MINUTES"), engaged("S", "E1", None, None))
    assert findings(org, "error") == []
    assert findings(org, "warning") == ["S looks 5 min after E1; 1 h or more is recommended."]


def test_a_look_at_an_email_of_another_path_is_a_warning(draft: Draft) -> None:
    org = draft(randomly("R", (50, "E1"), (50, "W")), email("E1", "W"), wait("W", "S"), engaged("S", "E1", None, None))
    assert findings(org, "error") == []
    assert "on some paths E1 is not sent before it" in findings(org, "warning")[0]


def test_the_shortest_way_counts_for_the_wait(draft: Draft) -> None:
    org = draft(email("E1", "R"), randomly("R", (50, "W"), (50, "S")), wait("W", "S"), engaged("S", "E1", None, None))
    assert "needs a wait between" in findings(org, "error")[0]


# ---- the entry source


def test_a_journey_without_an_entry_source_is_refused(draft: Draft) -> None:
    assert "no entry source" in findings(draft(wait("W"), triggers=[]), "error")[0]


def test_an_entry_source_that_is_not_built_is_refused_plainly(draft: Draft) -> None:
    org = draft(wait("W"), triggers=[{"type": "Chat", "metaData": {"eventDefinitionKey": worlds.EVENT_KEY}}])
    assert findings(org, "error") == ["The entry source CHAT is not built yet."]


def test_an_event_that_is_not_defined_is_refused(draft: Draft) -> None:
    org = draft(wait("W"), triggers=[{"type": "EmailAudience", "metaData": {"eventDefinitionKey": "other"}}])
    assert findings(org, "error") == ["There is no event definition 'other'."]


def test_an_entry_data_extension_must_be_sendable(draft: Draft) -> None:
    """Source: domain B3 and C1."""
    org = draft(wait("W"), event=worlds.event_definition("Plain"))
    assert "no data extension 'Plain'" in findings(org, "error")[0]
    org.do("data_extensions.create", definition={"name": "Plain", "fields": [{"name": "Id"}]})
    assert "Plain is not sendable" in findings(org, "error")[0]


def test_a_synchronized_data_extension_cannot_be_an_entry_source(draft: Draft) -> None:
    from store import data_extensions

    org = draft(wait("W"), event=worlds.event_definition("Contact_Salesforce"))
    org.db.execute("BEGIN")
    data_extensions.create_synchronized(org, "Contact_Salesforce", [data_extensions.Field("Id", "Text", 18)])
    org.db.execute("COMMIT")
    assert "Synchronized Data Extensions are not sendable" in findings(org, "error")[0]


def test_a_default_email_that_is_no_field_is_error_121226(draft: Draft) -> None:
    """Source: domain E1, recorded answers."""
    org = draft(wait("W", None, 3, "MINUTES"), defaults={"email": [f'{{{{Event.{worlds.EVENT_KEY}."Mail"}}}}']})
    found = [(each.code, each.severity) for each in journey.check(org, "welcome") if each.code]
    assert found == [("121226", "error")]


def test_an_unknown_entry_mode_is_an_error(draft: Draft) -> None:
    assert "entry mode 'Twice'" in findings(draft(wait("W"), mode="Twice"), "error")[0]


def test_every_error_names_its_activity(draft: Draft) -> None:
    org = draft(email("E", "W", email_id=99), wait("W", None, -1))
    assert [found.activity_key for found in journey.check(org, "welcome")] == ["E", "W"]


@pytest.mark.parametrize(
    ("value", "codes"),
    [("never", []), ("at the end", ["B"]), ("every wait", ["A", "B"]), ("high-throughput journeys", ["A", "B"])],
)
def test_which_long_waits_are_warned_of_can_be_switched(draft: Draft, value: str, codes: list[str]) -> None:
    high = {"metaData": {"highThroughputSending": {"email": True}}}
    org = draft(wait("A", "E"), worlds.email("E", "B"), wait("B"), **high)
    org.do("assumptions.set", name="long_wait_warning", value=value)
    assert [found.activity_key for found in journey.check(org, "welcome") if found.code == "121547"] == codes
