"""Custom activities against a real server on this machine that answers well, slowly, wrongly, 500, or not at all."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from mctui.echo import EchoServer
from store import Org, journey
from store.errors import Refused
from store.journey import calls
from tests.journey import worlds
from tests.journey.worlds import wait

ADDRESS = "https://activity.example.com"


class Heard:
    """A running echo server and what it was sent."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.server = EchoServer(0, lambda path, body: self.calls.append((path, body)))
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def bodies(self, path: str) -> list[dict[str, Any]]:
        """In the order of the contacts."""
        return sorted((body for where, body in self.calls if where == path), key=lambda body: body.get("keyValue", ""))


@pytest.fixture
def echo() -> Iterator[Heard]:
    heard = Heard()
    yield heard
    heard.server.close()


def ended(org: Org) -> dict[str, int]:
    """People by how their visits ended, or where they stand."""
    return {state: people for state, people in worlds.cohort_states(org).items() if state != "split"}


def rest(key: str, path: str, to: str | None = None, **execute: Any) -> dict[str, Any]:
    """A custom activity; `lifecycle` has calls such as publish by name."""
    lifecycle = execute.pop("lifecycle", {})
    schema = execute.pop("schema", {})
    return {
        "key": key, "name": key, "type": "REST", "outcomes": [{"key": f"{key}-out", **({"next": to} if to else {})}],
        "arguments": {"execute": {"url": f"{ADDRESS}{path}", "inArguments": [], **execute}},
        "configurationArguments": {name: {"url": f"{ADDRESS}{where}"} for name, where in lifecycle.items()},
        "schema": schema,
    }  # fmt: skip


def split(key: str, path: str, *results: str, kind: str = "RESTDECISION", to: str | None = None) -> dict[str, Any]:
    """A custom split with an outcome for each result, all leading to the same place."""
    made = rest(key, path)
    made["type"] = kind
    made["outcomes"] = [
        {"key": f"way-{result}", "arguments": {"branchResult": result}, **({"next": to} if to else {})}
        for result in results
    ]
    return made


@pytest.fixture
def calling(tmp_path: Path, echo: Heard) -> Iterator[Callable[..., Org]]:
    """A world whose calls go to the echo server, with a published journey of these activities."""
    made: list[Org] = []

    def make(*activities: dict[str, Any], people: int = 6, most_ms: int = 2000, publish: bool = True) -> Org:
        org = worlds.world(tmp_path, people)
        made.append(org)
        org.do("journey.map_url", address=ADDRESS, to=echo.server.url)
        org.do("journey.set_calls", most_ms=most_ms)
        org.do("journey.create", spec=worlds.journey(*activities), event_definition=worlds.event_definition())
        if publish:
            org.do("journey.publish", key="welcome")
        return org

    yield make
    for org in made:
        org.close()


# ---- what is sent


def test_each_contact_is_posted_once_with_the_products_body(calling: Callable[..., Org], echo: Heard) -> None:
    """Source: a recorded execute body; domain E7."""
    arguments = [
        {"contactKey": "{{Contact.Key}}", "name": "Dear {{Event.DEAudience-test.FirstName}}!"},
        {"points": '{{Event.DEAudience-test."Points"}}', "since": "{{Event.DEAudience-test.Joined}}", "fixed": 15,
         "member": "{{Event.DEAudience-test.Member}}", "deep": {"list": ["{{InteractionDefaults.Email}}", "x"]}},
    ]  # fmt: skip
    org = calling(rest("R", "/execute", inArguments=arguments))
    worlds.run_all(org)
    first, *others = echo.bodies("/execute")
    assert len(others) == 5
    assert first["inArguments"] == [
        {"contactKey": "P00001", "name": "Dear Name1!"},
        {"points": "1", "since": "1/1/2026 12:00:00 AM", "fixed": 15, "member": "True",
         "deep": {"list": ["p1@example.com", "x"]}},
    ]  # fmt: skip
    activity_id = org.value("SELECT activity_id FROM journey_activities WHERE activity_key = 'R'")
    assert first["activityObjectID"] == first["activityId"] == activity_id
    assert first["journeyId"] == org.value("SELECT guid FROM journey_versions")
    assert (first["keyValue"], first["outArguments"], first["mode"]) == ("P00001", [], 0)
    instances = {body["definitionInstanceId"] for body in echo.bodies("/execute")}
    assert len(instances) == 6 and ended(org) == {"completed": 6}


