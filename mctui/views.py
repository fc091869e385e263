"""What panes are given: frozen pictures of the world, made on the session's thread. No widget sees SQLite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mctui.canvas.draw import CanvasState
from mctui.canvas.graph import Edge, Node

BUILDER = ("contacts", "designer")  # what the Contact Builder pane shows
PARTS = ("rows", "schema", "history", "lineage")  # what the Data Extensions pane shows of one


@dataclass(frozen=True)
class Focus:
    """What the person looks at; it decides what is read after a step."""

    pane: str = "contact_builder"
    contact: str = ""  # contact key under the cursor
    builder: str = "contacts"  # what Contact Builder shows: one of BUILDER
    attribute_set: str = ""  # kind and key of the line of Data Designer under the cursor
    followed: str = ""
    de: str = ""  # name of the data extension
    journey: str = ""  # key
    activity: str = ""  # key
    breakpoints: frozenset[tuple[str, str]] = frozenset()  # keys of journey and activity before which runs stop
    version: int = 0  # of the journey; 0: the one that lets contacts in
    json: bool = False  # the inspector shows the JSON of the activity
    object: str = ""  # API name of the CRM object
    record: str = ""  # id of the CRM record
    finding: str = ""  # code
    filter: str = ""
    top: int = 0  # the first row of the page of the pane's big table that is in sight
    part: str = "rows"  # of the data extension: one of PARTS
    field: str = ""  # its field under the cursor
    order: str = ""  # the field its rows are in the order of; empty: as they came
    descending: bool = False
    at: int | None = None  # a step chosen on the timeline; None: the last one


@dataclass(frozen=True)
class Mark:
    """One step on the timeline. `kind` is the agenda kind, or the command when `person`."""

    k: int
    kind: str
    title: str
    at: int
    person: bool = False


@dataclass(frozen=True)
class WorldView:
    """The status line and the timeline."""

    name: str = ""
    title: str = ""
    file: str = ""
    k: int = 0
    last: int = 0  # k plus what was undone and can be done again
    now: int = 0
    utc: str = ""
    system: str = ""
    billed: int = 0
    next_title: str = ""
    next_at: int | None = None
    next_in: str = ""
    marks: tuple[Mark, ...] = ()
    back_off: str = ""
    forward_off: str = ""
    lesson: bool = False
    trouble: str = ""  # what is broken now


@dataclass(frozen=True)
class Change:
    """One value before and after a step; an empty side means that it was not there."""

    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class StepView:
    """One step: what it was and what it changed."""

    k: int
    title: str
    kind: str
    at: int
    utc: str
    system: str
    person: bool = False
    subject: str = ""
    counts: tuple[tuple[str, int], ...] = ()
    about: str = ""  # the record that `changes` are of
    changes: tuple[Change, ...] = ()
    more: int = 0  # changes that are not listed


@dataclass(frozen=True)
class Section:
    """Rows of (label, value) or (label, value, note) under a title, as the inspector shows them."""

    title: str
    rows: tuple[tuple[str, object] | tuple[str, object, str], ...]


@dataclass(frozen=True)
class Detail:
    """What the inspector or a record screen shows."""

    title: str = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a big table. Without a `width` it is measured on the rows in sight."""

    name: str
    label: str = ""
    width: int | None = None
    right: bool = False


@dataclass(frozen=True)
class Query:
    """What a big table shows: a kind of list and its arguments; `reading.page` knows how to fetch its rows."""

    kind: str
    args: tuple[str, ...] = ()
    filter: str = ""


@dataclass(frozen=True)
class Table:
    """A big table: what it shows, its columns, how many rows, and one page of them, read in the same moment."""

    query: Query = Query("")
    columns: tuple[Column, ...] = ()
    count: int = 0
    total: int = 0  # without the filter
    offset: int = 0
    rows: tuple[tuple[object, ...], ...] = ()


@dataclass(frozen=True)
class ContactsView:
    """Contact Builder: All Contacts and what is billed, or Data Designer, whose rows end with what they are of."""

    table: Table = Table()
    contacts: int = 0
    billed: int = 0
    limit: int = 0
    by_status: tuple[tuple[str, int], ...] = ()
    part: str = "contacts"
    caption: str = ""


