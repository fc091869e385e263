"""What the app says of sends: W lists them, the contact and w name what kept a message away, the canvas counts it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mctui.app import McTui
from mctui.paths import Paths
from mctui.reading import journey_canvas, people
from mctui.reading.messages import sends
from mctui.views import Focus
from store import Org
from tests.app.conftest import SIZES
from tests.app.test_keys import calm, press
from tests.journey import worlds
from tests.messaging.conftest import SILENT

Snap = Callable[..., bool]


@pytest.fixture
def mailed(tmp_path: Path) -> Callable[[], Org]:
    """Three people in a journey that names a publication and a suppression list: one gets its message."""
    with worlds.world(tmp_path, 3) as org:
        org.do("messaging.set_engagement", values=SILENT)
        org.do("contacts.create_list", name="News", kind="Publication List")
        org.do("contacts.create_list", name="Rivals", kind="Suppression List")
        for name, key in (("News", "P00001"), ("Rivals", "P00002")):
            subscriber = {"key": key, "email": f"{key}@example.com"}
            org.do("contacts.add_to_list", list=name, subscribers=[subscriber])
        org.do("contacts.unsubscribe_from_list", list="News", contact_keys=["P00001"])
        spec = worlds.journey(worlds.email("E1"))
        spec["activities"][0]["configurationArguments"]["triggeredSend"] |= {
            "publicationListId": "News", "suppressionLists": ["Rivals"],
        }  # fmt: skip
        org.do("journey.create", spec=spec, event_definition=worlds.event_definition())
        org.do("journey.publish", key="welcome")
        org.run_until(org.now + 3600)
        path = org.path
    return lambda: Org.open(path)


def test_the_canvas_counts_the_excluded_by_cause(mailed: Callable[[], Org]) -> None:
    with mailed() as org:
        _, detail = journey_canvas.read(org, Focus(activity="E1"))
    assert detail is not None
    [causes] = [section for section in detail.sections if section.title.startswith("Excluded")]
    assert causes.title == "Excluded 2, by cause"
    assert [row[1] for row in causes.rows] == [
        "Suppression List Exclusion: suppression list Rivals", "Opt Out List Exclusion: publication list News",
    ]  # fmt: skip


def test_why_and_the_contact_name_the_list(mailed: Callable[[], Org]) -> None:
    with mailed() as org:
        why = people.why(org, "P00002").sections[0]
        stands = people.subscriptions(org, "P00001")
    assert why.title == "E1 → not sent"
    change = "Take them off Rivals (contacts.remove_from_list), or leave the list out of the send."
    assert ("to change it", change) in why.rows
    assert [section.title for section in stands] == ["Lists and subscriptions", "Left out if sent now"]


def test_a_world_without_sends_says_so(tmp_path: Path) -> None:
    with Org.create(tmp_path / "empty.mctui") as org:
        assert sends(org).sections[0].title == "Nothing was sent yet"


@pytest.mark.parametrize("size", SIZES)
def test_the_messages(snap_compare: Snap, mailed: Callable[[], Org], paths: Paths, size: str) -> None:
    """You should see one send: its classification and lists, one sent, two not sent, each with what would change it."""
    app = McTui(mailed, paths=paths, world="mailed")

    async def run(pilot: object) -> None:
        await calm(app, pilot)  # type: ignore[arg-type]
        await press(app, pilot, "W")  # type: ignore[arg-type]

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)
