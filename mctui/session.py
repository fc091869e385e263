"""The view model: one thread that owns the Org, runs the commands and makes the readings.

The UI calls `Session` methods, which return at once; frozen results (`views.Result`) come back through `post`, in the
order in which the jobs ran. `Session.local` does the same on the caller's thread, for tests and the command line.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mctui import horizon
from mctui.marks import Marks
from mctui.running.runs import Runs
from mctui.views import Answer, Focus, Result, Shown
from mctui.watch import Watch

if TYPE_CHECKING:
    from store import Org, Step

QUEUED_STEPS = 8  # more key presses than this are dropped, so that a held key does not run on after its release
PAINTED_WITHIN = 0.02  # seconds that a step's commit waits for its picture, which else shares the interpreter with it
REST_AFTER = 0.25  # seconds without a job until the thread prepares what later steps will need


@dataclass
class _Job:
    name: str
    work: Callable[[], Result | None]
    moves: bool = False  # it changes the world
    looks: bool = False  # only a reading; a later one replaces it


class Session:
    """See the module. `make` opens or creates the Org; it runs on the session's thread."""

    def __init__(self, make: Callable[[], Org], post: Callable[[Result], None], log: Path | None = None) -> None:
        self._make = make
        self._post = post
        self._log = log
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._running: _Job | None = None
        self._closing = False
        self._painted = threading.Event()
        self._watch = Watch(post)
        self._org: Org | None = None
        self._focus = Focus()
        self._marks = Marks()
        self._runs = Runs(self._step, self._watch.stop.is_set)
        self._moved = False
        self._shown_early = False  # the reading of the step that runs was posted before its commit
        self._chores: deque[Callable[[], object]] = deque()  # what makes later steps faster, done while nothing waits

    @classmethod
    def local(cls, org: Org, post: Callable[[Result], None]) -> Session:
        """A session without a thread: every call is done, and its results posted, when it returns."""
        session = cls(lambda: org, post)
        session._org = org
        return session

    # ---- the UI's side

    def start(self, focus: Focus) -> None:
        """Start the thread, make the world, and read what `focus` shows."""
        self._focus = focus
        self._thread = threading.Thread(target=self._serve, name="session", daemon=True)
        self._submit(_Job("Making the world", self._open, moves=True))
        self._thread.start()

    @property
    def busy(self) -> str:
        """The name of the job that runs now, or empty."""
        running = self._running
        return running.name if running else ""

    @property
    def ready(self) -> bool:
        """Whether there is a world."""
        return self._org is not None

    @property
    def long(self) -> str:
        """The name of the job that runs, once it has run long enough to be worth a word."""
        return self.busy if self._watch.is_long else ""

    @property
    def pending(self) -> int:
        """Jobs that wait or run."""
        with self._wake:
            return len(self._jobs) + (self._running is not None)

    def wait_until_idle(self) -> None:
        """Block the calling thread until no job waits or runs. For tests; never call it from the UI's thread."""
        with self._wake:
            self._wake.wait_for(lambda: not self._jobs and self._running is None or self._closing)

    def look(self, focus: Focus) -> None:
        """Read what `focus` shows; a reading that still waits is replaced."""
        self._focus = focus
        with self._wake:
            for job in [job for job in self._jobs if job.looks]:
                self._jobs.remove(job)
        self._submit(_Job("Reading", lambda: self._look(), looks=True))

    def forward(self, focus: Focus, *, held: bool = False) -> None:
        """One step forward; `held`: unless a breakpoint of `focus` is met."""
        self._focus = focus

        def one() -> Result | None:
            return self._runs.one(self.org, focus.breakpoints)

        if sum(job.moves for job in self._jobs) < QUEUED_STEPS:
            work = one if held and focus.breakpoints else self._one_step
            self._submit(_Job("One step", work, moves=True))

    def back(self, focus: Focus, count: int = 1) -> None:
        """Some steps back."""
        self._focus = focus
        if sum(job.moves for job in self._jobs) < QUEUED_STEPS:
            self._submit(_Job("Going back", lambda: self._backward(count), moves=True))

    def goto(self, focus: Focus, k: int) -> None:
        """To a step, back or forward."""
        self._focus = focus
        self._submit(_Job(f"Going to step {k}", lambda: self._goto(k), moves=True))

    def goto_time(self, focus: Focus, text: str) -> None:
        """To a time as a person writes it, or a duration from now (`14d`), back or forward."""
        self._focus = focus
        self._submit(_Job(f"Going to {text}", lambda: self._goto_time(text), moves=True))

    def run(self, focus: Focus, until: str, *, told: bool = False) -> None:
        """Until what running.condition_of understands, or `day`: the end of the system-time day.

        The breakpoints of `focus` hold it. `told`: say also why it ended where nothing held it.
        """
        self._focus = focus

        def work() -> Result | None:
            if until == "day":
                return self._runs.day(self.org, focus.breakpoints)
            return self._runs.to(self.org, until, focus.breakpoints, told=told)

        self._submit(_Job(f"The run to {until}", work, moves=True))

    def do(self, focus: Focus, command: str, **arguments: Any) -> None:
        """What a person does, as a step."""
        self._focus = focus
        self._submit(_Job(command, lambda: self.make(command, arguments), moves=True))

    def ask(self, tag: str, question: Callable[[Org], object], name: str = "Reading", *, moves: bool = False) -> None:
        """Anything aside from the panes; it comes back as `Answer(tag, value)`. `moves`: it may `make` a step."""
        self._submit(_Job(name, lambda: Answer(tag, question(self.org)), moves))

    def painted(self) -> None:
        """The last reading is on the screen."""
        self._painted.set()

    def stop(self) -> None:
        """Stop what runs now; callable from any thread. The step in progress is rolled back."""
        self._watch.stop.set()
        if self._org is not None and self._running is not None:
            self._org.interrupt()

    def close(self) -> None:
        """Stop, close the file, end the thread."""
        with self._wake:
            self._closing = True
            self._jobs.clear()
            self._wake.notify_all()
        self._watch.stop.set()
        if self._thread:
            self._thread.join(timeout=5)
            self._thread = None

    # ---- the thread

    @property
    def org(self) -> Org:
        """The open world; only for the session's thread."""
        assert self._org is not None
        return self._org

    def _submit(self, job: _Job) -> None:
        with self._wake:
            self._jobs.append(job)
            self._wake.notify_all()
        if self._thread is None and self._org is not None:
            self._run_jobs()

    def _serve(self) -> None:
        while self._run_jobs():
            with self._wake:
                pause = REST_AFTER if self._chores else None
                called = self._wake.wait_for(lambda: self._jobs or self._closing, pause)
            while self._chores and not called:
                self._chores.popleft()()
                called = self._jobs or self._closing
        if self._org is not None:
            self._org.close()

    def _run_jobs(self) -> bool:
        """Run what waits; False when the session is closing."""
        while not self._closing:
            with self._wake:
                if not self._jobs:
                    return True
                job = self._running = self._jobs.popleft()
                if not job.looks:
                    self._watch.stop.clear()
            self._run_job(job)
        return False

    def _run_job(self, job: _Job) -> None:
        self._watch.begin(job.name)
        results: list[Result | None] = []
        self._shown_early = False
        if self._org is not None or job.work == self._open:
            results.append(self._guarded(job.work))
            # Steps that wait would make this reading stale at once: the last of them reads.
            if job.moves and not self._next_moves() and not self._shown_early and self._org is not None:
                self._watch.stop.clear()  # it was about the step, not about the reading after it
                results.append(self._guarded(self._look))
        # Posted before the job counts as done: who waits for `pending` to be 0 then finds the results in the queue.
        for result in results:
            if result is not None:
                self._post(result)
        with self._wake:
            self._running = None
            self._wake.notify_all()

    def _next_moves(self) -> bool:
        return bool(self._jobs) and self._jobs[0].moves

    def _guarded(self, work: Callable[[], Result | None]) -> Result | None:
        """Run it; every error becomes a Problem, an unexpected one is also logged."""
        fatal = self._org is None
        try:
            with self._watch.over(self._org):
                return work()
        except Exception as error:  # the last fence: a bug must not end the app, and is never silent
            from mctui.problems import problem_of

            return problem_of(error, self._log, fatal=fatal)

    # ---- jobs

    def _open(self) -> Result | None:
        from mctui import reading

        self._org = self._make()
        reading.warm_up()
        self._chores.extend(reading.chores(self._org))
        self._marks.reload(self._org)
        self._moved = True
        return None

    def _look(self) -> Result | None:
        from mctui import reading

        moved, self._moved = self._moved, False
        focus = self._focus
        with self._one_transaction():
            world = reading.world(self.org, tuple(self._marks.all))
            step = reading.step(self.org, world.k if focus.at is None else focus.at)
            view, detail = reading.pane(self.org, focus)
        return Shown(focus, world, view, step, detail, moved)

    @contextmanager
    def _one_transaction(self) -> Iterator[None]:
        """One lock for all the small readings, not one for each; inside a step they have its own."""
        db = self.org.db
        if db.in_transaction:
            yield
            return
        db.execute("BEGIN")
        try:
            yield
        finally:
            if db.in_transaction:
                db.execute("COMMIT")

    @contextmanager
    def _seen_before_its_commit(self, *, new_course: bool = False) -> Iterator[None]:
        """A single step is read from inside its transaction: its picture does not wait until the disk has it.

        When the commit fails after all, its error and the world as it stayed follow at once.
        """
        from mctui import reading

        self.org.before_commit = partial(self._preview, new_course=new_course)
        try:
            yield
        except BaseException:
            self._shown_early = False
            reading.forget(self.org)
            raise
        finally:
            self.org.before_commit = None

    def _preview(self, step: Step, *, new_course: bool) -> None:
        if self._next_moves():  # stale at once
            return
        self._made(step, new_course=new_course)
        shown = self._guarded(self._look)
        if isinstance(shown, Shown):  # else the reading after the commit fails too, and says why
            self._shown_early = True
            self._painted.clear()
            self._post(shown)
            if self._thread is not None:
                self._painted.wait(PAINTED_WITHIN)

    def _made(self, step: Step, *, new_course: bool = False) -> None:
        """The timeline gets the mark of a step, unless it has it from the reading before the commit."""
        if self._shown_early:
            return
        self._moved = True
        if new_course:
            self._marks.new_course(step.k)
        self._marks.made(step)

    def _one_step(self) -> Result | None:
        with self._seen_before_its_commit():
            self._step_or_refuse()
        return None

    def _step_or_refuse(self) -> None:
        if self._step(horizon.of(self.org)) is None:
            raise horizon.nothing_due(self.org)

    def _step(self, until: int | None) -> Step | None:
        """One step forward with its mark; None when nothing is due by then."""
        step = self.org.step(until)
        if step is not None:
            self._made(step)
            self._watch.tell(f"step {step.k}: {step.title}")
        return step

    def _backward(self, count: int) -> Result | None:
        from mctui import reading

        for _ in range(count):
            if self._watch.stop.is_set() or not self.org.back(1):
                break
            self._moved, self._runs.held = True, None
            reading.forget(self.org)
            self._watch.tell(f"back at step {self.org.k}")
        return None

    def _goto(self, k: int) -> Result | None:
        from store.errors import Refused

        now = self.org.k
        if k < 0:
            raise Refused(f"There is no step {k}.", fix="Steps are counted from 0, the world as it was made.")
        if k < now:
            return self._backward(now - k)
        while self.org.k < k and not self._watch.stop.is_set():
            if self._step(horizon.of(self.org)) is None:
                raise Refused(f"There is no step {k}.", cause=f"Nothing is due after step {self.org.k}.")
        return None

    def _goto_time(self, text: str) -> Result | None:
        from store import clock
        from store.errors import Refused

        try:
            at = self.org.now + clock.duration(text)
        except Refused:
            at = clock.parse(text)
        later = int(self.org.value("SELECT count(*) FROM steps WHERE at > ?", at))
        return self._backward(later) if later else self._runs.until(self.org, at, self._focus.breakpoints)

    def make(self, command: str, arguments: dict[str, Any]) -> None:
        """What a person does, now; only for a job that `moves`."""
        with self._seen_before_its_commit(new_course=True):
            step = self.org.do(command, **arguments)
        self._made(step, new_course=True)
