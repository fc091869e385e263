"""What the session's thread tells the app, as Textual messages. Past tense: each says what has happened."""

from __future__ import annotations

from textual.message import Message

from mctui import views


class Shown(Message):
    """A reading is here."""

    def __init__(self, shown: views.Shown) -> None:
        super().__init__()
        self.shown = shown


class Failed(Message):
    """Something went wrong, or was stopped."""

    def __init__(self, problem: views.Problem) -> None:
        super().__init__()
        self.problem = problem


class Progressed(Message):
    """A long job is still going on."""

    def __init__(self, progress: views.Progress) -> None:
        super().__init__()
        self.progress = progress


class Answered(Message):
    """A question has its answer."""

    def __init__(self, answer: views.Answer) -> None:
        super().__init__()
        self.answer = answer


def wrap(result: views.Result) -> Message:
    """The message for a result of the session."""
    if isinstance(result, views.Shown):
        return Shown(result)
    if isinstance(result, views.Problem):
        return Failed(result)
    if isinstance(result, views.Progress):
        return Progressed(result)
    return Answered(result)


class Looked(Message):
    """Something else is looked at, by the person or because rows came and went: the fields of `Focus` that changed."""

    def __init__(self, *, by_person: bool = True, **changes: object) -> None:
        super().__init__()
        self.by_person, self.changes = by_person, changes


class Opened(Message):
    """The person wants a record whole: `kind` is contact, crm, row, activity or step, `key` names it."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__()
        self.kind, self.key = kind, key
