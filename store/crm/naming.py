"""Names of objects where there is more than one Salesforce org: `Contact` of the first one, `EMEA:Contact` of another.

Objects, flows and records are kept under their full names. A person, a formula and a lookup say `Contact`, and mean the
one of the org that is worked in: a command takes the argument `org`, and whatever it puts on the agenda stays there.
What is done to an object happens in the object's own org, whichever is worked in. Without any of it everything happens
in the first org, whose objects have plain names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from store.org import Org

FIRST = "main"  # what the first org is called where there are several
_working: ContextVar[str] = ContextVar("Salesforce org", default="")


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_P = ParamSpec("_P")
_R = TypeVar("_R")
_Of = TypeVar("_Of", bound="str | _Named")


def org_of(name: str) -> str:
    """The org of a full name: `EMEA` of `EMEA:Contact`, '' (the first) of `Contact`."""
    return name.rpartition(":")[0]


def api_name(name: str) -> str:
    """What the org itself calls it: `Contact` of `EMEA:Contact`."""
    return name.rpartition(":")[2]


def full_name(of: str, name: str) -> str:
    """`name` in an org ('' is the first), which a full name keeps to itself."""
    if ":" in name:
        return api_name(name) if org_of(name).lower() == FIRST else name
    return f"{of}:{name}" if of else name


def here(name: str) -> str:
    """The full name of what is called so in the org that is worked in."""
    return full_name(_working.get(), name)


def working_org() -> str:
    """The org that is worked in; '' is the first."""
    return _working.get()


def beside(other: str, name: str) -> str:
    """The full name of what is called `name` in the org of another full name."""
    return full_name(org_of(other), name)


def title_of(name: str) -> str:
    """What an org is called on a screen."""
    return name or FIRST


@contextmanager
def working_in(name: str) -> Iterator[None]:
    """Work in the org of that name, which is there; '' is the first."""
    token = _working.set(name)
    try:
        yield
    finally:
        _working.reset(token)


def in_its_org(
    function: Callable[Concatenate[Org, _Of, _P], _R],
) -> Callable[Concatenate[Org, _Of, _P], _R]:
    """For a function of (org, an object or its name, ...): other names in it mean those of that object's org."""

    @wraps(function)
    def run(org: Org, of: _Of, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        with working_in(org_of(here(of) if isinstance(of, str) else of.name)):
            return function(org, of, *args, **kwargs)

    return run