def test_the_body_is_a_signed_jwt_when_the_activity_asks_for_one(tmp_path: Path) -> None:
    """Source: SFD:rest, useJwt; HS256 is general knowledge."""
    token = calls.jwt({"keyValue": "Ä"}, "the secret")
    head, payload, signature = token.split(".")
    wanted = hmac.new(b"the secret", f"{head}.{payload}".encode(), sha256).digest()
    assert base64.urlsafe_b64decode(signature + "==") == wanted
    assert json.loads(base64.urlsafe_b64decode(head + "=="))["alg"] == "HS256"


def test_a_jwt_is_sent_in_place_of_the_json(calling: Callable[..., Org], echo: Heard) -> None:
    org = calling(rest("R", "/execute", useJwt=True), publish=False)
    org.do("journey.set_calls", jwt_secret="s3cret")
    org.do("journey.publish", key="welcome")
    worlds.run_all(org)
    assert [body["keyValue"] for body in echo.bodies("/execute")][:2] == ["P00001", "P00002"]


def test_without_a_secret_useJwt_is_refused(calling: Callable[..., Org]) -> None:  # noqa: N802
    org = calling(rest("R", "/execute", useJwt=True), publish=False)
    with pytest.raises(Refused, match="useJwt needs the secret of the installed package"):
        org.do("journey.publish", key="welcome")


def test_no_more_calls_are_out_than_the_activity_allows(calling: Callable[..., Org], echo: Heard) -> None:
    inside, most, lock, full = [0], [0], threading.Lock(), threading.Event()

    def heard(path: str, body: dict[str, Any]) -> None:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            if inside[0] == 3:
                full.set()
        full.wait(5)  # the first three wait for each other
        with lock:
            inside[0] -= 1

    echo.server.heard = heard
    org = calling(rest("R", "/execute", concurrentRequests=3), people=12)
    worlds.run_all(org)
    assert most[0] == 3 and ended(org) == {"completed": 12}


# ---- what comes back


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/status/500", "HTTP 500"), ("/status/404", "HTTP 404"), ("/status/302", "HTTP 302"),
        ("/silent", "no answer: No answer in time."), ("/slow/60000", "no answer: No answer in time."),
    ],
)  # fmt: skip
def test_whoever_the_server_fails_is_ejected_and_the_reason_is_kept(
    calling: Callable[..., Org], path: str, said: str
) -> None:
    """Source: domain E7: 3xx, 4xx, 5xx eject the contact."""
    org = calling(rest("R", path, "W"), wait("W"), most_ms=150, people=3)
    titles = worlds.run_all(org)
    assert "Custom Activity R: 3 ejected" in titles[-1]
    assert ended(org)["ejected"] == 3
    why = journey.why(org, "P00002", "welcome")[0]
    assert why.outcome == "ejected" and str(why.decision.read[0].value).startswith(said)


def test_an_answer_that_is_no_json_is_processed_all_the_same(calling: Callable[..., Org]) -> None:
    """Source: domain E7: 200 is processed."""
    org = calling(rest("R", "/wrong"), people=2)
    worlds.run_all(org)
    assert ended(org) == {"completed": 2}


def test_a_slow_answer_in_time_is_processed(calling: Callable[..., Org]) -> None:
    org = calling(rest("R", "/slow/30"), people=2)
    worlds.run_all(org)
    assert ended(org) == {"completed": 2}


