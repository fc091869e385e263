"""Keys of actions: how they are shown, whose they are in which pane, a person's own, and what the footer has room for.

Knows no Textual, like the registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from mctui.actions import ACTIONS, Action, AppState, by_id

_SHOWN = {"space": "space", "plus": "+", "minus": "-", "equals_sign": "=", "slash": "/", "question_mark": "?",
          "colon": ":", "asterisk": "*", "apostrophe": "'", "escape": "esc",
          "left_square_bracket": "[", "right_square_bracket": "]",
          "shift+tab": "shift+tab", "ctrl+p": "ctrl+p", "ctrl+@": "ctrl+space"}  # fmt: skip
_NAMED = {shown: name for name, shown in _SHOWN.items() if name != "ctrl+@"}


def shown_key(key: str) -> str:
    """A key as a person reads it: `?` for `question_mark`."""
    return _SHOWN.get(key, key)


def bindings(actions: tuple[Action, ...]) -> dict[str, str]:
    """For each key the ids of its actions: one, or several that each belong to panes of their own."""
    found: dict[str, list[str]] = {}
    for action in actions:
        for key in action.keys:
            found.setdefault(key, []).append(action.id)
    return {key: " ".join(ids) for key, ids in found.items()}


def meant(actions: tuple[Action, ...], names: str, pane: str) -> Action:
    """Of the actions of a key the one that belongs to this pane, else the first, whose guard says where it does."""
    found = [by_id(actions)[name] for name in names.split()]
    return next((action for action in found if pane in action.panes), found[0])


def remapped(keys: Mapping[str, object]) -> tuple[tuple[Action, ...], list[str]]:
    """The actions with a person's own keys (action id -> key or list of keys), and what is wrong with those.

    A line that is wrong leaves the action as it was. A key that two actions claim goes to the one that asked for it.
    """
    problems: list[str] = []
    wanted: dict[str, tuple[str, ...]] = {}
    known = by_id()
    for name, value in keys.items():
        given = [value] if isinstance(value, str) else value
        if name not in known:
            near = get_close_matches(name, known, n=1)
            problems.append(f"keys.toml: there is no action '{name}'." + (f" Did you mean {near[0]}?" if near else ""))
        elif not isinstance(given, list) or not all(isinstance(key, str) and key for key in given):
            problems.append(f"keys.toml: {name} wants a key or a list of keys.")
        else:
            wanted[name] = tuple(_NAMED.get(key, key) for key in given)
    owner: dict[str, str] = {}
    for name, chosen in wanted.items():
        for key in chosen:
            if key in owner:
                problems.append(f"keys.toml: {shown_key(key)} is given to {owner[key]} and to {name}; {name} loses it.")
            else:
                owner[key] = name
    result = []
    for action in ACTIONS:
        own = tuple(key for key in wanted.get(action.id, action.keys) if owner.get(key, action.id) == action.id)
        if action.id not in wanted and (lost := set(action.keys) - set(own)):
            taken = ", ".join(f"{shown_key(key)} (now {owner[key]})" for key in action.keys if key in lost)
            problems.append(f"keys.toml: {action.id} loses {taken}.")
        result.append(replace(action, keys=own))
    return tuple(result), problems


def keys_table(actions: tuple[Action, ...] = ACTIONS) -> list[tuple[str, str, str, str]]:
    """(keys, id, section, help) for every action, in the order of the help screen; no keys are an empty text."""
    return [(" ".join(dict.fromkeys(map(shown_key, a.keys))), a.id, a.section, a.help) for a in actions]


def footer(actions: tuple[Action, ...], state: AppState, width: int) -> list[tuple[str, str, bool]]:
    """(key, label, can be done now) for the footer: the most important that fit into `width` cells, in their order."""
    candidates = [
        a
        for a in actions
        if a.footer and a.keys and state.pane in a.panes and not (a.is_for_drafts and state.status != "Draft")
    ]
    left, chosen = width, []
    for action in sorted(candidates, key=lambda a: a.footer if a.id not in ("help", "quit") else 0):
        key = shown_key(action.keys[0])
        cost = len(key) + 1 + len(action.label) + 2
        if cost <= left:
            left -= cost
            chosen.append(action)
    chosen.sort(key=lambda a: a.footer)
    return [(shown_key(a.keys[0]), a.label, not a.guard(state)) for a in chosen]
