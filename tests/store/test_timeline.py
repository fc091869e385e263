"""Stepping back: by kept rollback journals, exactly, over any walk, and never onto a file that has changed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Org, agenda
from store.commands import Outcome, command, handler
from store.errors import Interrupted, Refused
from store.timeline import Timeline


@command("test.fill")
def fill(org: Org, *, rows: int, text: str = "") -> Outcome:
    """Writes many pages and a large argument."""
    org.run("CREATE TABLE IF NOT EXISTS filled (x INTEGER, y TEXT)")
    org.run(
        """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        INSERT INTO filled SELECT i, ? FROM n
        """,
        rows,
        text + "." * 300,
    )
    return Outcome(f"{rows} rows", {"rows": rows})


@command("test.thin")
def thin(org: Org, *, modulus: int) -> Outcome:
    """Frees pages, which a later step uses again."""
    org.run("CREATE TABLE IF NOT EXISTS filled (x INTEGER, y TEXT)")
    return Outcome("thinned", {"rows": org.run("DELETE FROM filled WHERE x % ? = 0", modulus)})


@command("test.fail")
def fail(org: Org) -> Outcome:
    """Changes something, then refuses."""
    org.run("UPDATE world SET name = 'spoiled'")
    raise Refused("No.")


@handler("test.tick")
def tick(org: Org, entry: agenda.Entry) -> Outcome:
    """Comes again every quarter of an hour."""
    agenda.schedule(org, entry.due_at + 900, "test.tick", {}, "tick")
    return Outcome("tick")


@command("test.start_ticking")
def start_ticking(org: Org) -> Outcome:
    """Puts the first tick on the agenda."""
    agenda.schedule(org, org.now + 900, "test.tick", {}, "tick")
    return Outcome("ticking")


def test_back_and_forward_again_gives_the_same_digest(org: Org) -> None:
    org.do("test.start_ticking")
    digests = [org.digest()]
    for rows in (10, 3000, 0):
        org.do("test.fill", rows=rows)
        digests.append(org.digest())
        org.step()
        digests.append(org.digest())
    org.back(6)
    assert org.digest() == digests[0]
    for expected in digests[1:]:
        org.step()
        assert org.digest() == expected


WALK = st.lists(
    st.one_of(
        st.just(("step",)),
        st.tuples(st.just("back"), st.integers(1, 4)),
        st.tuples(st.just("fill"), st.integers(1, 400)),
        st.tuples(st.just("thin"), st.integers(1, 4)),
        st.just(("reopen",)),
    ),
    max_size=25,
)


@settings(max_examples=25)
@given(WALK)
def test_every_place_of_a_random_walk_is_the_same_each_time_it_is_visited(
    tmp_path_factory: pytest.TempPathFactory, walk: list[tuple[str, int]]
) -> None:
    org = Org.create(tmp_path_factory.mktemp("walk") / "w.mctui", seed=3)
    org.do("test.start_ticking")
    course = {org.k: org.digest()}
    for move, *size in walk:
        known = org.timeline.redo_list(org.k)
        if move == "step":
            org.step()
        elif move == "back":
            org.back(min(size[0], org.k - 1))
        elif move == "reopen":
            org.close()
            org = Org.open(org.path)
        else:
            org.do(f"test.{move}", **({"rows": size[0]} if move == "fill" else {"modulus": size[0]}))
            known = []
            course = {k: digest for k, digest in course.items() if k < org.k}
        if known or org.k in course:
            assert course[org.k] == org.digest()
        course[org.k] = org.digest()
        assert org.value("PRAGMA integrity_check") == "ok"
    org.close()


def test_a_freed_page_comes_back_with_its_content(org: Org) -> None:
    """Without secure_delete this corrupts the file: see store/timeline.py."""
    assert org.value("PRAGMA secure_delete") == 1
    digests = []
    for round_ in range(6):
        org.do("test.fill", rows=500, text=str(round_))
        digests.append(org.digest())
        org.do("test.thin", modulus=1 + round_ % 2)
        digests.append(org.digest())
    for expected in reversed(digests[:-1]):
        org.back()
        assert org.digest() == expected
        assert org.value("PRAGMA integrity_check") == "ok"


def test_a_refused_command_changes_nothing_and_keeps_the_redo_list(org: Org) -> None:
    org.do("test.fill", rows=5)
    after = org.digest()
    org.back()
    before = org.digest()
    with pytest.raises(Refused):
        org.do("test.fail")
    assert org.digest() == before
    org.step()
    assert org.digest() == after


def test_a_new_command_takes_another_course(org: Org) -> None:
    org.do("test.fill", rows=5)
    org.back()
    org.do("test.fill", rows=6)
    assert org.redo() is None
    assert org.value("SELECT count(*) FROM filled") == 6


def test_a_large_argument_is_kept_once_beside_the_file_and_repeated_from_there(org: Org) -> None:
    org.do("test.fill", rows=2, text="x" * 5000)
    digest = org.digest()
    assert len(org.value("SELECT command FROM steps WHERE k = 1")) < 300
    org.back()
    org.redo()
    assert org.digest() == digest


def test_redo_says_so_when_the_input_is_gone(org: Org) -> None:
    org.do("test.fill", rows=2, text="x" * 5000)
    org.back()
    for kept in (org.timeline.folder / "inputs").iterdir():
        kept.unlink()
    with pytest.raises(Refused, match="Import the file again"):
        org.step()


def test_a_file_changed_by_another_program_is_not_stepped_back(org: Org) -> None:
    org.do("test.fill", rows=5)
    org.close()
    other = sqlite3.connect(org.path)
    other.execute("UPDATE filled SET x = 0")
    other.commit()
    other.close()
    with Org.open(org.path) as opened, pytest.raises(Refused, match="cannot be undone"):
        opened.back()


def test_where_there_are_no_hard_links_stepping_back_is_off_and_says_so(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(source: Path, target: Path) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    org.do("test.fill", rows=5)
    with pytest.raises(Refused, match="Operation not supported"):
        org.back()


def test_the_oldest_journals_are_dropped_first(org: Org) -> None:
    org.timeline.budget = 30_000
    for _ in range(8):
        org.do("test.fill", rows=50)
    kept = org.timeline.kept()
    assert kept and kept[-1] == 8 and kept[0] > 1
    org.back(len(kept))
    with pytest.raises(Refused, match="dropped for space"):
        org.back()


def test_journals_of_steps_that_never_committed_are_removed_at_open(org: Org) -> None:
    org.do("test.fill", rows=5)
    org.close()
    (org.timeline.folder / "2").write_bytes(b"left by a killed process")
    with Org.open(org.path) as opened:
        assert opened.timeline.kept() == [1]


def test_a_redo_list_written_just_before_a_kill_is_not_believed(org: Org) -> None:
    org.do("test.fill", rows=5)
    org.timeline.push_redo(1, org.now, {"name": "test.fill", "arguments": {"rows": 5}})  # and killed before the rename
    org.close()
    with Org.open(org.path) as opened:
        assert opened.redo() is None
        assert opened.k == 1


def test_killed_between_rename_and_rollback_the_file_opens_one_step_back(org: Org) -> None:
    before = org.digest()
    org.do("test.fill", rows=5)
    org.timeline.push_redo(1, org.now, {"name": "test.fill", "arguments": {"rows": 5}})
    org.close()
    Timeline(org.path).make_hot(1)
    with Org.open(org.path) as opened:
        assert opened.k == 0
        assert opened.digest() == before
        assert opened.redo() is not None


def test_goto_moves_both_ways_and_refuses_beyond_the_end(org: Org) -> None:
    for rows in (1, 2, 3):
        org.do("test.fill", rows=rows)
    digest = org.digest()
    org.goto(1)
    assert org.k == 1
    org.goto(3)
    assert org.digest() == digest
    with pytest.raises(Refused, match="nothing is due"):
        org.goto(4)


@handler("test.quiet")
def quiet(org: Org, entry: agenda.Entry) -> Outcome:
    """A poll that finds nothing, every minute."""
    agenda.schedule(org, entry.due_at + 60, "test.quiet", {}, "quiet")
    return Outcome("nothing", quiet=True)


@command("test.start_quiet")
def start_quiet(org: Org) -> Outcome:
    """Puts the first quiet poll on the agenda."""
    agenda.schedule(org, org.now + 60, "test.quiet", {}, "quiet")
    return Outcome("polling")


@handler("test.refuse")
def refuse(org: Org, entry: agenda.Entry) -> Outcome:
    """Changes something, then refuses."""
    org.run("UPDATE world SET name = 'spoiled'")
    raise Refused("The data extension is gone.")


@command("test.start_refusing")
def start_refusing(org: Org) -> Outcome:
    """Something that will be refused is due, and something after it."""
    agenda.schedule(org, org.now + 60, "test.refuse", {}, "Entry")
    agenda.schedule(org, org.now + 120, "test.tick", {}, "tick")
    return Outcome("due")


def test_what_is_refused_on_the_agenda_is_a_step_that_says_so_and_time_goes_on(org: Org) -> None:
    org.do("test.start_refusing")
    step = org.step()
    assert step is not None and step.title == "Entry: refused. The data extension is gone."
    assert org.name == "empty"
    step = org.step()
    assert step is not None and step.title == "tick"


def test_quiet_entries_go_into_the_next_step_and_are_none_of_their_own(org: Org) -> None:
    org.do("test.start_quiet")
    org.do("test.start_ticking")
    start = org.now
    step = org.step()
    assert step is not None and (step.title, step.k, step.at) == ("tick", 3, start + 900)


def test_a_run_until_a_time_leaves_quiet_entries_that_no_step_follows(org: Org) -> None:
    org.do("test.start_quiet")
    org.do("test.start_ticking")
    digest = org.digest()
    assert org.run_until(org.now + 600) == "the time was reached"
    assert org.digest() == digest


def test_a_run_until_a_time_does_not_redo_what_came_later(org: Org) -> None:
    org.do("test.start_ticking")
    start = org.now
    org.run_until(start + 3600)
    org.back(4)
    org.run_until(start + 1800)
    assert org.now == start + 1800


def test_goto_time_undoes_what_came_later(org: Org) -> None:
    org.do("test.start_ticking")
    start = org.now
    org.run_until(start + 3600)
    assert org.now == start + 3600
    org.goto_time(start + 1800)
    assert org.now == start + 1800


def test_a_fork_goes_its_own_way_and_can_go_back(org: Org, tmp_path: Path) -> None:
    org.do("test.fill", rows=5)
    digest = org.digest()
    with org.fork(tmp_path / "fork.mctui") as fork:
        fork.do("test.thin", modulus=1)
        assert org.digest() == digest
        fork.back(2)
        assert fork.k == 0
    org.back()
    assert org.k == 0


def test_an_interrupted_step_is_rolled_back_whole(org: Org) -> None:
    org.do("test.fill", rows=5)
    digest = org.digest()
    org.db.set_progress_handler(lambda: 1, 1000)  # what interrupt() does, at a moment that a test can choose
    with pytest.raises(Interrupted):
        org.do("test.fill", rows=100_000)
    org.db.set_progress_handler(None, 0)
    assert org.digest() == digest
    org.do("test.fill", rows=1)


def test_same_seed_and_commands_give_the_same_file(make_org: Callable[..., Org]) -> None:
    digests = set()
    for name in ("a", "b"):
        world = make_org(name, seed=5)
        world.do("test.fill", rows=50)
        digests.add(world.digest())
    assert len(digests) == 1
    assert make_org("c", seed=6).digest() != make_org("d", seed=5).digest()


def test_a_definition_that_is_given_again_keeps_the_order_of_its_keys(tmp_path: Path) -> None:
    from tests.journey import worlds

    with worlds.world(tmp_path, 1) as org:
        org.do("journey.create", spec=worlds.journey(worlds.wait("W")), event_definition=worlds.event_definition())
        digest = org.digest()
        org.back(1)
        org.redo()
        assert org.digest() == digest
