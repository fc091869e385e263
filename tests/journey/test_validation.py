"""The check as the API answers it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store import Org, journey
from store.errors import Refused
from tests.journey import worlds
from tests.journey.worlds import wait

Draft = Callable[..., Org]


def test_a_draft_that_can_be_published_is_validated(draft: Draft) -> None:
    """Source: domain E1, recorded validateStatus answers."""
    org = draft(wait("A", "E"), worlds.email("E"))
    assert journey.validation(org, "welcome") == {"status": "ValidateCompleted", "errors": [], "warnings": []}


def test_a_warning_has_the_products_code_and_names_its_activity(draft: Draft) -> None:
    """Source: domain E1, a recorded answer with two of these."""
    org = draft(worlds.email("E", "WAITBYDURATION-5"), {**wait("WAITBYDURATION-5"), "id": "2d0b5dbf"})
    assert journey.validation(org, "welcome")["warnings"] == [
        {
            "errorDetail": "The journey has a long wait (1 days), please consider reducing wait to under 4 minutes.",
            "errorCode": "121547",
            "errorType": "Warning",
            "additionalInfo": {
                "activityKey": "WAITBYDURATION-5",
                "activityId": "2d0b5dbf",
                "activityType": "WAIT",
            },
        }
    ]


def test_an_error_of_the_journey_names_no_activity_and_one_of_an_activity_names_the_version(draft: Draft) -> None:
    """Source: domain E1, a recorded answer with 121226 and 121008."""
    org = draft(worlds.email("E"), defaults={"email": [f'{{{{Event.{worlds.EVENT_KEY}."Mail"}}}}']})
    org.do("messaging.create_email", email_id=1, name="Email 1", subject="Hello", from_email="nobody")
    answer = journey.validation(org, "welcome")
    assert answer["status"] == "Error"
    assert [(each["errorCode"], sorted(each["additionalInfo"])) for each in answer["errors"]] == [
        ("121226", []),
        ("121008", ["activityId", "activityKey", "activityType", "definitionId"]),
    ]


def test_a_published_version_is_not_validated(draft: Draft) -> None:
    """Source: domain E1, the product's text."""
    org = draft(wait("A"))
    org.do("journey.publish", key="welcome")
    with pytest.raises(Refused, match="Cannot validate interaction in Published status."):
        journey.validation(org, "welcome")
