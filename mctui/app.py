"""The app: composes the screen, hands keys to `doing` and results of the session to the panes. It holds no rule."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import App, ComposeResult, SystemCommand
from textual.filter import LineFilter
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from mctui import answering, doing, inspecting, messages, panes, settings, stopping
from mctui.actions import PANES, Action, AppState
from mctui.keys import bindings, meant, remapped
from mctui.panel import Panel
from mctui.paths import Paths
from mctui.session import Session
from mctui.shell import Body, Footer, MainScreen, Notice, Prompt, Shade, Stage, Tabs, TooSmall
from mctui.views import Focus, Problem, Result, Shown, WorldView
from mctui.widgets.status import Status, StatusLine
from mctui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from mctui.panes.pane import Pane
    from store import Org

THEMES = ("tokyo-night", "catppuccin-mocha", "gruvbox", "nord", "textual-light")
RESTART = 75  # the app's return code when its world is to be made anew
OPEN = 76  # when another world is to be opened
SPEEDS = (0.5, 1, 2, 4, 8, 16, 32)  # steps a second


class McTui(App[None]):
    """Marketing Cloud in a terminal. `make` opens or creates the world; it runs after the first paint."""

    TITLE = "mctui"
    CSS_PATH = ["app.tcss", *(f"panes/{pane}/pane.tcss" for pane in PANES)]
    ENABLE_COMMAND_PALETTE = True
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self, make: Callable[[], Org], *, paths: Paths, world: str = "", pane: str = "", ascii_only: bool = False
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        self.paths = paths
        self.world = world
        self.remembered, problems = settings.recall(paths)
        keys, wrong = settings.read_keys(paths)
        self.actions, conflicts = remapped(keys)
        self.start_problems = [*problems, *wrong, *conflicts, *settings.remember(paths, self.remembered)]
        self.end_problems: list[str] = []
        for key, ids in bindings(self.actions).items():
            self.bind(key, f"do('{ids}')")
        self.session = Session(make, self._post, paths.log)
        wanted = pane or self.remembered.pane
        self.look_at = Focus(pane=wanted if wanted in PANES else PANES[0])
        self.shown: Shown | None = None
        self.status_line, self.tabs, self.panel = StatusLine(id="status"), Tabs(), Panel(id="inspector")
        self.timeline, self.notice, self.footer = Timeline(id="timeline"), Notice(), Footer()
        self.footer.actions = self.actions
        self.stage = Stage(Shade(f"Making the world of {world} …" if world else "Opening …"), id="stage")
        self.panes: dict[str, Pane] = {}
        self.playing, self.zoomed, self.speed = False, False, 1
        self.before_prompt: Widget | None = None
        self.opening = ""  # the world that comes after this one
        self.injecting: dict[str, Any] | None = None  # what the prompt completes
        self.step_first = True
        self._player: Timer | None = None
        self._opened = asyncio.Event()  # the world is there, or the reason why not
        self.history: dict[str, list[str]] = {}
        self.filters: dict[str, str] = {}
        self.ascii = ascii_only or bool(self.remembered.ascii)
        self.theme = self._theme()

    def _theme(self) -> str:
        theme = self.remembered.theme or THEMES[0]
        if theme in self.available_themes:
            return theme
        self.start_problems.append(f"There is no theme '{theme}'; this is {THEMES[0]}.")
        return THEMES[0]

    def _post(self, result: Result) -> None:
        self.post_message(messages.wrap(result))

    # ---- the screen

    def get_default_screen(self) -> Screen[Any]:
        """The main screen, with breakpoints of its own."""
        return MainScreen(id="main")

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, and in ASCII mode ours after them."""
        if not self.ascii:
            return super().get_line_filters()
        from mctui.plain import Ascii

        return [*super().get_line_filters(), Ascii()]

    def compose(self) -> ComposeResult:
        """Status line, tabs, pane and inspector, timeline, footer."""
        yield TooSmall()
        yield self.status_line
        yield self.tabs
        with Body(id="body"):
            yield self.stage
            yield self.panel
        yield self.timeline
        yield self.notice
        yield self.footer

    def on_mount(self) -> None:
        """The world is made once the first picture is on the screen."""
        self.tabs.show(self.look_at.pane)
        self.call_after_refresh(lambda: self.session.start(self.look_at))
        for problem in self.start_problems:
            self.notify(problem, severity="warning", markup=False, timeout=8)

    def on_unmount(self) -> None:
        """Leave the file whole and remember where we were."""
        self.session.close()
        self.end_problems = settings.remember(
            self.paths, settings.Remembered(self.world, self.look_at.pane, self.theme, "yes" if self.ascii else "")
        )

    @property
    def pane(self) -> Pane | None:
        """The pane that shows, once the world is there."""
        return self.panes.get(self.look_at.pane)

    # ---- keys

    def state(self) -> AppState:
        """What guards and the footer ask."""
        return inspecting.state_of(self)

    async def action_do(self, name: str) -> None:
        """Do an action of the registry, or say why it cannot be done now; of several the one of this pane."""
        state = self.state()
        action = meant(self.actions, name, state.pane)
        reason = action.guard(state)
        if reason:
            self.notify(reason, title=action.help, severity="warning", markup=False, timeout=3)
            return
        await doing.do(self, action)
        self.footer.show(self.state())

    def get_system_commands(self, screen: Screen[Any]) -> list[SystemCommand]:
        """The palette: every action of the registry."""

        def run(action: Action) -> Callable[[], Any]:
            return lambda: self.call_later(self.action_do, action.id)

        return [
            SystemCommand(f"{a.label}: {a.help}", f"{a.section} · {a.id}", run(a))
            for a in self.actions
            if a.id != "palette"
        ]

    # ---- what the session says

    @on(messages.Shown)
    async def paint(self, event: messages.Shown) -> None:
        """A reading: every region is told, each repaints only what differs."""
        shown = event.shown
        first = self.shown is None
        self.shown = shown
        self.step_first = self.step_first or shown.moved
        self.show_progress("")
        self.show_world(shown.world)
        if shown.focus.pane != self.look_at.pane:
            self.session.painted()
            return  # another pane was chosen meanwhile; its reading is on its way
        pane = self.pane
        if pane is None:
            pane = await self._mount_pane()
        pane.show(shown)
        self.panel.set(*inspecting.inspected(shown, self.step_first))
        if first:
            stopping.recall(self)
            self._opened.set()
            gc.freeze()  # modules and widgets stay: no collection in the middle of a step need look at them
        self.footer.show(self.state())
        self.call_after_refresh(self.session.painted)

    def show_world(self, world: WorldView) -> None:
        """Status line and timeline."""
        undone, playing = world.last - world.k, f"playing {SPEEDS[self.speed]:g}/s" if self.playing else ""
        note = playing or (f"undone {undone}" if undone else "") or world.trouble
        soon = world.next_in not in ("", "0 s")
        coming = f"in {world.next_in}: {world.next_title}" if soon else world.next_title
        status = Status(world.name, world.k, world.utc, world.system, world.billed, coming, note)
        self.status_line.set_status(status)
        marks = [(mark.k, "person" if mark.person else mark.kind) for mark in world.marks]
        self.timeline.set_steps(marks, world.k if self.look_at.at is None else self.look_at.at)

    async def _mount_pane(self) -> Pane:
        await self.query(Shade).remove()
        name = self.look_at.pane
        made = self.panes[name] = panes.make(name)
        await self.stage.mount(made)
        if self.ascii:
            from mctui import plain

            plain.switch(self, True)
        self.focus_pane()
        return made

    @on(messages.Failed)
    def tell(self, event: messages.Failed) -> None:
        """An error: a modal when there is no world or a fault of mctui, else a toast."""
        problem = event.problem
        self.playing = False
        self.show_progress("")
        self._opened.set()
        if problem.stopped:
            self.notify(problem.message, markup=False, timeout=4)
        elif problem.fatal or problem.unexpected:
            self.show_problem(problem)
        else:
            why = "\n".join(filter(None, [problem.cause, problem.fix]))
            self.notify(why or " ", title=problem.message, severity="error", markup=False, timeout=8)

    def show_problem(self, problem: Problem) -> None:
        """The whole error in a modal, with a way to copy it."""
        from mctui.opening import is_file
        from mctui.screens.problem import ProblemScreen

        self.push_screen(ProblemScreen(problem, can_restart=bool(self.world) and not is_file(self.world)))

    @on(messages.Progressed)
    def progress(self, event: messages.Progressed) -> None:
        """A long job: what it is at, and how to stop it."""
        what = event.progress
        if self.session.pending:
            self.show_progress(f"{what.name} … {what.text}  (esc stops)")

    def show_progress(self, text: str) -> None:
        """The line over the footer: what runs, else what is filtered, else nothing."""
        filtered = self.filters.get(self.look_at.pane, "")
        note = f"/{filtered}" if filtered else ""
        self.notice.show(text or note)

    @on(messages.Answered)
    async def answer(self, event: messages.Answered) -> None:
        """A question of the UI has its answer."""
        await answering.answered(self, event.answer)

    # ---- where the person looks

    @on(messages.Looked)
    def looked(self, event: messages.Looked) -> None:
        """Something else is under the cursor; when the person moved it, it comes first in the inspector."""
        self.step_first = self.step_first and not event.by_person
        self.look(**event.changes)

    def look(self, **changes: Any) -> None:
        """Look at something else; the reading follows when there is a world."""
        changed = replace(self.look_at, **changes)
        if changed != self.look_at:
            self.look_at = changed
            if self.session.ready:
                self.session.look(changed)

    def live(self) -> Focus:
        """Where the person looks, at the last step, with the page of the pane's table that is in sight."""
        top = self.pane.top() if self.pane else 0
        self.look_at = replace(self.look_at, at=None, top=top)
        return self.look_at

    # ---- playing

    def play(self, faster: int = 0) -> None:
        """Start or stop the clock of playing, after a change of speed or of `playing`."""
        self.speed = max(0, min(self.speed + faster, len(SPEEDS) - 1))
        if self._player is not None:
            self._player.stop()
            self._player = None
        if self.playing:
            self._player = self.set_interval(1 / SPEEDS[self.speed], self.play_on)
        if self.shown:
            self.show_world(self.shown.world)
        if faster and not self.playing:
            self.notify(f"Speed {SPEEDS[self.speed]:g} steps a second", timeout=2)

    def play_on(self) -> None:
        """The next step, unless one is still running; pauses where nothing is due."""
        if self.shown and self.shown.world.forward_off:
            self.playing = False
            self.play()
        elif not self.session.pending:
            self.session.forward(self.live(), held=True)

    def restart(self, sure: bool | None) -> None:
        """Make the scenario's world anew, once the person is sure."""
        if sure:
            self.exit(return_code=RESTART)

    def open_world(self, path: str) -> None:
        """Leave this world for another."""
        self.opening = path
        self.exit(return_code=OPEN)

    @on(messages.Opened)
    async def opened(self, event: messages.Opened) -> None:
        """Enter or a click on a row."""
        doing.open_record(self, event.kind, event.key)

    def show_pane(self, name: str) -> None:
        """Another pane; it is mounted when its first reading is here."""
        for pane in self.panes.values():
            pane.display = pane.id == name
        self.tabs.show(name)
        self.step_first = False
        self.look(pane=name, filter=self.filters.get(name, ""))
        self.show_progress("")
        self.focus_pane()

    def focus_pane(self) -> None:
        """The focus goes to the pane's first part, unless a prompt has it."""
        first: Widget | None = self.pane.first() if self.pane else None
        if first is not None and not self.query(Prompt):
            first.focus()

    @on(Timeline.StepClicked)
    def step_clicked(self, event: Timeline.StepClicked) -> None:
        """A click on the timeline shows that step; a click on the one that shows goes there."""
        world = self.shown.world if self.shown else None
        if world is None:
            return
        if event.k > world.k or event.k == self.look_at.at:
            self.session.goto(self.live(), event.k)
        else:
            self.step_first = True
            self.look(at=event.k)

    @on(Prompt.Submitted)
    async def prompt_submitted(self, event: Prompt.Submitted) -> None:
        """Enter in the prompt."""
        await self.close_prompt()
        await answering.prompted(self, event.purpose, event.value)

    @on(Prompt.Changed)
    def prompt_changed(self, event: Prompt.Changed) -> None:
        """The filter follows while it is typed."""
        if event.purpose == "filter":
            doing.filter_by(self, event.value)

    @on(Prompt.Left)
    async def prompt_left(self, event: Prompt.Left) -> None:
        """Esc in the prompt; it clears a filter."""
        if event.purpose == "filter":
            doing.filter_by(self, "")
        await self.close_prompt()

    async def close_prompt(self) -> None:
        """Take the prompt away and give the focus back."""
        for prompt in self.query(Prompt):
            await prompt.remove()
        if self.before_prompt is not None and self.before_prompt.is_attached:
            self.set_focus(self.before_prompt)
        else:
            self.focus_pane()

    async def settled(self) -> None:
        """Wait until the session has nothing left to do and everything it said was heard. For tests."""
        await self._opened.wait()
        await self.heard()
        while self.session.pending:
            await asyncio.to_thread(self.session.wait_until_idle)
            await self.heard()

    async def heard(self) -> None:
        """Wait until every message posted so far was handled."""
        heard = asyncio.Event()
        self.call_later(heard.set)
        await heard.wait()
