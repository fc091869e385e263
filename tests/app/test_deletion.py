"""Deletion and key migration in Contact Builder: the plan, the word that confirms it, the step, the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

import scenarios
from mctui.app import McTui
from mctui.paths import Paths
from mctui.screens.choose import ChooseScreen
from mctui.screens.plan import KeysScreen, PlanScreen
from mctui.screens.record import RecordScreen
from mctui.screens.typed import TypedScreen
from tests.app.conftest import SIZES
from tests.app.test_keys import MakeApp, calm, k, press, toasts
from tests.app.test_model_mapping import typed

Snap = Callable[..., bool]


def said(app: McTui) -> str:
    """All that the plan on the screen says."""
    assert isinstance(app.screen, PlanScreen | KeysScreen)
    detail = app.screen.detail
    rows = (row for section in detail.sections for row in ((section.title, ""), *section.rows))
    return "\n".join([detail.title, *(" ".join(map(str, row)) for row in rows)])


async def confirm(app: McTui, pilot: Pilot[None], word: str) -> None:
    """The word, and enter."""
    assert isinstance(app.screen, TypedScreen)
    app.screen.query_one("#word").value = word  # type: ignore[attr-defined]
    await press(app, pilot, "enter")


def title(app: McTui) -> str:
    assert app.shown is not None
    assert app.shown.step is not None
    return app.shown.step.title


async def test_a_contact_is_deleted_after_its_plan_and_a_word_and_b_brings_it_back(make_app: MakeApp) -> None:
    app = make_app(steps=30)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "down", "x")
        assert said(app).startswith(
            "Delete contact 005000000000002AAA\nPhase 1, 2026-01-07 03:00:00 system: suppressed"
        )
        assert "Phase 2, 2026-01-09 03:00:00 system at the earliest: deleted" in said(app)
        assert "1 rows of Synchronized Data Extensions: User_Salesforce 1" in said(app)
        await press(app, pilot, "a")
        await confirm(app, pilot, "delete")
        assert "Nothing was done: the word is DELETE." in " ".join(toasts(app))
        assert k(app) == 30
        await confirm(app, pilot, "DELETE")
        assert k(app) == 31
        assert title(app).startswith("Contact deletion 1: 1 contact suppressed until 2026-01-09")
        await press(app, pilot, "b")
        assert k(app) == 30


async def test_all_of_a_data_extension_are_deleted_and_it_can_go_with_them(make_app: MakeApp) -> None:
    app = make_app(steps=30)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "X")
        assert isinstance(app.screen, ChooseScreen)
        assert [choice.cells[0] for choice in app.screen.choices] == ["Welcome_Audience", "All Subscribers"]
        await press(app, pilot, "enter")
        assert "187 stand inside journeys and stay there, unmailed" in said(app)
        assert "187 rows of sendable data extensions: Welcome_Audience 187" in said(app)
        await press(app, pilot, "A")
        await confirm(app, pilot, "DELETE")
        assert title(app).startswith("Contact deletion 1: 187 contacts suppressed")
        assert app.session.org.value("SELECT delete_list FROM contact_deletions") == 1


async def test_the_deletions_are_listed_and_another_plan_says_that_it_waits(make_app: MakeApp) -> None:
    app = make_app(steps=30)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await typed(app, pilot, "deletions")
        assert isinstance(app.screen, RecordScreen)
        assert "No contact was deleted" in str(app.screen.detail)
        await press(app, pilot, "escape", "x", "a")
        await confirm(app, pilot, "DELETE")
        await typed(app, pilot, "deletions")
        assert isinstance(app.screen, RecordScreen)
        assert "1 contact: suppressed, deleted on 2026-01-09 03:00:00" in str(app.screen.detail)
        await press(app, pilot, "escape", "x")
        assert "one deletion at a time \n1 1 contact: suppressed" in said(app)
        assert "Phase 1, 2026-01-07 05:00:00 system" in said(app), "two hours later: the queue is busy"


async def test_what_the_filter_finds_is_deleted(make_app: MakeApp) -> None:
    app = make_app(steps=30)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "slash", *"00500", "enter", "X")
        assert isinstance(app.screen, ChooseScreen)
        assert app.screen.choices[0].cells[:2] == ("filter /00500", "4")
        await press(app, pilot, "enter")
        assert said(app).startswith("Delete 4 contacts\n")


async def test_esc_deletes_nobody_at_any_point(make_app: MakeApp) -> None:
    app = make_app(steps=30)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        for keys in (("X", "escape"), ("x", "escape"), ("x", "a", "escape"), ("x", "enter")):
            await press(app, pilot, *keys)
            assert not isinstance(app.screen, PlanScreen | TypedScreen | ChooseScreen)
        assert k(app) == 30


async def test_keys_can_be_named_and_nobody_is_said(make_app: MakeApp) -> None:
    app = make_app(steps=30)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await typed(app, pilot, "delete-contacts 005000000000001AAA, 005000000000002AAA")
        assert said(app).startswith("Delete 2 contacts\n")
        await press(app, pilot, "escape")
        await typed(app, pilot, "delete-contacts nobody")
        assert "None of these keys is of a contact" in " ".join(toasts(app))
        await press(app, pilot, "2", "X")
        assert "This is a key of" in " ".join(toasts(app))


def _aligned(path: Path, *, paused: bool) -> object:
    """Two customers of a shop under their addresses, who are contacts under CRM ids as well."""
    org = scenarios.make("key-alignment", path)
    for _ in range(20):
        org.step()
    if paused:
        org.do("journey.pause", key=org.value("SELECT key FROM journeys"))
    return org


@pytest.fixture
def aligned(tmp_path: Path, paths: Paths) -> Callable[..., McTui]:
    def make(*, paused: bool = True) -> McTui:
        return McTui(
            lambda: _aligned(tmp_path / "a.mctui", paused=paused),  # type: ignore[arg-type, return-value]
            paths=paths, world="key-alignment", pane="contact_builder",
        )  # fmt: skip

    return make


async def test_from_the_audit_of_the_keys_to_the_migration_and_what_it_leaves(aligned: Callable[..., McTui]) -> None:
    app = aligned()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "K")
        assert "5.9%  e-mail address: 2" in said(app)
        await press(app, pilot, "a")
        assert isinstance(app.screen, ChooseScreen)
        assert app.screen.choices[0].cells == ("Contact_Salesforce", "2 of 32", "Email → Id")
        await press(app, pilot, "enter")
        assert "2 go into the contact that has or gets the same new key" in said(app)
        assert "sendable data extension Shop_Customers.SubscriberKey (2)" in said(app)
        await press(app, pilot, "a")
        await confirm(app, pilot, "MIGRATE")
        assert "2 were merged" in title(app)
        await press(app, pilot, "K")
        assert "Migrated" in said(app)
        assert "sendable data extension Shop_Customers.SubscriberKey (2)" in said(app)
        await press(app, pilot, "a")
        assert isinstance(app.screen, KeysScreen), "there is no second migration"
        await press(app, pilot, "escape", "b")
        assert k(app) == 21


async def test_what_can_send_blocks_a_migration(aligned: Callable[..., McTui]) -> None:
    app = aligned(paused=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await typed(app, pilot, "migrate-keys Contact_Salesforce.Email.Id")
        assert "journey Hello version 1 (0): Running" in said(app)
        assert isinstance(app.screen, PlanScreen)
        assert app.screen.keys_line.startswith("cannot be done: stop first what can send")
        await press(app, pilot, "a")
        assert isinstance(app.screen, PlanScreen)
        assert k(app) == 20


@pytest.mark.parametrize("size", SIZES)
def test_the_plan_of_a_deletion(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see the two phases with their times, what goes from where, what stays, and the keys."""
    app = make_app(steps=30)

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "X", "enter")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_the_plan_of_a_migration(snap_compare: Snap, aligned: Callable[..., McTui], size: str) -> None:
    """You should see how many keys change or merge, what holds old keys afterwards, and that it is done once."""
    app = aligned()

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "K", "a", "enter")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


def test_the_word(snap_compare: Snap, make_app: MakeApp) -> None:
    """You should see what is asked, that b steps back here, and the line for the word."""
    app = make_app(steps=30)

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "x", "a")

    assert snap_compare(app, terminal_size=SIZES["80x24"], run_before=run)
