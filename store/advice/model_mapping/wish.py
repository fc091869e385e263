"""What a person asks a mapping for: the master object, the related ones, and what they choose about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.errors import Refused, did_you_mean

DENORMALISE, CHILD, ROLL_UP = "denormalise", "child", "roll-up"
WAYS = (DENORMALISE, CHILD, ROLL_UP)
_SPELLINGS = {"denormalize": DENORMALISE, "flat": DENORMALISE, "rollup": ROLL_UP, "roll up": ROLL_UP, "own": CHILD}


@dataclass(frozen=True)
class Related:
    """One related object; empty: what the mapping proposes. `ways` are of WAYS, `via` is a lookup field."""

    object: str
    ways: tuple[str, ...] = ()
    via: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """A whole request. `prefix` begins the names of what is made; `fields` are of the master.

    `is_open`: nobody chose the related objects, so that those without a record are left out.
    """

    object: str
    related: tuple[Related, ...]
    prefix: str = ""
    fields: tuple[str, ...] = ()
    is_open: bool = False


def wish(
    object: str,  # noqa: A002 (the CRM's word)
    related: Sequence[str | Mapping[str, Any]] = (),
    prefix: str = "",
    fields: Sequence[str] = (),
) -> Wish:
    """The request that a person wrote.

    A related object is its name, `Object:way+way`, or {object, as, via, fields}. Raises Refused naming what is wrong.
    """
    parsed = [_related(each) for each in related]
    names = [each.object.lower() for each in parsed]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise Refused(f"{twice} is named twice among the related objects.")
    return Wish(object.strip(), tuple(parsed), prefix.strip(), tuple(fields))


def _related(given: str | Mapping[str, Any]) -> Related:
    if isinstance(given, str):
        name, _, text = given.partition(":")
        return Related(name.strip(), _ways(_parts(text)))
    known = ("object", "as", "via", "fields")
    unknown = sorted(set(given) - set(known))
    if unknown or not given.get("object"):
        said = f"there is no '{unknown[0]}'" if unknown else "object must be given"
        raise Refused(f"A related object: {said}.", fix=f"It has {', '.join(known)}.")
    ways = given.get("as") or []
    chosen = _ways(_parts(ways) if isinstance(ways, str) else ways)
    return Related(str(given["object"]).strip(), chosen, str(given.get("via") or ""), tuple(given.get("fields") or ()))


def _parts(text: str) -> list[str]:
    return [each for each in text.split("+") if each.strip()]


def _ways(given: Sequence[str]) -> tuple[str, ...]:
    found = []
    for each in given:
        text = each.strip().lower()
        way = _SPELLINGS.get(text, text)
        if way not in WAYS:
            raise Refused(f"'{each}' is no way to map.", fix=did_you_mean(way, WAYS) or f"Choose of {', '.join(WAYS)}.")
        found.append(way)
    return tuple(dict.fromkeys(found))
