"""The session: a step is seen before the disk has it, and never differently afterwards."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from mctui.session import Session
from mctui.views import Focus, Problem, Result, Shown
from store import Org

LOOKING = Focus(pane="contact_builder")


@pytest.fixture
def world(fresh_world: Path, tmp_path: Path) -> Org:
    """The delivered scenario at step 0."""
    path = tmp_path / "world.mctui"
    shutil.copyfile(fresh_world, path)
    return Org.open(path)


def shown(heard: list[Result]) -> list[Shown]:
    return [result for result in heard if isinstance(result, Shown)]


def test_a_step_is_read_once_before_its_commit(world: Org) -> None:
    heard: list[Result] = []
    in_the_step: list[bool] = []

    def hear(result: Result) -> None:
        heard.append(result)
        in_the_step.append(world.db.in_transaction)

    Session.local(world, hear).forward(LOOKING)
    assert [one.world.k for one in shown(heard)] == [1]
    assert in_the_step == [True]
    assert not world.db.in_transaction and world.k == 1


def test_what_is_read_before_the_commit_is_what_is_read_after_it(world: Org) -> None:
    heard: list[Result] = []
    session = Session.local(world, heard.append)
    for pane in ("contact_builder", "data_extensions", "journey_canvas", "sync_monitor") * 4:
        session.forward(Focus(pane=pane))
        session.look(Focus(pane=pane))
        early, late = shown(heard)[-2:]
        assert early.moved and not late.moved
        assert (early.world, early.view, early.step, early.detail) == (late.world, late.view, late.step, late.detail)


def test_what_a_person_does_is_seen_early_too_and_takes_a_new_course(world: Org) -> None:
    heard: list[Result] = []
    session = Session.local(world, heard.append)
    for _ in range(4):
        session.forward(LOOKING)
    session.back(LOOKING, 2)
    assert len(shown(heard)[-1].world.marks) == 4
    session.do(LOOKING, "crm.create", object="Account", records=[{"Name": "Acme"}])
    assert shown(heard)[-1].world.k == 3
    assert [mark.kind for mark in shown(heard)[-1].world.marks][2:] == ["crm.create"]


def test_a_commit_that_fails_is_told_and_the_world_as_it_stayed_is_shown(
    world: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Result] = []
    session = Session.local(world, heard.append)
    execute = world._execute

    def full(sql: str, params: tuple[object, ...]) -> sqlite3.Cursor:
        if sql == "COMMIT":
            raise sqlite3.OperationalError("database or disk is full")
        return execute(sql, params)

    monkeypatch.setattr(world, "_execute", full)
    session.forward(LOOKING)
    assert [type(result) for result in heard] == [Shown, Problem, Shown]
    assert [one.world.k for one in shown(heard)] == [1, 0]
    assert shown(heard)[-1].world.marks == ()
    monkeypatch.undo()
    session.forward(LOOKING)
    assert [mark.k for mark in shown(heard)[-1].world.marks] == [1]
