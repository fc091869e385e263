"""What a run may wait for. Each form is a function that a decorator registers under its first word."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mctui import horizon
from mctui.running.breakpoints import ENTRY, Place

if TYPE_CHECKING:
    from store import Org, Step

Holds = Callable[["Step", set[Place]], str]  # the step and where it was -> why the run ends there, or nothing


@dataclass(frozen=True)
class Condition:
    """Until when a run steps at most (None: while something is due), and what ends it sooner."""

    text: str
    until: int | None
    holds: Holds | None = None


@dataclass(frozen=True)
class _Form:
    form: str
    about: str
    make: Callable[[Org, str], Holds]


_FORMS: dict[str, _Form] = {}


def _form(form: str, about: str) -> Callable[[Callable[[Org, str], Holds]], Callable[[Org, str], Holds]]:
    """Register `function(org, what follows the word) -> Holds`."""

    def register(make: Callable[[Org, str], Holds]) -> Callable[[Org, str], Holds]:
        _FORMS[form.split()[0]] = _Form(form, about, make)
        return make

    return register


def forms() -> list[tuple[str, str]]:
    """(form, what it waits for) of all there are, times first."""
    times = [("2026-01-07 08:00", "a time, UTC"), ("3d, 6h", "a duration"), ("END", "the end of the scenario")]
    return times + [(each.form, each.about) for each in _FORMS.values()]


def short_forms() -> list[str]:
    """What begins each form, for a line of help."""
    return [*_FORMS, "3d", "2026-01-07 08:00", "END"]


def condition_of(org: Org, text: str, *, since: int | None = None) -> Condition:
    """What a person wrote, as a condition; a duration counts from `since` (None: now).

    Raises Refused for what cannot be waited for, saying what can.
    """
    from store import clock
    from store.errors import Refused

    word, _, rest = text.strip().partition(" ")
    if word.lower() in _FORMS:
        return Condition(text, horizon.end(org), _FORMS[word.lower()].make(org, rest.strip()))
    if word.upper() == "END":
        return Condition("END", horizon.end(org))
    if word[:1].isdigit() and text[-1:].isalpha() and "-" not in text and "T" not in text.upper():
        return Condition(text, (org.now if since is None else since) + clock.duration(text))
    try:
        return Condition(text, clock.parse(text))
    except Refused as error:
        fix = f"Write {', '.join(form for form, _ in forms())}."
        raise Refused(f"'{text}' is nothing that a run can wait for.", fix=fix) from error


def words(org: Org) -> list[str]:
    """What can be completed: each form's word, each activity."""
    found = {f"activity {name}" for names, _ in _places(org) for name in names[:2]}
    return [*(f"{word} " if " " in each.form else word for word, each in _FORMS.items()), "END", *sorted(found)]


# ---- the forms


@_form("activity NAME", "contacts do the activity: its name or key, with JOURNEY/ before it where that is needed")
def _activity(org: Org, name: str) -> Holds:
    wanted = places_of(org, name)
    return lambda step, here: step.title if here & wanted else ""


def places_of(org: Org, name: str) -> set[Place]:
    """The activities of all journeys that a name or key means. Raises Refused when there is none."""
    from store.errors import Refused, did_you_mean

    wanted = {place for names, place in _places(org) if name.casefold() in map(str.casefold, names)}
    if not wanted:
        known = [each for names, _ in _places(org) for each in names]
        fix = did_you_mean(name, known) or "The Journey canvas (3) shows what there is."
        raise Refused(f"No journey has an activity '{name}'.", fix=fix)
    return wanted


def _places(org: Org) -> list[tuple[list[str], Place]]:
    """Each activity and entry by all the names it goes by, the full ones first."""
    from store import journey

    found: list[tuple[list[str], Place]] = []
    for each in journey.journeys(org):
        names = {key: spec.name for key, spec in journey.current(org, each.key).spec.activities.items()}
        for key, name in {ENTRY: "Entry", **names}.items():
            full = [f"{each.key}/{name}", f"{each.key}/{key}", f"{each.name}/{name}"]
            found.append(([*(one for one in full if not one.endswith("/")), key, name], (each.key, key)))
    return found


@_form("contact KEY", "something happens to the contact: a change, an activity, a message and what comes of it")
def _contact(org: Org, name: str) -> Holds:
    from mctui import reading
    from store.errors import Refused

    if not name:
        raise Refused("No contact is named.", fix="Write contact and a Contact Key, e-mail address or record id.")
    key = _key_of(org, name)
    before = reading.contact_events(org, key)
    return lambda step, here: f"{key}: {step.title}" if reading.contact_events(org, key) != before else ""


def _key_of(org: Org, name: str) -> str:
    """The Contact Key that is meant; of a record that is no contact yet its id, since its first event is waited for."""
    from store import advice, crm
    from store.errors import OrgError

    for meant in (lambda: advice.contact_key(org, name), lambda: crm.resolve(org, name).id):
        with suppress(OrgError):  # it is not of this kind
            return meant()
    return name  # of somebody who is still to come


@_form("sql SELECT ...", "the query gives a row whose first value is neither 0 nor NULL")
def _sql(org: Org, text: str) -> Holds:
    from store import query
    from store.errors import Refused

    def value() -> object:
        _, rows = query.preview(org, text, 1)
        return rows[0][0] if rows else None

    if value():
        raise Refused("The query gives a row already.", cause=f"Its first value is {value()}.",
                      fix="Wait for something that does not hold yet.")  # fmt: skip

    def holds(step: Step, here: set[Place]) -> str:
        found = value()
        return f"the query gives {found}" if found else ""

    return holds


@_form("finding [CODE]", "a finding that was not there, or has more rows than it had")
def _finding(org: Org, code: str) -> Holds:
    from store import advice
    from store.errors import Refused

    if " " in code:
        raise Refused(f"'{code}' is no code of a finding.", fix="Findings (9) shows the codes.")
    before = {one.code: one.count for one in advice.find_all(org)}

    def holds(step: Step, here: set[Place]) -> str:
        found = advice.find_all(org)
        new = [one for one in found if one.count > before.get(one.code, 0) and code in ("", one.code)]
        return f"{new[0].title} [{new[0].code}]" if new else ""

    return holds


@_form("error", "a step that fails or is refused")
def _error(org: Org, _: str) -> Holds:
    return lambda step, here: step.title if step.changes.get("errors") else ""
