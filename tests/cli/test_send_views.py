"""Triggered sends on the command line: commands answer as the APIs do, and the four ways side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mctui.cli import run
from store import Org

EMAIL = {"name": "Welcome", "subject": "Hello %%FirstName%%", "asset_key": "welcome"}
DEFINITION = {"definitionKey": "welcome", "name": "Welcome", "content": {"customerKey": "welcome"}}
ADA = {"contactKey": "ada", "to": "ada@example.com"}


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "w.mctui"
    with Org.create(path) as org:
        org.do("messaging.create_email", **EMAIL)
        org.do("messaging.create_definition", definition=DEFINITION)
    return str(path)


def ask(file: str, key: str = "m1") -> int:
    body = {"definitionKey": "welcome", "recipient": ADA}
    return run(["do", file, "messaging.send_messages", json.dumps({"message_key": key, "body": body})])


def show(file: str, pane: str, capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    assert run(["show", file, pane, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_request_prints_its_answer(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(file) == 0
    title, _, answer = capsys.readouterr().out.partition("\n")
    assert title == "step 3: POST /messaging/v1/email/messages/m1 for welcome: 202, 1 accepted"
    assert json.loads(answer)["responses"] == [{"messageKey": "m1"}]
    assert show(file, "request/1", capsys) == json.loads(answer)


def test_a_refused_request_prints_the_body_that_its_caller_gets(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask(file)
    assert ask(file) == 1
    said = capsys.readouterr().err
    assert '"errorcode": 109110' in said and "The API answers 400" in said


def test_the_status_of_a_message_is_asked_by_its_key(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask(file)
    assert show(file, "message/m1", capsys)["eventCategoryType"] == "TransactionalSendEvents.EmailQueued"
    run(["step", file])
    assert show(file, "message/m1", capsys)["info"]["to"] == "ada@example.com"
    assert run(["show", file, "message/m2"]) == 1


def test_the_four_ways_are_one_view(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask(file)
    run(["step", file])
    shown = show(file, "triggered-sends", capsys)
    assert shown["people"] == [
        {
            "contact": "ada", "address": "ada@example.com", "MC Connect": "",
            "REST Transactional": "sent 00:00:02 (+2 s)", "SOAP TriggeredSend": "", "Journey API entry": "",
        }
    ]  # fmt: skip
    assert [row["way"] for row in shown["ways"]] == [
        "MC Connect", "REST Transactional", "SOAP TriggeredSend", "Journey API entry",
    ]  # fmt: skip
    assert shown["definitions"][0]["sent"] == 1 and shown["answers"][0]["definition"] == "welcome"


def test_a_message_that_an_api_sent_is_on_the_page_of_its_contact(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its subject is filled in from the request where that brought the value along."""
    with Org.open(file) as org:
        fields = [{"name": "SubscriberKey", "type": "Text", "length": 254}, {"name": "FirstName", "type": "Text"}]
        org.do("data_extensions.create", definition={"name": "Hello", "key": "hello", "fields": fields})
        more = {"definitionKey": "hello", "name": "H", "subscriptions": {"dataExtension": "hello"}}
        org.do("messaging.create_definition", definition={**DEFINITION, **more})
        recipient = {**ADA, "attributes": {"FirstName": "Ada"}}
        org.do("messaging.send_messages", message_key="m", body={"definitionKey": "hello", "recipient": recipient})
        org.step()
    assert [row["subject"] for row in show(file, "contact/ada", capsys)["messages"]] == ["Hello Ada"]


def test_the_draft_of_a_journey_is_validated_as_the_api_answers(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Org.open(file) as org:
        spec = {"key": "j", "name": "J", "triggers": [], "activities": []}
        org.do("journey.create", spec=spec)
    answer = show(file, "validation/j", capsys)
    assert answer["status"] == "Error" and answer["errors"][0]["errorType"] == "Error"
