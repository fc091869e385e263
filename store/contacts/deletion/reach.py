"""What a deletion reaches: every room says what it deletes, blanks or keeps of contacts.

A room registers a function under the name of the rows it has. It counts them for a SELECT of Contact IDs (`whom`), so
that a person sees what will go before it goes, and deletes them when it is told to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Whom:
    """The contacts that are to go: a SELECT of their Contact IDs with its named parameters."""

    ids: str
    params: dict[str, Any]

    @property
    def keys(self) -> str:
        """A SELECT of their Contact Keys."""
        return f"SELECT contact_key FROM contacts WHERE contact_id IN ({self.ids})"

    @property
    def addresses(self) -> str:
        """A SELECT of the addresses that they are mailed at."""
        return f"SELECT email_address FROM all_subscribers WHERE contact_id IN ({self.ids})"


class Doomed(Whom):
    """The contacts that go now, by a TEMP table: their keys and addresses outlast the rows that had them."""

    @property
    def keys(self) -> str:
        """A SELECT of their Contact Keys."""
        return "SELECT contact_key FROM temp.expunged"

    @property
    def addresses(self) -> str:
        """A SELECT of the addresses that they were mailed at."""
        return "SELECT email_address FROM temp.expunged WHERE email_address IS NOT NULL"


DOOMED = Doomed("SELECT contact_id FROM temp.expunged", {})
DOOMED_COLUMNS = "contact_id INTEGER PRIMARY KEY, contact_key TEXT COLLATE NOCASE, email_address TEXT COLLATE NOCASE"


Reach = Callable[["Org", Whom, bool], int]
_R = TypeVar("_R", bound=Reach)
_reached: dict[str, Reach] = {}
_kept: dict[str, Callable[[Org, Whom], int]] = {}
_places: dict[str, Callable[[Org, Whom], dict[str, int]]] = {}
_P = TypeVar("_P", bound=Callable[["Org", Whom], dict[str, int]])
_K = TypeVar("_K", bound=Callable[["Org", Whom], int])


def on_contact_deletion(name: str) -> Callable[[_R], _R]:
    """Register `function(org, whom, delete)`: how many rows of theirs there are, which go when `delete` is true."""

    def register(function: _R) -> _R:
        assert name not in _reached, f"{name} is registered twice"
        _reached[name] = function
        return function

    return register


def kept_at_deletion(name: str) -> Callable[[_K], _K]:
    """Register `function(org, whom)`: how many rows of theirs the product leaves where they are."""

    def register(function: _K) -> _K:
        assert name not in _kept, f"{name} is registered twice"
        _kept[name] = function
        return function

    return register


def places_at_deletion(name: str) -> Callable[[_P], _P]:
    """Register `function(org, whom)`: where the rows of that name are, such as each data extension with its count."""

    def register(function: _P) -> _P:
        assert name not in _places, f"{name} is registered twice"
        _places[name] = function
        return function

    return register


def reach(org: Org, whom: Whom) -> dict[str, int]:
    """What a deletion of these contacts would delete, by name; what has none is left out."""
    return _counted((name, function(org, whom, False)) for name, function in sorted(_reached.items()))


def kept(org: Org, whom: Whom) -> dict[str, int]:
    """What would stay."""
    return _counted((name, function(org, whom)) for name, function in sorted(_kept.items()))


def places(org: Org, whom: Whom) -> dict[str, dict[str, int]]:
    """Where what would go or stay is; places without a row are left out, and so are names without a place."""
    found = {name: _counted(function(org, whom).items()) for name, function in sorted(_places.items())}
    return {name: where for name, where in found.items() if where}


def delete_all(org: Org, whom: Whom) -> dict[str, int]:
    """Delete what all rooms have of these contacts; returns how much, by name."""
    return _counted((name, function(org, whom, True)) for name, function in sorted(_reached.items()))


def _counted(found: Any) -> dict[str, int]:
    return {name: count for name, count in found if count}
