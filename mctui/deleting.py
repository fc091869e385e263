"""Contact deletion and key migration from Contact Builder: the plan is read, then confirmed by a word, then a step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mctui.views import Answer, KeyAudit, Planned

if TYPE_CHECKING:
    from mctui.app import McTui


def contact_delete(app: McTui) -> None:
    """The plan of deleting the contact under the cursor."""
    key = app.pane.selected_contact() if app.pane else ""
    ask(app, {"contact_keys": [key]})


def contacts_delete(app: McTui) -> None:
    """Ask whom: what the filter finds, a data extension, the list."""
    from mctui.reading import contact_deletion

    text = app.filters.get(app.look_at.pane, "")
    app.session.ask("deleting/whom", lambda org: contact_deletion.whom(org, text), "Counting")


def by_keys(app: McTui, words: str) -> None:
    """`delete-contacts KEY, KEY`: the plan of deleting these."""
    ask(app, {"contact_keys": [key.strip() for key in words.split(",") if key.strip()]})


def ask(app: McTui, arguments: dict[str, Any]) -> None:
    """Ask for the plan of a deletion."""
    from mctui.reading import contact_deletion

    app.session.ask("deleting/plan", lambda org: contact_deletion.planned(org, arguments), "Counting what it reaches")


def deletions_show(app: McTui) -> None:
    """The deletions that were asked for, and how far they are."""
    from mctui.reading import contact_deletion

    app.session.ask("record", contact_deletion.operations)


def keys_audit(app: McTui) -> None:
    """Ask for the kinds of Contact Keys."""
    from mctui.reading import contact_keys

    app.session.ask("deleting/audit", contact_keys.audit, "Looking at the keys")


def migration(app: McTui, words: str) -> None:
    """`migrate-keys DE` or `migrate-keys DE.OldField.NewField`: the plan."""
    from mctui.reading import contact_keys

    app.session.ask("deleting/plan", lambda org: contact_keys.planned(org, words), "Counting what it meets")


def answered(app: McTui, answer: Answer) -> None:
    """The keys, whom or by what to choose, or the plan."""
    value = answer.value
    if isinstance(value, KeyAudit):
        _show_audit(app, value)
    elif isinstance(value, Planned):
        _show_plan(app, value)
    else:
        assert isinstance(value, tuple)
        from mctui.screens.choose import ChooseScreen

        if answer.tag == "deleting/whom":
            columns, title, empty = ("contacts of", "rows", "by"), "Delete the contacts of", "Nobody is there to delete"
        else:
            columns, title = ("data extension", "contacts", "old and new key"), "Migrate subscriber keys by"
            empty = "No data extension has OldSubKey and NewSubKey; : migrate-keys DE.Old.New names other fields"
        screen = ChooseScreen(title, columns, value, empty, last=50)
        app.push_screen(screen, lambda key: _chosen(app, answer.tag, key) if key else None)


def _chosen(app: McTui, tag: str, key: str) -> None:
    if tag == "deleting/whom":
        ask(app, json.loads(key))
    else:
        migration(app, key)


def _show_audit(app: McTui, audit: KeyAudit) -> None:
    from mctui.reading import contact_keys
    from mctui.screens.plan import KeysScreen

    def choose(wanted: str | None) -> None:
        if wanted:
            app.session.ask("deleting/mappings", contact_keys.mappings, "Looking for mappings")

    app.push_screen(KeysScreen(audit), choose)


def _show_plan(app: McTui, plan: Planned) -> None:
    from mctui.screens.plan import ALSO, PlanScreen
    from mctui.screens.typed import TypedScreen

    def confirm(wanted: str | None) -> None:
        if not wanted:
            return
        arguments = plan.also if wanted == ALSO and plan.also else plan.arguments

        def go(sure: bool | None) -> None:
            if sure:
                app.session.do(app.live(), plan.command, **arguments)

        app.push_screen(TypedScreen(plan.question, plan.warning, plan.word), go)

    app.push_screen(PlanScreen(plan), confirm)
