"""The Org: one SQLite file that is a Marketing Cloud account and the CRM beside it, and the steps by which it moves.

Every change is a step, and a step is one transaction: an agenda entry run by its handler, or a command that a person
gave. `Org` is what all rooms are handed; they read with `value`, `row`, `rows` and write with `run`.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from store import agenda, assumptions, connection, schema
from store.commands import Outcome, react, run_command, run_handler
from store.errors import Refused, Unreadable, explained
from store.lock import FileLock
from store.products import load
from store.steps import Step, step_of
from store.timeline import Timeline

if TYPE_CHECKING:
    import sqlite_utils

DEFAULT_START = 1767592800  # 2026-01-05T06:00:00Z, a Monday, midnight in system time


# Seconds. When only quiet entries come for so long, the last of them is a step: a person sees time pass, and a world
# that has nothing else never keeps `step` busy for ever.
LONGEST_QUIET = 7 * 86400


class _NothingDue(Exception):
    """Only quiet entries are due, or none."""


class Org:
    """One open file. Make it with `Org.create` or `Org.open`; it is a context manager."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path = path
        self.readonly = readonly
        self._lock = None if readonly else FileLock(path)
        self.timeline = Timeline(path)
        self._watcher: tuple[Callable[[], int | None], int] | None = None
        self.before_commit: Callable[[Step], None] | None = None  # it reads what is about to be on the disk
        self.after_entry: Callable[[agenda.Entry, Outcome], None] | None = None  # what it raises undoes the step
        self.db = self._connect()

    # ---- making, opening, closing

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        seed: int = 1,
        start: int = DEFAULT_START,
        name: str = "empty",
        build: Callable[[Org], None] | None = None,
    ) -> Org:
        """Make a new world in a new file; `build` may fill it before its first step.

        Raises Refused when the file exists, Unreadable when it cannot be made; then no file is left.
        """
        path = Path(path)
        if path.exists():
            raise Refused(f"{path} exists already.", fix="Choose another name, or remove it first.")
        org = cls(path)
        try:
            org.db.execute("BEGIN IMMEDIATE")
            schema.create(org.db)
            org.run("INSERT INTO world(name, seed, started_at, now) VALUES (?, ?, ?, ?)", name, seed, start, start)
            for room in load():
                if hasattr(room, "install"):
                    room.install(org)
            if build:
                build(org)
            org._write_change_counter()
            org.db.execute("COMMIT")
        except BaseException as error:
            org._roll_back()
            org.close()
            org.remove_files()
            raise explained(error, path) from None
        return org

    @classmethod
    def open(cls, path: Path | str, *, readonly: bool = False) -> Org:
        """Open the file of a world. Raises Unreadable when it is none, or from a newer version."""
        path = Path(path)
        if not path.is_file():
            raise Unreadable("There is no such file.", where=str(path), fix="`mctui new SCENARIO FILE` makes one.")
        load()
        org = cls(path, readonly=readonly)
        try:
            connection.check_version(org.db, path)
            if not readonly:
                fits = connection.change_counter(path) == org.value("SELECT change_counter FROM lock")
                org.timeline.settle(org.k, fits)
        except BaseException:
            org.close()
            raise
        return org

    def _connect(self) -> sqlite3.Connection:
        try:
            db = connection.connect(self.path, readonly=self.readonly)
        except BaseException:
            self._release_lock()
            raise
        if self._watcher:
            db.set_progress_handler(*self._watcher)
        return db

    def close(self) -> None:
        """Close the connection and give the file free."""
        with suppress(sqlite3.ProgrammingError):
            self.db.close()
        self._release_lock()

    def _release_lock(self) -> None:
        if self._lock:
            self._lock.release()
            self._lock = None

    def remove_files(self) -> None:
        """Remove the file and what stands beside it; the org must be closed."""
        self.path.unlink(missing_ok=True)
        self.timeline.journal.unlink(missing_ok=True)
        shutil.rmtree(self.timeline.folder, ignore_errors=True)

    def __enter__(self) -> Org:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- reading and writing

    def _execute(self, sql: str, params: tuple[Any, ...]) -> sqlite3.Cursor:
        bound: Any = params[0] if len(params) == 1 and isinstance(params[0], Mapping) else params
        try:
            return self.db.execute(sql, bound)
        except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            raise explained(error, self.path) from None

    def value(self, sql: str, *params: Any) -> Any:
        """The first column of the first row, or None. A single mapping gives named parameters."""
        row = self._execute(sql, params).fetchone()
        return None if row is None else row[0]

    def row(self, sql: str, *params: Any) -> sqlite3.Row | None:
        """The first row, or None."""
        row: sqlite3.Row | None = self._execute(sql, params).fetchone()
        return row

    def rows(self, sql: str, *params: Any) -> list[sqlite3.Row]:
        """All rows."""
        return self._execute(sql, params).fetchall()

    def run(self, sql: str, *params: Any) -> int:
        """Change rows inside the open step; returns how many."""
        return self._execute(sql, params).rowcount

    @property
    def tables(self) -> sqlite_utils.Database:
        """The file as sqlite-utils sees it, over the same connection."""
        import sqlite_utils

        return sqlite_utils.Database(self.db)

    @cached_property
    def seed(self) -> int:
        """What all draws depend on."""
        return int(self.value("SELECT seed FROM world"))

    @property
    def name(self) -> str:
        """The scenario, or `empty`."""
        return str(self.value("SELECT name FROM world"))

    @property
    def now(self) -> int:
        """The clock: UTC seconds."""
        return int(self.value("SELECT now FROM world"))

    @property
    def settings(self) -> dict[str, Any]:
        """What the scenario left about itself."""
        settings: dict[str, Any] = json.loads(self.value("SELECT settings FROM world"))
        return settings

    def assumption(self, name: str) -> assumptions.Value:
        """The value in force of an assumption."""
        return assumptions.current(self, name)

    # ---- stepping

    @property
    def k(self) -> int:
        """The number of the last step; 0 before the first."""
        return int(self.value("SELECT coalesce(max(k), 0) FROM steps"))

    def steps(self, *, limit: int = 100, before: int | None = None) -> list[Step]:
        """The last steps (those below `before`), in order of time."""
        upper = self.k if before is None else before - 1
        found = self.rows("SELECT * FROM steps WHERE k <= ? ORDER BY k DESC LIMIT ?", upper, limit)
        return [step_of(row) for row in reversed(found)]

    def step(self, until: int | None = None) -> Step | None:
        """One step forward: what was undone last, else what the agenda has next; None when nothing is due (`until`)."""
        undone = self.timeline.redo_list(self.k)
        if not undone:
            return self._run_agenda(until)
        return None if until is not None and undone[-1]["at"] > until else self._redo(undone[-1])

    def do(self, name: str, /, **arguments: Any) -> Step:
        """What a person does, as a step. It takes a new course: what was undone before is forgotten."""
        return self._person_step(name, arguments, new_course=True)

    def redo(self) -> Step | None:
        """The step that was undone last, again; None when there is none."""
        undone = self.timeline.redo_list(self.k)
        return self._redo(undone[-1]) if undone else None

    def _redo(self, undone: dict[str, Any]) -> Step:
        command = undone["command"]
        if command:
            step = self._person_step(command["name"], self.timeline.unpack(command["arguments"]), new_course=False)
        else:
            again = self._run_agenda(None)
            assert again is not None, "an agenda step that was undone is due again"
            step = again
        self.timeline.pop_redo(step.k)
        return step

    def _person_step(self, name: str, arguments: dict[str, Any], *, new_course: bool) -> Step:
        command = {"name": name, "arguments": self.timeline.pack(arguments)}
        return self._transaction(command, lambda: (name, run_command(self, name, arguments)), new_course=new_course)

    def _run_agenda(self, until: int | None) -> Step | None:
        """The next entries up to the first that is not quiet, as one step.

        When only quiet ones are due they are rolled back: they changed nothing that matters, and will run with the
        next step.
        """

        began = self.now

        def handle() -> tuple[str, Outcome]:
            while entries := agenda.upcoming(self):
                entry = entries[0]
                if until is not None and entry.due_at > until:
                    break
                self.run("DELETE FROM agenda WHERE agenda_id = ?", entry.agenda_id)
                self.run("UPDATE world SET now = max(now, ?)", entry.due_at)
                outcome = self._handled(entry)
                if not outcome.quiet or entry.due_at - began > LONGEST_QUIET:
                    return entry.step_kind, outcome
            raise _NothingDue

        try:
            return self._transaction(None, handle)
        except _NothingDue:
            return None

    def _handled(self, entry: agenda.Entry) -> Outcome:
        """Run an entry. What the product refuses at that moment is a step too, or nobody could step past it."""
        self.run("SAVEPOINT entry")
        try:
            outcome = run_handler(self, entry)
        except Refused as error:
            self.run("ROLLBACK TO entry")
            outcome = Outcome(f"{entry.title}: refused. {error.message}", {"errors": 1})
        self.run("RELEASE entry")
        if self.after_entry:
            self.after_entry(entry, outcome)
        return outcome

    def _transaction(
        self,
        command: dict[str, Any] | None,
        change: Callable[[], tuple[str, Outcome]],
        *,
        new_course: bool = False,
    ) -> Step:
        """Run `change` (kind of step, outcome) as one transaction with its kept journal."""
        if self.readonly:
            raise Refused(f"{self.path} is open for reading only.")
        k = self.k + 1
        self._execute("BEGIN IMMEDIATE", ())
        try:
            kind, outcome = change()
            react(self)
            step = Step(k, self.now, kind, outcome.title, outcome.changes, outcome.subject, command)
            self.run(
                "INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)", k, step.at, kind, step.title,
                json.dumps(step.changes), step.subject, json.dumps(command) if command else None,
            )  # fmt: skip
            self._write_change_counter()
            self.timeline.keep(k)
            if new_course:  # before the commit: a redo list must never survive the step that makes it void
                self.timeline.forget_redo()
            if self.before_commit:
                self.before_commit(step)
            self._execute("COMMIT", ())
        except BaseException as error:
            self._roll_back()
            self.timeline.drop(k)
            raise explained(error, self.path) from None
        self.timeline.committed(k)
        return step

    def _roll_back(self) -> None:
        if self.db.in_transaction:  # SQLite has rolled back by itself after an interrupt or a full disk
            self.db.execute("ROLLBACK")

    def run_until(self, until: int | None, on_step: Callable[[Step], bool] | None = None) -> str:
        """Step until the next entry is due after `until` (None: until nothing is due); returns why it stopped.

        `on_step` is called after each step; when it returns True the run stops there.
        """
        while step := self.step(until):
            if on_step and on_step(step):
                return f"stopped after step {step.k}"
        return "the time was reached" if agenda.upcoming(self) else "nothing is due"

    # ---- going back, going to, forking

    def back(self, count: int = 1) -> int:
        """Undo the last `count` steps (fewer when there are fewer); returns how many. Raises Refused saying why."""
        done = 0
        while done < count and (last := self.row("SELECT * FROM steps ORDER BY k DESC LIMIT 1")):
            self.timeline.refuse_unless_kept(last["k"])
            self.timeline.push_redo(last["k"], last["at"], json.loads(last["command"]) if last["command"] else None)
            self.db.close()
            self.timeline.make_hot(last["k"])
            self.db = self._connect()
            done += 1
        return done

    def goto(self, k: int) -> None:
        """Be at step `k`, back or forward. Raises Refused when the world ends before it."""
        if k < 0:
            raise Refused(f"There is no step {k}.", fix="Steps are counted from 0, the world as it was made.")
        self.back(max(self.k - k, 0))
        while self.k < k:
            if self.step() is None:
                raise Refused(f"There is no step {k}: nothing is due after step {self.k}.")

    def goto_time(self, at: int) -> None:
        """Be where the world stood at a moment: back over all later steps, or forward over all that are due by then."""
        later = self.value("SELECT count(*) FROM steps WHERE at > ?", at)
        if later:
            self.back(later)
        else:
            self.run_until(at)

    def fork(self, target: Path | str) -> Org:
        """A copy of this world in another file, with its own way back and forward."""
        target = Path(target)
        if target.exists():
            raise Refused(f"{target} exists already.", fix="Choose another name for the fork.")
        shutil.copyfile(self.path, target)
        self.timeline.link_into(Timeline(target))
        return Org.open(target)

    def checkpoint(self, label: str) -> Path:
        """A copy of the file beside it, named by the label; returns its path."""
        safe = "".join(char if char.isalnum() or char in "-_" else "-" for char in label) or "checkpoint"
        target = self.path.with_name(f"{self.path.stem}.{safe}{self.path.suffix}")
        self.fork(target).close()
        return target

    def watch(self, callback: Callable[[], int | None] | None, every: int = 20_000) -> None:
        """Call back after every so many instructions of SQLite, also after going back; a true result interrupts."""
        self._watcher = (callback, every) if callback else None
        self.db.set_progress_handler(callback, every)

    def interrupt(self) -> None:
        """Stop the step that runs now; callable from any thread. The step raises Interrupted and is rolled back."""
        with suppress(sqlite3.ProgrammingError):  # going back closes the connection and opens another
            self.db.interrupt()

    def digest(self) -> str:
        """SHA-256 of the logical dump: every table but `lock`, rows in key order."""
        from store.digest import digest

        return digest(self.tables)

    def _write_change_counter(self) -> None:
        self.run("DELETE FROM lock")
        self.run("INSERT INTO lock VALUES (?)", (connection.change_counter(self.path) + 1) % 2**32)
