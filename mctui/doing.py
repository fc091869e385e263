"""What each action of the registry does to the app: `step.forward` is `step_forward` here, and so on.

The functions only talk to the session, the panes and the screens; every rule is in `store`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TYPE_CHECKING

from mctui import (
    comparing,
    connecting,
    deleting,
    drafting,
    editing,
    injecting,
    jumping,
    mapping,
    row_editing,
    sending,
    stopping,
)
from mctui.actions import PANES, Action
from mctui.shell import Prompt
from mctui.views import BUILDER, PARTS

if TYPE_CHECKING:
    from mctui.app import McTui


async def do(app: McTui, action: Action) -> None:
    """Run the function of an action."""
    done = pane(app, action.id) if action.section == "Panes" else function_of(action)(app)
    if isawaitable(done):
        await done


def function_of(action: Action) -> Callable[[McTui], Awaitable[None] | None]:
    """Of an action: here, of the query editor in `editing`, of rows in `row_editing`, of journeys in `drafting`, ..."""
    others = (editing, row_editing, drafting, connecting, mapping, deleting, sending, stopping, injecting, jumping,
              comparing)  # fmt: skip
    places = (globals(), *map(vars, others))
    function: Callable[[McTui], Awaitable[None] | None]
    function = next(place[action.function] for place in places if action.function in place)
    return function


def pane(app: McTui, name: str) -> None:
    """Show a pane, also from a screen over it."""
    leave_editor(app)
    app.show_pane(name.partition(".")[2])


# ---- stepping


def step_forward(app: McTui) -> None:
    """One step forward."""
    app.session.forward(app.live())


def step_back(app: McTui) -> None:
    """One step back."""
    app.session.back(app.live())


def step_day(app: McTui) -> None:
    """To the end of the system-time day."""
    app.session.run(app.live(), "day")


def step_end(app: McTui) -> None:
    """To the end of the scenario."""
    app.session.run(app.live(), "END")


def step_follow(app: McTui) -> None:
    """To the next event of the followed contact."""
    app.session.run(app.live(), f"contact {app.look_at.followed}")


def step_latest(app: McTui) -> None:
    """Forward over all that was undone."""
    assert app.shown is not None
    app.session.goto(app.live(), app.shown.world.last)


async def step_goto(app: McTui) -> None:
    """Ask where to."""
    await ask(app, "goto", "go to step or time (12, 3d, 2026-01-07 08:00):")


def step_diff(app: McTui) -> None:
    """Rows before and after the step that the inspector shows."""
    from mctui import reading

    k = app.look_at.at or (app.shown.world.k if app.shown else 0)
    app.session.ask("record", lambda org: reading.diff(org, k), "Comparing")


def play_toggle(app: McTui) -> None:
    """Play, or pause."""
    app.playing = not app.playing
    app.play()


def play_faster(app: McTui) -> None:
    """Twice as fast."""
    app.play(1)


def play_slower(app: McTui) -> None:
    """Half as fast."""
    app.play(-1)


# ---- data


def record_open(app: McTui) -> None:
    """Open what is under the cursor."""
    if app.pane:
        open_record(app, *app.pane.record())


def open_record(app: McTui, kind: str, key: str) -> None:
    """Ask for a record whole; the screen opens with the answer."""
    if key:
        from mctui import reading

        app.session.ask("record", lambda org: reading.record(org, kind, key))


async def filter(app: McTui) -> None:
    """Ask for a filter; it works while it is typed."""
    await ask(app, "filter", "/", app.filters.get(app.look_at.pane, ""))


def filter_by(app: McTui, text: str) -> None:
    """Filter the pane that shows."""
    app.filters[app.look_at.pane] = text
    app.look(filter=text, top=0)
    app.show_progress("")


def contact_follow(app: McTui) -> None:
    """Follow the selected contact, or stop."""
    chosen = (app.pane.selected_contact() if app.pane else "") or app.look_at.followed
    followed = "" if chosen == app.look_at.followed else chosen
    app.look(followed=followed)
    app.notify(f"Following {followed}" if followed else "Following nobody", markup=False, timeout=2)


def contact_why(app: McTui) -> None:
    """Every decision about the contact, with the values that made it."""
    from mctui import reading

    key = (app.pane.selected_contact() if app.pane else "") or app.look_at.followed
    app.session.ask("record", lambda org: reading.why(org, key))


def record_copy(app: McTui) -> None:
    """Copy the row; a terminal without OSC 52 finds it in a file."""
    text = app.pane.copied() if app.pane else ""
    copy(app, text)


def copy(app: McTui, text: str) -> None:
    """To the clipboard, and to a file beside the state for terminals that have none."""
    app.copy_to_clipboard(text)
    target = app.paths.state / "copied.txt"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        app.notify(f"Copied to the clipboard only: {error}", severity="warning", markup=False)
    else:
        app.notify(f"Copied; also in {target}", markup=False, timeout=3)


def view_switch(app: McTui) -> None:
    """The next view of the pane."""
    if app.pane:
        app.pane.switch()


def view_back(app: McTui) -> None:
    """The view of the pane before."""
    if app.pane:
        app.pane.switch(-1)


def list_previous(app: McTui) -> None:
    """The one before in the pane's list."""
    if app.pane:
        app.pane.turn(-1)