def test_nothing_that_listens_ejects_with_the_reason(calling: Callable[..., Org], echo: Heard) -> None:
    org = calling(rest("R", "/execute"), people=2)
    echo.server.close()
    worlds.run_all(org)
    assert ended(org) == {"ejected": 2}
    assert org.value("SELECT DISTINCT response FROM custom_calls") == "Nothing listens there."


def test_an_address_of_somebody_else_is_never_called(calling: Callable[..., Org], echo: Heard) -> None:
    org = calling(rest("R", "/execute"), people=2)
    org.do("journey.map_url", address=ADDRESS, to="")
    worlds.run_all(org)
    assert not echo.calls and ended(org) == {"ejected": 2}
    assert "mapped to none" in org.value("SELECT response FROM custom_calls")


@pytest.mark.parametrize(("retries", "states"), [(1, {"ejected": 3}), (2, {"completed": 3}), (9, {"completed": 3})])
def test_server_errors_are_tried_again_as_often_as_the_activity_says(
    calling: Callable[..., Org], echo: Heard, retries: int, states: dict[str, int]
) -> None:
    """Source: domain E7, retryCount on 5xx and network errors."""
    org = calling(rest("R", "/flaky/2", retryCount=retries), people=3)
    worlds.run_all(org)
    assert ended(org) == states
    assert len(echo.bodies("/flaky/2")) == 3 * min(retries + 1, 3)


def test_client_errors_are_not_tried_again(calling: Callable[..., Org], echo: Heard) -> None:
    org = calling(rest("R", "/status/400", retryCount=3), people=2)
    worlds.run_all(org)
    assert len(echo.calls) == 2 and ended(org) == {"ejected": 2}


def test_a_retry_comes_after_its_delay_on_the_simulated_clock(calling: Callable[..., Org], echo: Heard) -> None:
    org = calling(rest("R", "/flaky/1", retryCount=1, retryDelay=90_000), people=2)
    began = org.now
    titles = worlds.run_all(org)
    assert org.now == began + 90 and "2 to be tried again" in titles[1]
    assert ended(org) == {"completed": 2}


# ---- splits and out arguments


@pytest.mark.parametrize("kind", ["RESTDECISION", "REST", "RestDecision"])
def test_the_branch_result_is_the_outcome(calling: Callable[..., Org], kind: str) -> None:
    """Source: SFD:extending-activities; the official example writes its split as REST with branchResults."""
    org = calling(split("S", "/branches/a,b", "a", "b", kind=kind), people=40)
    worlds.run_all(org)
    (state,) = journey.canvas(org, "welcome").activities
    ways = {outcome.key: outcome.people for outcome in state.outcomes}
    assert state.is_split and sum(ways.values()) == 40 and min(ways.values()) > 5


@pytest.mark.parametrize("path", ["/branch/c", "/execute", "/wrong"])
def test_a_branch_result_that_no_outcome_has_ejects(calling: Callable[..., Org], path: str) -> None:
    org = calling(split("S", path, "a", "b"), people=2)
    worlds.run_all(org)
    assert ended(org) == {"ejected": 2}


def test_out_arguments_are_bound_by_later_activities(calling: Callable[..., Org], echo: Heard) -> None:
    """Source: domain E7, {{Interaction.<key>.<name>}}."""
    declared = {"arguments": {"execute": {"outArguments": [{"discountCode": {"dataType": "Text"}}]}}}
    later = rest("Later", "/execute", inArguments=[{"code": "{{Interaction.First.discountCode}}"}])
    org = calling(rest("First", "/out/discountCode=SAVE15/other=x", "Later", schema=declared), later, people=2)
    worlds.run_all(org)
    assert [body["inArguments"] for body in echo.bodies("/execute")] == [[{"code": "SAVE15"}]] * 2
    assert org.value("SELECT count(*) FROM journey_outputs") == 2  # only what the schema declares


