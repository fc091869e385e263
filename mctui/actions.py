"""The one registry of what a person can do in the app.

Footer, help, palette, the `:` line, remapping and the README's key table are all made from `ACTIONS`; what an action
does is the function of the same name in `doing.py` (dots become underscores). This module knows no Textual, so that
`mctui keys` starts fast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

PANES = ("contact_builder", "data_extensions", "journey_canvas", "sync_monitor", "findings")
PANE_KEYS = {**{pane: str(number) for number, pane in enumerate(PANES, 1)}, "findings": "9"}
PANE_TITLES = {
    "contact_builder": "Contact Builder",
    "data_extensions": "Data Extensions",
    "journey_canvas": "Journey canvas",
    "sync_monitor": "Sync monitor",
    "findings": "Findings",
}
EDITOR = "query_editor"  # no pane: a screen of its own over them
TITLES = {**PANE_TITLES, EDITOR: "Query editor"}


@dataclass(frozen=True)
class AppState:
    """What guards may ask: the app as it stands now. Reasons are whole sentences, empty when there is none."""

    ready: bool = False
    pane: str = PANES[0]
    k: int = 0
    back_off: str = ""  # why the world cannot go back
    forward_off: str = ""  # why it cannot go forward
    ahead: int = 0  # steps that were undone and can be done again
    busy: str = ""  # what runs now
    selected: str = ""  # contact key of the row under the cursor
    followed: str = ""
    record: bool = False  # the row under the cursor can be opened
    lesson: bool = False
    kind: str = ""  # what is under the cursor: contact, crm, de, row, activity
    status: str = ""  # of the journey version that shows: Draft, Running, Paused, Finishing, Stopped


Guard = Callable[[AppState], str]


def _ready(state: AppState) -> str:
    return "" if state.ready else "The world is still being made."


def _idle(state: AppState) -> str:
    return _ready(state) or (f"{state.busy} is running; esc stops it." if state.busy else "")


def _forward(state: AppState) -> str:
    return _ready(state) or state.forward_off


def _back(state: AppState) -> str:
    return _ready(state) or state.back_off


def _stepped(state: AppState) -> str:
    return _idle(state) or ("" if state.k else "No step has been made yet.")


def _ahead(state: AppState) -> str:
    return _idle(state) or ("" if state.ahead else "Nothing was undone: this is the latest step.")


def _followed(state: AppState) -> str:
    return _idle(state) or state.forward_off or ("" if state.followed else "No contact is followed; f follows one.")


def _contact(state: AppState) -> str:
    some = state.selected or state.followed
    return _ready(state) or ("" if some else "No contact is selected; choose one in Contact Builder (1).")


def _inject(state: AppState) -> str:
    return _idle(state) or ("The canvas shows no journey." if state.pane == PANES[2] and not state.status else "")


def _record(state: AppState) -> str:
    return _ready(state) or ("" if state.record else "Nothing is under the cursor.")


def _lesson(state: AppState) -> str:
    return _ready(state) or ("" if state.lesson else "This world has no lesson; the ready-made scenarios have one.")


def _modify(state: AppState) -> str:
    if state.pane == PANES[3]:
        return _idle(state) or ("" if state.kind == "crm" else "Choose a record first: tab to the list of records.")
    if state.pane == PANES[1]:
        return _row(state)
    return "CRM records are modified in the Sync monitor (4), rows in Data Extensions (2)."


def _row(state: AppState) -> str:
    return _in_data_extensions(state) or (
        "" if state.kind == "row" else "Choose a row first: tab goes to the rows, s shows them."
    )


def _in_pane(pane: str) -> Guard:
    def guarded(state: AppState) -> str:
        elsewhere = f"This is a key of {PANE_TITLES[pane]} ({PANE_KEYS[pane]})."
        return _idle(state) if state.pane == pane else elsewhere

    return guarded


_in_builder, _in_data_extensions, _begin = map(_in_pane, PANES[:3])


def _contact_here(state: AppState) -> str:
    some = state.kind == "contact" and state.record
    return _in_builder(state) or ("" if some else "Choose a contact first: s shows All Contacts.")


def _canvas(state: AppState) -> str:
    return _begin(state) or ("" if state.status else "There is no journey yet; B begins one.")


def _in_status(*statuses: str, fix: str) -> Guard:
    """For what can be done to versions of these statuses only."""

    def guarded(state: AppState) -> str:
        wrong = f"This version is {state.status.lower()}: {fix}"
        return _canvas(state) or ("" if state.status in statuses else wrong)

    return guarded


_draft = _in_status("Draft", fix="only a draft is edited and published; V makes one of it.")
_alive = _in_status("Running", "Paused", "Finishing", fix="there is nothing to stop.")


def _always(state: AppState) -> str:
    return ""


def _in_editor(state: AppState) -> str:
    return _ready(state) or ("" if state.pane == EDITOR else "This is a key of the query editor (Q).")


def _editing(state: AppState) -> str:
    return _in_editor(state) or _idle(state)


def _below(guard: Guard) -> Guard:
    """For what is done to the panes: the query editor lies over them."""

    def guarded(state: AppState) -> str:
        return "The query editor is open; esc leaves it." if state.pane == EDITOR else guard(state)

    return guarded


@dataclass(frozen=True)
class Action:
    """One thing that a person can do. `footer` ranks it in the footer (0: not there); `panes` limits where it shows."""

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    section: str
    guard: Guard = _idle
    footer: int = 0
    panes: tuple[str, ...] = PANES

    @property
    def function(self) -> str:
        """The name of its function in `doing.py`."""
        return self.id.replace(".", "_")

    @property
    def is_for_drafts(self) -> bool:
        """Whether it edits a draft; of other versions the footer does not speak of it."""
        return self.guard is _draft


def _panes() -> list[Action]:
    return [
        Action(f"pane.{pane}", (PANE_KEYS[pane],), PANE_TITLES[pane], f"Show {PANE_TITLES[pane]}", "Panes", _always)
        for pane in PANES
    ]


STEPPING = [
    Action("step.forward", ("n", "space"), "step", "One step forward", "Stepping", _forward, 1),
    Action("step.back", ("b", "u"), "back", "One step back; what a person did is undone too", "Stepping", _back, 2),
    Action("step.day", ("e",), "day", "Run to the end of the day (system time)", "Stepping", _forward, 4),
    Action("step.end", ("E",), "run to end", "Run to the end of the scenario", "Stepping", _forward),
    Action("step.follow", ("N",), "next event", "Run to the next event of the followed contact", "Stepping", _followed),
    Action("play.toggle", ("p",), "play", "Play and pause", "Stepping", _forward, 3),
    Action("play.faster", ("plus", "equals_sign"), "faster", "Play faster", "Stepping", _always),
    Action("play.slower", ("minus",), "slower", "Play slower", "Stepping", _always),
    Action("step.goto", ("g",), "go to", "Go to a step number or a time, back or forward", "Stepping", _idle, 5),
    Action("run.to", ("R",), "run to", "Run to an activity, a contact, a SQL condition, a finding, an error, a time",
           "Stepping", _forward),
    Action("step.diff", ("d",), "diff", "Every row that the step changed, before and after", "Stepping", _stepped),
    Action("step.latest", ("G",), "latest", "Forward again over all that was undone", "Stepping", _ahead),
    Action("breakpoint.list", (), "breakpoints", "The breakpoints of this world: enter clears one", "Stepping", _idle),
]  # fmt: skip
DATA = [
    Action("record.open", ("enter",), "open", "Open the row under the cursor", "Data", _record, 6),
    Action("filter", ("slash",), "filter", "Filter what is shown; esc clears", "Data", _ready, 8),
    Action("contact.follow", ("f",), "follow", "Follow the selected contact, or stop", "Data", _contact, 9),
    Action("contact.why", ("w",), "why", "Why: each decision about the contact, with its values", "Data",
           _contact, 7),
    Action("inject", ("I",), "inject",
           "Let something happen now: a response, a CRM update, an event, a form, a path, an outage", "Data", _inject),
    Action("sends.ways", ("A",), "triggered sends", "The four triggered sends side by side: who is mailed when", "Data",
           _ready),
    Action("sends.messages", ("W",), "messages", "Messages: whom each send reached, whom it left out, and by what",
           "Data", _ready),
    Action("mapping.show", ("M",), "model mapping", "From CRM objects to flat data extensions: the plan with its SQL",
           "Data", _ready),
    Action("record.copy", ("y",), "copy", "Copy the row under the cursor", "Data", _record),
    Action("view.switch", ("s",), "switch", "The pane's next view: Data Designer; rows to lineage; boxes, rails",
           "Data", _ready, 10, PANES[:4]),
    Action("query.edit", ("Q",), "query", "Write, check and run a SQL query", "Data", _ready, 11, (PANES[1],)),
    Action("view.back", ("S",), "view before", "The pane's view before", "Data", _ready, 0, PANES[:4]),
    Action("list.previous", ("left_square_bracket",), "previous", "The data extension, journey or object before",
           "Data", _ready),
    Action("list.next", ("right_square_bracket",), "next", "The next data extension, journey or object", "Data",
           _ready),
    Action("record.modify", ("m",), "modify", "Modify the CRM record, or the value under the cursor, as a step", "Data",
           _modify, 12, (PANES[1], PANES[3])),
    Action("row.add", ("a",), "add", "Add a row to the data extension, as a step", "Data", _in_data_extensions, 13,
           (PANES[1],)),
    Action("row.delete", ("x", "delete"), "delete", "Delete the row under the cursor, as a step; b brings it back",
           "Data", _row, 14, (PANES[1],)),
    Action("contact.delete", ("x", "delete"), "delete", "Delete the contact under the cursor: the plan comes first",
           "Data", _contact_here, 14, (PANES[0],)),
    Action("contacts.delete", ("X",), "delete many",
           "Delete contacts of the filter, a data extension or the list: the plan first", "Data", _in_builder, 0,
           (PANES[0],)),
    Action("deletions.show", (), "deletions", "Contact deletions: their phases, what they reached", "Data", _ready),
    Action("keys.audit", ("K",), "keys", "The kinds of Contact Keys, what breaks for each, and their migration", "Data",
           _ready, 11, (PANES[0],)),
    Action("row.order", ("o",), "order", "Order by the column under the cursor: up, down, as they came", "Data",
           _row, 11, (PANES[1],)),
]  # fmt: skip
DATA = [replace(action, guard=_below(action.guard)) for action in DATA]
_CANVAS = (PANES[2],)
JOURNEY = [
    Action("activity.add", ("a",), "add", "Add an activity behind the one under the cursor", "Journey", _draft, 2,
           _CANVAS),
    Action("activity.configure", ("m",), "modify", "Configure the activity under the cursor, setting by setting",
           "Journey", _draft, 2, _CANVAS),
    Action("activity.criteria", ("i",), "criteria", "Write the criteria of a path of a decision split", "Journey",
           _draft, 0, _CANVAS),
    Action("activity.connect", ("t",), "lead to", "Let a path lead to another activity: join it, or skip some",
           "Journey", _draft, 2, _CANVAS),
    Action("activity.rename", ("r",), "rename", "Rename the activity under the cursor", "Journey", _draft, 0, _CANVAS),
    Action("activity.delete", ("x", "delete"), "delete", "Delete the activity under the cursor; b brings it back",
           "Journey", _draft, 2, _CANVAS),
    Action("path.add", ("o",), "add path", "Give the split under the cursor another path", "Journey", _draft, 0,
           _CANVAS),
    Action("path.delete", ("O",), "delete path", "Take a path of the split under the cursor away", "Journey", _draft, 0,
           _CANVAS),
    Action("breakpoint.toggle", ("asterisk",), "breakpoint", "Stop runs before the activity under the cursor, or not",
           "Journey", _canvas, 0, _CANVAS),
    Action("journey.force", ("D",), "force a path", "Choose the path of a contact at the split under the cursor",
           "Journey", _canvas, 0, _CANVAS),
    Action("journey.findings", ("F",), "findings", "Validation: errors and warnings; enter jumps to the activity",
           "Journey", _canvas, 7, _CANVAS),
    Action("journey.publish", ("P",), "publish", "Publish the draft, or list why it cannot be", "Journey",
           _draft, 2, _CANVAS),
    Action("journey.versions", ("v",), "versions", "The versions: choose which one shows", "Journey", _canvas, 10,
           _CANVAS),
    Action("journey.draft", ("V",), "new version", "A draft of the version that shows, to be edited", "Journey",
           _in_status("Running", "Paused", "Finishing", "Stopped", fix="it can be edited as it is."), 0, _CANVAS),
    Action("journey.json", ("J",), "JSON", "The JSON of what is under the cursor in the inspector; enter: all of it",
           "Journey", _canvas, 0, _CANVAS),
    Action("journey.pause", ("H",), "pause", "Pause the running version, or resume the paused one", "Journey",
           _in_status("Running", "Paused", fix="only one that runs is paused."), 0, _CANVAS),
    Action("journey.stop", ("X",), "stop", "Stop the version that shows; everyone inside is ejected", "Journey", _alive,
           0, _CANVAS),
    Action("journey.finish", (), "finish", "Let nobody in any more; those inside finish", "Journey",
           _in_status("Running", fix="only one that runs can finish."), 0, _CANVAS),
    Action("journey.new", ("B",), "begin", "Begin a journey with a sendable data extension", "Journey", _begin, 0,
           _CANVAS),
]  # fmt: skip
QUERY = [
    Action("query.run", ("ctrl+r",), "run", "Run the query and see its rows; nothing is written", "Query editor",
           _editing, 1, (EDITOR,)),
    Action("query.dry", ("ctrl+t",), "dry run", "What a run into the target would change, row by row",
           "Query editor", _editing, 2, (EDITOR,)),
    Action("query.into", ("ctrl+g",), "into", "Run it into the target, as a step", "Query editor", _editing, 3,
           (EDITOR,)),
    Action("query.complete", ("ctrl+@", "ctrl+space"), "complete", "What can be written at the cursor", "Query editor",
           _in_editor, 9, (EDITOR,)),
    Action("query.save", ("ctrl+s",), "save", "Save it as a query activity", "Query editor", _editing, 5, (EDITOR,)),
    Action("query.open", ("ctrl+o",), "open", "Open a saved query activity, or begin a new query", "Query editor",
           _in_editor, 4, (EDITOR,)),
    Action("query.target", ("ctrl+b",), "target", "Choose the data extension to write to", "Query editor", _in_editor,
           6, (EDITOR,)),
    Action("query.action", ("ctrl+n",), "action", "The next action: Append, Update, Overwrite", "Query editor",
           _in_editor, 7, (EDITOR,)),
    Action("query.history", ("ctrl+l",), "history", "The runs that were: rows in and out, and why one failed",
           "Query editor", _in_editor, 8, (EDITOR,)),
]  # fmt: skip
WORLD = [
    Action("world.checkpoint", ("c",), "checkpoint", "Keep a copy of this world beside it", "World", _idle),
    Action("world.compare", ("C",), "compare", "How this world differs from a checkpoint or fork",
           "World", _idle),
    Action("world.open", (), "open a world", "Open a checkpoint or another world of this folder", "World", _idle),
    Action("world.lesson", ("L",), "lesson", "Read the lesson of this scenario", "World", _lesson, 12),
    Action("world.restart", (), "start again", "Make the world of this scenario anew", "World", _idle),
    Action("connection.break", (), "break connection", "Break the connection between CRM and Marketing Cloud", "World",
           _idle),
    Action("connection.mend", (), "mend connection", "Mend the connection between CRM and Marketing Cloud", "World",
           _idle),
    Action("world.stop", (), "stop", "Stop what runs now; the step in progress is rolled back", "World", _always),
]  # fmt: skip
APP = [
    Action("focus.next", ("tab",), "next part", "Focus the next part of the screen", "App", _always),
    Action("focus.previous", ("shift+tab",), "part before", "Focus the part before", "App", _always),
    Action("jump.mode", ("apostrophe",), "jump", "Letters on panes, parts, keys; a letter goes there", "App", _always),
    Action("zoom", ("z",), "zoom", "The pane alone on the screen, and back", "App", _always, 13),
    Action("escape", ("escape",), "leave", "Stop what runs, clear the filter, leave one level", "App", _always, 10,
           (EDITOR,)),
    Action("help", ("question_mark",), "help", "Every key, searchable", "App", _always, 14),
    Action("palette", ("ctrl+p",), "palette", "Find any action by name", "App", _always),
    Action("command", ("colon",), "command", "Give a command by name, with completion", "App", _always, 15),
    Action("ascii", (), "ASCII", "Draw with ASCII only, or with lines and signs again", "App", _always),
    Action("theme", ("T",), "theme", "The next theme", "App", _always),
    Action("quit", ("q",), "quit", "Leave; the world stays where it is", "App", _always, 16),
]  # fmt: skip
ACTIONS: tuple[Action, ...] = (*STEPPING, *_panes(), *DATA, *JOURNEY, *QUERY, *WORLD, *APP)


def by_id(actions: tuple[Action, ...] = ACTIONS) -> dict[str, Action]:
    """The actions by id."""
    return {action.id: action for action in actions}
