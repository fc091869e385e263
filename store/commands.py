"""What a step is made of: commands that a person gives and handlers that the agenda runs.

Both are plain functions that take the Org, change rows and return an `Outcome`; a decorator registers them under the
name that the file keeps. A new one is one new function, nothing else changes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.agenda import Entry
    from store.org import Org


@dataclass(frozen=True)
class Outcome:
    """What a step did: one line for the timeline, counts by name, and the thing it was about.

    `subject` is a path such as `journey/KEY`, `de/NAME`, `sync/Contact`, `contact/KEY`. A `quiet` outcome of an agenda
    entry (a poll that found nothing) is no step of its own: the next entry goes into the same step.
    """

    title: str
    changes: dict[str, int] = field(default_factory=dict)
    subject: str = ""
    quiet: bool = False


Command = Callable[..., Outcome]
Handler = Callable[["Org", "Entry"], Outcome]
Reaction = Callable[["Org"], None]
Context = Callable[["Org", Any], AbstractContextManager[object]]
_C = TypeVar("_C", bound=Command)
_H = TypeVar("_H", bound=Handler)

_commands: dict[str, Command] = {}
_handlers: dict[str, Handler] = {}
_reactions: list[Reaction] = []
_common: dict[str, tuple[Context, Callable[[], Any]]] = {}


def command(name: str) -> Callable[[_C], _C]:
    """Register `function(org, **arguments) -> Outcome`; the arguments must survive JSON."""

    def register(function: _C) -> _C:
        assert name not in _commands, f"command {name} is registered twice"
        _commands[name] = function
        return function

    return register


def handler(kind: str) -> Callable[[_H], _H]:
    """Register `function(org, entry) -> Outcome` for the agenda entries of this kind."""

    def register(function: _H) -> _H:
        assert kind not in _handlers, f"handler {kind} is registered twice"
        _handlers[kind] = function
        return function

    return register


def after_step(function: Reaction) -> Reaction:
    """Register `function(org)`, which runs at the end of every step, inside it: what a room does about any change.

    It must cost next to nothing when it has nothing to do.
    """
    _reactions.append(function)
    return function


def common_argument(name: str, enter: Context, current: Callable[[], Any]) -> None:
    """Register an argument that every command takes: the command runs inside `enter(org, value)`.

    What a command or handler schedules keeps the value that `current()` has then (None: none), so that a chain of
    agenda entries stays where it began.
    """
    assert name not in _common, f"common argument {name} is registered twice"
    _common[name] = (enter, current)


def common_now() -> dict[str, Any]:
    """The common arguments in force, for an agenda entry to keep."""
    return {name: value for name, (_, current) in _common.items() if (value := current()) is not None}


def _entered(stack: ExitStack, org: Org, arguments: dict[str, Any]) -> dict[str, Any]:
    """Enter what the common arguments say; returns the others, which are the command's own."""
    for name, (enter, _) in _common.items():
        if name in arguments:
            stack.enter_context(enter(org, arguments[name]))
    return {name: value for name, value in arguments.items() if name not in _common}


def react(org: Org) -> None:
    """Run all that was registered with `after_step`."""
    for function in _reactions:
        function(org)


def run_command(org: Org, name: str, arguments: dict[str, Any]) -> Outcome:
    """Run the named command inside the open step. Raises Refused when there is no such command."""
    if name not in _commands:
        raise Refused(f"There is no command '{name}'.", fix=did_you_mean(name, _commands))
    with ExitStack() as stack:
        return _commands[name](org, **_entered(stack, org, arguments))


def run_handler(org: Org, entry: Entry) -> Outcome:
    """Run the handler of an agenda entry inside the open step. Raises Refused when there is none."""
    if entry.kind not in _handlers:
        raise Refused(
            f"Nothing handles the agenda entry '{entry.kind}' ({entry.title}).",
            cause="The file was made by a version of mctui that knows this kind of event.",
            fix="Open it with that version.",
        )
    with ExitStack() as stack:
        _entered(stack, org, entry.args)
        return _handlers[entry.kind](org, entry)