def test_a_forced_contact_is_not_called(calling: Callable[..., Org], echo: Heard) -> None:
    org = calling(split("S", "/branch/a", "a", "b"), people=3)
    org.step()
    org.do("journey.force", key="welcome", activity_key="S", outcome="way-b", contact_keys=["P00002"])
    worlds.run_all(org)
    assert [body["keyValue"] for body in echo.bodies("/branch/a")] == ["P00001", "P00003"]


# ---- its life


def test_save_validate_and_publish_are_called_in_this_order_and_stop_at_the_end(
    calling: Callable[..., Org], echo: Heard
) -> None:
    """Source: domain E7."""
    life = {name: f"/{name}" for name in ("stop", "publish", "validate", "save")}
    org = calling(rest("R", "/execute", "W", lifecycle=life), wait("W"), people=1)
    org.step()
    org.do("journey.stop", key="welcome")
    assert [path for path, _ in echo.calls] == ["/save", "/validate", "/publish", "/stop"]
    assert echo.calls[2][1]["interactionKey"] == "welcome"


@pytest.mark.parametrize("name", ["save", "validate", "publish"])
@pytest.mark.parametrize("answer", ["/status/500", "/status/202", "/silent"])
def test_a_journey_is_not_published_unless_they_answer_200(calling: Callable[..., Org], name: str, answer: str) -> None:
    org = calling(rest("R", "/execute", lifecycle={name: answer}), publish=False, most_ms=100)
    with pytest.raises(Refused, match=rf"R \({name}\)"):
        org.do("journey.publish", key="welcome")
    assert org.value("SELECT status FROM journey_versions") == "Draft"


# ---- back and forward


def test_a_step_that_is_done_again_does_not_call_again_and_ends_the_same(
    calling: Callable[..., Org], echo: Heard
) -> None:
    org = calling(split("S", "/branches/a,b", "a", "b", to="R"), rest("R", "/flaky/1", retryCount=1), people=10)
    worlds.run_all(org)
    digest, called, last = org.digest(), len(echo.calls), org.k
    org.back(last - 3)
    echo.server.close()  # nobody could answer now
    org.goto(last)
    assert (org.digest(), len(echo.calls)) == (digest, called)


def test_asked_to_it_calls_again(calling: Callable[..., Org], echo: Heard) -> None:
    org = calling(rest("R", "/execute"), people=2)
    worlds.run_all(org)
    org.back(1)
    org.do("journey.call_again")
    worlds.run_all(org)
    assert len(echo.calls) == 4


def test_a_fork_keeps_the_answers(calling: Callable[..., Org], echo: Heard, tmp_path: Path) -> None:
    org = calling(rest("R", "/execute"), people=2)
    worlds.run_all(org)
    with org.fork(tmp_path / "fork.mctui") as fork:
        fork.back(1)
        fork.step()
        assert fork.digest() == org.digest()
    assert len(echo.calls) == 2


def test_the_same_commands_and_answers_make_the_same_world(tmp_path: Path, echo: Heard) -> None:
    digests = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        with worlds.world(folder, 30) as org:
            org.do("journey.map_url", address=ADDRESS, to="http://127.0.0.1:1")
            org.do("journey.map_url", address=f"{ADDRESS}/", to=f"{echo.server.url}/")
            worlds.published(org, worlds.journey(split("S", "/branches/a,b,c", "a", "b", "c")))
            worlds.run_all(org)
            digests.append(org.digest())
    assert digests[0] == digests[1]


def test_the_check_says_what_cannot_be_reached_now(calling: Callable[..., Org], echo: Heard) -> None:
    org = calling(rest("R", "/execute"), publish=False)
    assert not journey.check(org, "welcome", probe=True)
    echo.server.close()
    assert "nothing answers" in journey.check(org, "welcome", probe=True)[0].message
    assert not journey.check(org, "welcome")  # what is outside does not refuse a publication
