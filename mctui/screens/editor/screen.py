"""The query editor over the panes. It holds what is written and shows what the session answers; every rule is below.

The text is checked a moment after the last change and completed at once, both on the session's thread. An answer to an
older text is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.widgets import TextArea

from mctui.actions import EDITOR
from mctui.panes.caption import Caption
from mctui.reading.query_editor import Checked, Draft, Result
from mctui.screens.editor.suggestions import Suggestions
from mctui.screens.editor.text import QueryText
from mctui.screens.editor.verdict import Verdict
from mctui.shell import Footer, MainScreen, TooSmall
from mctui.views import Choice
from mctui.widgets.paging import Row, TableColumn
from mctui.widgets.table import BigTable
from store.query import Completion

if TYPE_CHECKING:
    from mctui.app import McTui
    from store import Org

ACTIONS = ("Append", "Update", "Overwrite")


class Given:
    """The rows of a result as the source of a table."""

    def __init__(self, result: Result) -> None:
        self.columns = tuple(
            TableColumn(c.name, c.label or c.name or " ", c.width, "right" if c.right else "left")
            for c in result.columns
        )
        self.rows = result.rows

    def count(self) -> int:
        """How many rows."""
        return len(self.rows)

    def page(self, offset: int, limit: int) -> list[Row]:
        """Some of them."""
        return list(self.rows[offset : offset + limit])


class EditorScreen(MainScreen):
    """One draft at a time; it stays when the editor is left and comes back with the next `Q`."""

    CSS = """
    EditorScreen { layers: base popup; }
    #query-text { height: 1fr; border: none; padding: 0; }
    #query-results { height: 1fr; border-top: none; }
    EditorScreen.-tall #query-results { height: 2fr; }
    EditorScreen.-tall #query-text { height: 3fr; }
    """
    pane_name = EDITOR
    PAUSE: ClassVar[float] = 0.15  # seconds after the last change until the text is checked
    clock: ClassVar[Callable[[], float]] = time.perf_counter

    def __init__(self) -> None:
        super().__init__(id=EDITOR)
        self.saved = Draft()
        self.settings = Draft()  # target, action, key and name; the text is the widget's
        self.running = ""
        self.result: Result | None = None
        self.checked: Checked | None = None
        self._completions = 0  # the number of the last question for suggestions

    def compose(self) -> ComposeResult:
        """Title, text, verdict, result."""
        yield TooSmall()
        yield Caption(id="query-title")
        yield QueryText(id="query-text")
        yield Verdict(id="query-verdict")
        yield Caption(id="query-caption")
        yield BigTable(empty="ctrl+r runs the query and shows its rows", id="query-results")
        yield Suggestions()
        footer = Footer()
        footer.actions = self.host.actions
        yield footer

    # ---- parts

    @property
    def host(self) -> McTui:
        """The app."""
        return cast("McTui", self.app)

    @property
    def text(self) -> QueryText:
        """The text."""
        return self.query_one(QueryText)

    @property
    def suggestions(self) -> Suggestions:
        """The list under the cursor."""
        return self.query_one(Suggestions)

    @property
    def results(self) -> BigTable:
        """The table below."""
        return self.query_one("#query-results", BigTable)

    @property
    def draft(self) -> Draft:
        """What is written now."""
        return replace(self.settings, text=self.text.text)

    @property
    def is_saved(self) -> bool:
        """Whether the draft is the saved activity as it was opened."""
        return bool(self.settings.key) and self.draft == self.saved

    # ---- coming and going

    def on_mount(self) -> None:
        """The first picture."""
        self._title()
        self.check()

    def on_screen_resume(self) -> None:
        """Type at once; definitions may have changed meanwhile."""
        if self.focused is None:
            self.text.focus()
        self.check()
        self.query_one(Footer).show(self.host.state())

    def load(self, draft: Draft) -> None:
        """Another query; ctrl+z brings back the text that was there."""
        self.saved = self.settings = draft
        self.text.replace(draft.text, (0, 0), self.text.document.end)
        self.text.move_cursor((0, 0))
        self.text.focus()
        self._title()
        self.check()

    def set(self, **changes: str) -> None:
        """Another target or action."""
        self.settings = replace(self.settings, **changes)
        self._title()
        self.check()

    def _title(self) -> None:
        draft = self.settings
        name = draft.name or draft.key or "New query"
        into = f"{draft.action} into {draft.target}" if draft.target else "no target yet: ctrl+b"
        self.query_one("#query-title", Caption).show(f"▌{name}▐", into + (" · changed" if self._changed() else ""))

    def _changed(self) -> bool:
        return self.draft != self.saved and bool(self.text.text.strip())

    # ---- check

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """The check follows when nothing more is typed."""
        event.stop()
        self._title()
        self.text.show_complaint(None)
        if self.PAUSE:
            draft = self.draft
            self.set_timer(self.PAUSE, lambda: self.check() if self.draft == draft else None)
        else:
            self.check()

    def check(self) -> None:
        """Ask what the syntax check says."""
        from mctui.reading import query_editor

        draft = self.draft
        self.host.session.ask("editor/checked", lambda org: query_editor.check(org, draft), "Checking")

    def take_checked(self, checked: Checked) -> None:
        """The verdict, if it is still about this text."""
        if checked.draft == self.draft:
            self.checked = checked
            self._show_verdict()

    def _show_verdict(self) -> None:
        """The complaint of the check; of a text that is right, that of the run that failed."""
        checked, result = self.checked, self.result
        if checked is None:
            return
        said = checked.complaint or (result.complaint if result is not None and result.failed else None)
        self.text.show_complaint(said)
        self.query_one(Verdict).show(checked, said)

    # ---- completion

    def on_query_text_typed(self, event: QueryText.Typed) -> None:
        """A character more or less."""
        self.complete(asked=False)

    def complete(self, *, asked: bool = True) -> None:
        """Ask what can be written here; `asked`: the person wants to see it even where no word is begun."""
        from mctui.reading import query_editor

        self._completions += 1
        number, draft, offset = self._completions, self.draft, self.text.offset_in_text

        def question(org: Org) -> tuple[int, bool, Completion]:
            if number != self._completions:
                return number, asked, Completion(0, 0)
            return number, asked, query_editor.complete(org, draft, offset)

        self.host.session.ask("editor/completed", question, "Completing")

    def take_completed(self, answer: tuple[int, bool, Completion]) -> None:
        """Suggestions, if the cursor is still there."""
        number, asked, completion = answer
        if number != self._completions:
            return
        if completion.suggestions and (asked or completion.asked):
            self.suggestions.open(completion, self.text.cursor_screen_offset, self.size)
        else:
            self.suggestions.close()
        self.text.list_open = self.suggestions.is_open

    def on_query_text_list_key(self, event: QueryText.ListKey) -> None:
        """A key for the list."""
        if event.what in ("up", "down"):
            self.suggestions.move(1 if event.what == "down" else -1)
            return
        if event.what == "take":
            self._take_suggestion()
        self.close_list()

    def on_suggestions_taken(self, event: Suggestions.Taken) -> None:
        """A click on one."""
        self._take_suggestion()
        self.close_list()

    def _take_suggestion(self) -> None:
        found = self.suggestions.completion
        self.text.take(found.start, found.end, self.suggestions.suggestion.text)

    def close_list(self) -> None:
        """No suggestions any more, also none that are on their way."""
        self._completions += 1
        self.suggestions.close()
        self.text.list_open = False

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """The cursor left the word: its suggestions are of no use there."""
        found = self.suggestions.completion
        if self.suggestions.is_open and not found.start <= self.text.offset_in_text <= found.end + 1:
            self.close_list()

    # ---- runs

    def ask(self, what: str, question: Callable[[Org, Draft, Callable[[], float]], Result]) -> None:
        """Run something of the draft on the session's thread; esc stops it."""
        draft, clock = self.draft, type(self).clock
        self.begin(what)
        self.host.session.ask("editor/result", lambda org: question(org, draft, clock), what)

    def begin(self, what: str) -> None:
        """Something runs from here on."""
        self.close_list()
        self.running = what
        self.query_one("#query-caption", Caption).show(f"{what} …", "esc stops")

    def stop(self) -> bool:
        """Stop what runs; False when nothing does."""
        if not self.running or not self.host.session.pending:
            self.running = ""
            return False
        self.host.session.stop()
        return True

    def take_result(self, result: Result) -> None:
        """What a run, a dry run or the history gave."""
        self.running, self.result = "", result
        self.query_one("#query-caption", Caption).show(result.title, result.about, bad=result.failed)
        self.results.attach(Given(result))
        self._show_verdict()

    def take_done(self, done: tuple[Draft, Result]) -> None:
        """A step was made or refused: a save makes the draft the saved one, a run shows its history."""
        draft, result = done
        self.take_result(result)
        if not result.failed and draft.key:
            self.saved = self.settings = replace(draft, text=draft.text)
            self._title()

    def take_opened(self, draft: Draft) -> None:
        """A saved activity is here."""
        self.load(draft)

    def take_choices(self, answer: tuple[str, tuple[Choice, ...]]) -> None:
        """Something to choose from: an activity to open, or a target."""
        from mctui.screens.choose import ChooseScreen

        what, choices = answer
        if what == "open":
            screen = ChooseScreen("Open a query activity", ("Query", "Action", "Target"), choices, "None saved yet")
            self.app.push_screen(screen, self._opened)
        else:
            screen = ChooseScreen("Run into", ("Data Extension", "Rows"), choices, "No data extension to write to yet")
            self.app.push_screen(screen, self._targeted)

    def _opened(self, key: str | None) -> None:
        from mctui.reading import query_editor

        if key == "*":
            self.load(Draft())
        elif key:
            self.host.session.ask("editor/opened", lambda org: query_editor.opened(org, key))

    def _targeted(self, key: str | None) -> None:
        if key:
            self.set(target=key)

    def take(self, what: str, value: Any) -> None:
        """An answer of the session to one of the questions above."""
        getattr(self, f"take_{what}")(value)
