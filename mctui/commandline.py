"""The `:` line: every action by its id or label, and commands that take a word."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from mctui import deleting, doing, editing, mapping, stopping
from mctui.actions import PANE_TITLES, by_id

if TYPE_CHECKING:
    from mctui.app import McTui

Command = Callable[["McTui", str], Awaitable[None] | None]


def _goto(app: McTui, word: str) -> None:
    doing.go_to(app, word)


def _follow(app: McTui, word: str) -> None:
    app.look(followed=word)


def _theme(app: McTui, word: str) -> None:
    if word in app.available_themes:
        app.theme = word
    else:
        app.notify(f"There are: {', '.join(sorted(app.available_themes))}", title=f"No theme '{word}'", markup=False)


def _sql(app: McTui, word: str) -> None:
    editing.query_edit(app)
    app.call_later(editing.run_text, app, word)


def _soql(app: McTui, word: str) -> None:
    from mctui.reading import soql

    app.session.ask("record", lambda org: soql.answer(org, word), "Asking the CRM")


def _open(app: McTui, word: str) -> None:
    doing.open_record(app, "contact", word)


def _do(app: McTui, word: str) -> None:
    """`do crm.update {"object": "Contact", ...}`: any command of the simulation, as a step."""
    name, _, text = word.partition(" ")
    try:
        arguments: dict[str, Any] = json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as error:
        app.notify(f"The arguments are no JSON object: {error}", severity="error", markup=False)
        return
    app.session.do(app.live(), name, **arguments)


# name -> (function, what it wants)
WITH_WORD: dict[str, tuple[Command, str]] = {
    "goto": (_goto, "a step, a time or a duration"),
    "follow": (_follow, "a contact key"),
    "contact": (_open, "a contact key"),
    "theme": (_theme, "a theme"),
    "run-to": (stopping.typed, "an activity, a contact, a query, a time: run-to activity Welcome mail"),
    "sql": (_sql, "a SELECT"),
    "soql": (_soql, "a SELECT over the CRM"),
    "checkpoint": (doing.keep_copy, "a name"),
    "mapping": (mapping.plan, "an object of the CRM, and then others: mapping Contact Account,Opportunity:child"),
    "delete-contacts": (deleting.by_keys, "Contact Keys: delete-contacts KEY, KEY"),
    "migrate-keys": (deleting.migration, "a mapping: migrate-keys DE, or DE.OldField.NewField"),
    "do": (_do, "a command and its arguments as JSON"),
}
SHORT = {"w": "contact.why", "h": "help", "restart": "world.restart", "stop": "world.stop",
         "breakpoints": "breakpoint.list"}  # fmt: skip


def words(app: McTui) -> list[str]:
    """What can be completed."""
    panes = {title.split()[0].lower() for title in PANE_TITLES.values()}
    return sorted({*WITH_WORD, *by_id(app.actions), *SHORT, *panes, *(f"theme {t}" for t in app.available_themes)})


async def run(app: McTui, text: str) -> None:
    """Do what was typed, or say what would have been understood."""
    name, _, word = text.strip().partition(" ")
    actions = by_id(app.actions)
    panes = {title.split()[0].lower(): f"pane.{pane}" for pane, title in PANE_TITLES.items()}
    labels = {action.label: action.id for action in app.actions}
    chosen = SHORT.get(name, panes.get(name, labels.get(text.strip(), name)))
    if name in WITH_WORD and word.strip():
        WITH_WORD[name][0](app, word.strip())
    elif name in WITH_WORD and name not in labels:
        app.notify(f"{name} wants {WITH_WORD[name][1]}.", severity="warning", markup=False)
    elif chosen in actions:
        await app.action_do(chosen)
    elif name.isdecimal():
        doing.go_to(app, name)
    else:
        near = get_close_matches(name, words(app), n=1)
        hint = f"Did you mean {near[0]}?" if near else "? lists every action."
        app.notify(hint, title=f"There is no command '{name}'.", severity="warning", markup=False)
