"""Who hears what a person typed in the prompt, and who hears the answers of the session to questions of the UI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TYPE_CHECKING

from mctui import comparing, deleting, doing, drafting, editing, injecting, mapping, row_editing, stopping
from mctui.actions import EDITOR
from mctui.views import Answer, Detail

if TYPE_CHECKING:
    from mctui.app import McTui

Typed = Callable[["McTui", str], Awaitable[None] | None]
Answered = Callable[["McTui", Answer], Awaitable[None] | None]


async def _command(app: McTui, text: str) -> None:
    from mctui import commandline

    await commandline.run(app, text)


_TYPED: dict[str, Typed] = {
    "goto": doing.go_to, "checkpoint": doing.keep_copy, "cell": row_editing.changed, "journey": drafting.prompted,
    "query name": editing.save_as, "run to": stopping.typed, "inject": injecting.prompted,
    "modify": row_editing.modify_record, "command": _command,
}  # fmt: skip
_ANSWERED: dict[str, Answered] = {
    "row": row_editing.answered, "journey": drafting.answered, "mapping": mapping.answered,
    "deleting": deleting.answered, "run": stopping.answered, "inject": injecting.answered,
    "compare": comparing.answered,
}  # fmt: skip


async def prompted(app: McTui, purpose: str, value: str) -> None:
    """What was typed in the prompt; nothing typed is something for a filter and for a value only."""
    value = value.strip()
    past = app.history.setdefault(purpose, [])
    if value and value not in past[-1:]:
        past.append(value)
    if purpose == "filter":
        doing.filter_by(app, value)
    elif value or purpose == "cell":
        found = _TYPED.get(purpose) or _TYPED[purpose.partition(" ")[0]]
        done = found(app, value)
        if isawaitable(done):
            await done


async def answered(app: McTui, answer: Answer) -> None:
    """A question has its answer."""
    if answer.tag == "record" and isinstance(answer.value, Detail):
        from mctui.screens.record import RecordScreen

        await app.push_screen(RecordScreen(answer.value))
    elif answer.tag == "lesson":
        from mctui.screens.lesson import LessonScreen

        await app.push_screen(LessonScreen(str(answer.value)))
    elif answer.tag == "checkpoint":
        app.notify(f"Kept in {answer.value}", markup=False)
    elif answer.tag.partition("/")[0] in _ANSWERED:
        done = _ANSWERED[answer.tag.partition("/")[0]](app, answer)
        if isawaitable(done):
            await done
    elif answer.tag.startswith("editor/"):
        app.get_screen(EDITOR).take(answer.tag.partition("/")[2], answer.value)  # type: ignore[attr-defined]
    elif answer.tag.startswith("page/"):
        for table in app.query(f"#{answer.tag.split('/')[1]}"):
            table.take(answer.value)  # type: ignore[attr-defined]