@dataclass(frozen=True)
class Leaf:
    """A data extension in the folder tree. `folders` are those above it, behind the name of a child business unit."""

    folders: tuple[str, ...]
    title: str
    name: str  # its path: what other views call it by
    rows: int


@dataclass(frozen=True)
class Picture:
    """A lineage as the canvas draws it, and the node that it is about."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    state: CanvasState = CanvasState()
    about: str = ""


@dataclass(frozen=True)
class DataExtensionsView:
    """Data Extensions: the tree, and one part of the chosen one. A row ends with its identity; no column shows it."""

    leaves: tuple[Leaf, ...] = ()
    name: str = ""
    caption: str = ""
    table: Table = Table()
    part: str = "rows"
    order: str = ""
    descending: bool = False
    field: str = ""
    picture: Picture | None = None


@dataclass(frozen=True)
class Choice:
    """One thing that a person can choose from a list: its key and what the list shows of it."""

    key: str
    cells: tuple[object, ...]


@dataclass(frozen=True)
class JourneyView:
    """A journey version: its graph (for the canvas) and what is going on in it."""

    key: str = ""
    name: str = ""
    caption: str = ""
    keys: tuple[str, ...] = ()  # of all journeys, in order
    version: int = 0
    status: str = ""  # Draft, Running, Paused, Finishing, Stopped
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    state: CanvasState = CanvasState()


@dataclass(frozen=True)
class SyncView:
    """Sync monitor: the synchronized objects, and of one of them the rows that are stale and the CRM's records."""

    objects: Table = Table()
    object: str = ""
    stale: Table = Table()
    records: Table = Table()
    broken: str = ""  # since when and why the connection is broken


@dataclass(frozen=True)
class FindingsView:
    """Findings: the list, and the evidence of the chosen one; which of its columns has Contact Keys."""

    findings: Table = Table()
    errors: int = 0
    code: str = ""
    evidence: Table = Table()
    contact_column: int | None = None


@dataclass(frozen=True)
class Target:
    """Where a letter of jump mode goes: an action, or `#N` for the part of that number; and where it stands."""

    to: str
    x: int
    y: int


@dataclass(frozen=True)
class Mapped:
    """The plan of a mapping: its text, the arguments that make it, whether something is to be synchronized first."""

    detail: Detail
    arguments: dict[str, Any]
    is_missing: bool = False


@dataclass(frozen=True)
class Planned:
    """What cannot be undone in the product: the plan, the command, the question and the word that answers it.

    `also` are the arguments of a second way to do it. `why_not`: it cannot be done now.
    """

    detail: Detail
    command: str
    arguments: dict[str, Any]
    question: str
    word: str
    warning: str
    also: dict[str, Any] | None = None
    also_said: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class KeyAudit:
    """The kinds of Contact Keys, and whether they can still be migrated."""

    detail: Detail
    can_migrate: bool


@dataclass(frozen=True)
class Shown:
    """One reading: the world, the visible pane's view, the last step and the detail beside it."""

    focus: Focus
    world: WorldView
    view: object = None
    step: StepView | None = None
    detail: Detail | None = None
    moved: bool = False  # the world moved since the reading before


@dataclass(frozen=True)
class Problem:
    """An error said to a person."""

    message: str
    cause: str = ""
    fix: str = ""
    where: str = ""
    fatal: bool = False  # there is no world to show
    unexpected: bool = False
    stopped: bool = False  # a person stopped it

    @property
    def text(self) -> str:
        """All of it, for copying."""
        head = f"{self.where}: {self.message}" if self.where else self.message
        rest = [f"Why: {self.cause}"] if self.cause else []
        return "\n".join([head, *rest, *([f"What to do: {self.fix}"] if self.fix else [])])


@dataclass(frozen=True)
class Progress:
    """A long job as it goes on: what, and how far."""

    name: str
    text: str = ""


@dataclass(frozen=True)
class Answer:
    """The reply to a question of the UI, by the tag it asked under."""

    tag: str
    value: object


Result = Shown | Problem | Progress | Answer