def list_next(app: McTui) -> None:
    """The next one in the pane's list."""
    if app.pane:
        app.pane.turn(1)


async def record_modify(app: McTui) -> None:
    """Ask which field gets which value; of a data extension it is the one under the cursor."""
    if app.look_at.pane == PANES[1]:
        row_editing.modify(app)
    else:
        await ask(app, "modify", "field = value:")


# ---- the world


async def world_checkpoint(app: McTui) -> None:
    """Ask for a label."""
    k = app.shown.world.k if app.shown else 0
    await ask(app, "checkpoint", "keep a copy named:", f"step{k}")


def world_lesson(app: McTui) -> None:
    """Read the lesson."""
    from mctui import reading

    app.session.ask("lesson", reading.lesson)


def world_stop(app: McTui) -> None:
    """Stop what runs."""
    app.playing = False
    app.session.stop()


def world_restart(app: McTui) -> None:
    """Make the scenario's world anew, after a question."""
    from mctui.screens.confirm import ConfirmScreen

    text = "Make this world anew from its scenario?"
    app.push_screen(ConfirmScreen(text, "All steps of it are lost, also those that a person made."), app.restart)


# ---- the app


def focus_next(app: McTui) -> None:
    """The next part."""
    app.screen.focus_next()


def focus_previous(app: McTui) -> None:
    """The part before."""
    app.screen.focus_previous()


def zoom(app: McTui) -> None:
    """The pane alone, or everything."""
    app.zoomed = not app.zoomed
    app.screen.set_class(app.zoomed, "-zoomed")


def escape(app: McTui) -> None:
    """Leave one level: what runs, the query editor, the filter, a part of the pane, a chosen step, JSON, the zoom."""
    editor = editing.screen_of(app)
    if editor is not None and editor.stop():
        return
    if app.session.long or app.playing:
        world_stop(app)
        app.play()
    elif editor is not None:
        leave_editor(app)
    elif app.filters.get(app.look_at.pane):
        filter_by(app, "")
    elif app.look_at.pane == PANES[1] and app.look_at.part != PARTS[0]:
        app.look(part=PARTS[0], top=0)
    elif app.look_at.pane == PANES[0] and app.look_at.builder != BUILDER[0]:
        app.look(builder=BUILDER[0], top=0)
    elif app.look_at.at is not None:
        app.look(at=None)
    elif app.look_at.json:
        app.look(json=False)
    elif app.zoomed:
        zoom(app)


def leave_editor(app: McTui) -> None:
    """Back to the panes; what is written stays for the next time."""
    if editing.screen_of(app) is not None:
        app.pop_screen()


async def help(app: McTui) -> None:
    """Every key."""
    from mctui.screens.help import HelpScreen

    await app.push_screen(HelpScreen(app.actions, app.state()))


def palette(app: McTui) -> None:
    """Any action by name."""
    app.action_command_palette()


async def command(app: McTui) -> None:
    """The `:` line."""
    from mctui import commandline

    await ask(app, "command", ":", words=commandline.words(app))


def ascii(app: McTui) -> None:
    """ASCII only, or not."""
    from mctui import plain

    plain.switch(app, not app.ascii)
    app.notify("Drawn with ASCII only" if app.ascii else "Drawn with lines and signs", timeout=2)


def theme(app: McTui) -> None:
    """The next theme."""
    from mctui.app import THEMES

    at = THEMES.index(app.theme) if app.theme in THEMES else -1
    app.theme = THEMES[(at + 1) % len(THEMES)]
    app.notify(f"Theme {app.theme}", timeout=2)


def quit(app: McTui) -> None:
    """Leave."""
    app.exit()


# ---- the prompt


async def ask(app: McTui, purpose: str, label: str, value: str = "", words: list[str] | None = None) -> None:
    """Open the prompt."""
    for open_prompt in app.query(Prompt):
        await open_prompt.remove()
    app.before_prompt = app.focused
    prompt = Prompt(purpose, label, value, words or [], app.history.get(purpose, []))
    await app.screen.mount(prompt, before="#footer")
    app.screen.set_focus(prompt.query_one("#prompt-input"))


def go_to(app: McTui, value: str) -> None:
    """A step number, a duration from now, or a time."""
    if value.isdecimal():
        app.session.goto(app.live(), int(value))
    else:
        app.session.goto_time(app.live(), value)


def keep_copy(app: McTui, label: str) -> None:
    """A checkpoint of that name."""
    app.session.ask("checkpoint", lambda org: str(org.checkpoint(label)), "Copying the world")
