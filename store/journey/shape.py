"""A journey's public JSON changed piece by piece: add, connect, configure, delete. Pure: the old JSON stays as it is.

Every function takes the JSON of an interaction and gives a new one. `None` as a target is the end of the journey.
"""

from __future__ import annotations

import copy
from typing import Any

from store.errors import Refused, did_you_mean
from store.journey.spec import Interaction, Json, activity_type

# The key prefixes that public tools write, by type. Source: domain E8, type vocabulary.
_PREFIX = {
    "WAIT": "WAITBYDURATION",
    "MULTICRITERIADECISION": "MULTICRITERIADECISIONV2",
    "RANDOMSPLIT": "RANDOMSPLITV2",
    "ENGAGEMENTDECISION": "ENGAGEMENTSPLITV2",
    "UPDATECONTACTDATA": "UPDATECONTACTDATAV2",
}
MAX_NAME = 128  # ASSUMED; general knowledge, the name field of the canvas


def add(raw: Json, blank: Json, after: str | None, outcome: str | None = None, name: str = "") -> tuple[Json, str]:
    """Put a new activity behind another (None: at the entry), before what followed there; its key comes back too.

    `blank` has the type, the outcomes and the configuration to begin with; what followed is behind its first outcome.
    """
    made = copy.deepcopy(raw)
    kind = activity_type(str(blank["type"]))
    taken = set(Interaction(made).activities)
    prefix, number = _PREFIX.get(kind, kind), 1
    while f"{prefix}-{number}" in taken:
        number += 1
    key = f"{prefix}-{number}"
    new = {"key": key, "name": _name(name or str(blank.get("name") or key)), **copy.deepcopy(blank)}
    new["name"] = _name(name) if name else new["name"]
    following = _start(made) if after is None else _outcome(made, after, outcome).get("next") or None
    outcomes = new.setdefault("outcomes", [{"key": f"{key.lower()}-next"}])
    if outcomes and following:
        outcomes[0]["next"] = following
    made.setdefault("activities", []).append(new)
    return _lead(made, after, outcome, key), key


def connect(raw: Json, source: str | None, to: str | None, outcome: str | None = None) -> Json:
    """Let an outcome of an activity (None: the entry) lead to another activity, or to the end.

    Raises Refused when that would lead back to where it came from.
    """
    made = copy.deepcopy(raw)
    if to is not None:
        _activity(made, to)
    made = _lead(made, source, outcome, to)
    if source is not None and to is not None and source in _reached(made, to):
        raise Refused(
            f"{source} cannot lead to {to}: contacts would come back to it without end.",
            fix="Paths can be joined further on, not earlier.",
        )
    return made


def configure(raw: Json, key: str, path: str, value: Any) -> Json:
    """Set one value of an activity by its place: `configurationArguments.waitDuration`, `outcomes.yes.metaData.label`.

    Items of a list are named by their `key` or their number from 0; objects on the way that are missing are made.
    `key`, `type` and where outcomes lead cannot be set here.
    """
    made = copy.deepcopy(raw)
    place: Any = _activity(made, key)
    *way, last = _steps(path)
    if [*way, last][0] in ("key", "type") or (way[:1] == ["outcomes"] and last in ("next", "key")):
        raise Refused(f"{path} of {key} cannot be set.", fix="Delete and add the activity, or connect the outcome.")
    for step in way:
        place = _inside(place, step, key, path)
    if isinstance(place, list):
        item = _inside(place, last, key, path)
        place[place.index(item)] = value
    elif isinstance(place, dict):
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
    else:
        raise Refused(f"{path} of {key} leads into a value, not into an object.")
    _activity(made, key).setdefault("metaData", {})["isConfigured"] = True
    return made


def rename(raw: Json, key: str, name: str) -> Json:
    """Give an activity another name on the canvas."""
    made = copy.deepcopy(raw)
    _activity(made, key)["name"] = _name(name)
    return made


def delete(raw: Json, key: str) -> tuple[Json, list[str]]:
    """Take an activity out: what led to it leads to what followed its first outcome.

    Whatever only its other outcomes led to goes too; all keys that went are given back, its own first.
    """
    made = copy.deepcopy(raw)
    gone = _activity(made, key)
    following = next((outcome.get("next") or None for outcome in gone.get("outcomes") or []), None)
    before = _reached(made, _start(made))
    if _start(made) == key:
        made = _lead(made, None, None, following)
    for activity in made.get("activities") or []:
        for outcome in activity.get("outcomes") or []:
            if outcome.get("next") == key:
                _set_next(outcome, following)
    made["activities"] = [one for one in made["activities"] if one is not gone and one.get("key") != key]
    left = _reached(made, _start(made))
    also = [one for one in Interaction(made).activities if one in before and one not in left]
    made["activities"] = [one for one in made["activities"] if one.get("key") not in also]
    return made, [key, *also]


def add_path(raw: Json, key: str, label: str, before_last: bool = False) -> tuple[Json, str]:
    """Give a split another path that leads to the end; `before_last` keeps the last one, a remainder, last."""
    made = copy.deepcopy(raw)
    outcomes = _activity(made, key).setdefault("outcomes", [])
    taken, number = {outcome.get("key") for outcome in outcomes}, len(outcomes) + 1
    while f"path_{number}" in taken:
        number += 1
    new = {"key": f"path_{number}", "arguments": {}, "metaData": {"label": label}}
    outcomes.insert(len(outcomes) - 1 if before_last and outcomes else len(outcomes), new)
    return made, f"path_{number}"


def delete_path(raw: Json, key: str, outcome: str) -> tuple[Json, list[str]]:
    """Take a path of a split away with what only it led to; the keys of the activities that went are given back."""
    made = copy.deepcopy(raw)
    activity, gone = _activity(made, key), _outcome(made, key, outcome)
    if len(activity["outcomes"]) == 1:
        raise Refused(f"{key} has only this path.", fix="Delete the activity instead.")
    before = _reached(made, _start(made))
    activity["outcomes"] = [one for one in activity["outcomes"] if one is not gone]
    left = _reached(made, _start(made))
    also = [one for one in Interaction(made).activities if one in before and one not in left]
    made["activities"] = [one for one in made["activities"] if one.get("key") not in also]
    return made, also


# ---- places in the JSON


def _name(name: str) -> str:
    if not name.strip() or len(name) > MAX_NAME:
        raise Refused(f"An activity's name has 1 to {MAX_NAME} characters.")
    return name.strip()


def _activity(raw: Json, key: str) -> Json:
    found: Json | None = next((one for one in raw.get("activities") or [] if one.get("key") == key), None)
    if found is None:
        known = list(Interaction(raw).activities)
        raise Refused(f"The journey has no activity {key}.", fix=did_you_mean(key, known) or ", ".join(known))
    return found


def _outcome(raw: Json, key: str, outcome: str | None) -> Json:
    """The outcome of that key or label; of an activity with one way out it need not be named."""
    outcomes = _activity(raw, key).setdefault("outcomes", [])
    if not outcomes:
        outcomes.append({"key": f"{key.lower()}-next"})
    if outcome is None:
        if len(outcomes) > 1:
            ways = ", ".join(str(one.get("key")) for one in outcomes)
            raise Refused(f"{key} has {len(outcomes)} paths; say which.", fix=f"outcome: one of {ways}.")
        return dict_of(outcomes[0])
    for one in outcomes:
        if outcome in (one.get("key"), (one.get("metaData") or {}).get("label")):
            return dict_of(one)
    raise Refused(f"{key} has no path {outcome}.", fix=did_you_mean(outcome, [str(one.get("key")) for one in outcomes]))


def dict_of(value: Any) -> Json:
    """The same object, known to be one."""
    assert isinstance(value, dict)
    return value


def _start(raw: Json) -> str | None:
    return Interaction(raw).start_key


def _lead(raw: Json, source: str | None, outcome: str | None, to: str | None) -> Json:
    if source is not None:
        _set_next(_outcome(raw, source, outcome), to)
        return raw
    triggers = raw.setdefault("triggers", [])
    if not triggers:
        raise Refused("The journey has no entry source to begin at.")
    outcomes = triggers[0].setdefault("outcomes", [])
    if not outcomes:
        outcomes.append({"key": "trigger-next"})
    _set_next(outcomes[0], to)
    return raw


def _set_next(outcome: Json, to: str | None) -> None:
    if to is None:
        outcome.pop("next", None)
    else:
        outcome["next"] = to


def _reached(raw: Json, start: str | None) -> set[str]:
    """The activities that a contact at `start` can come to, itself among them."""
    activities, reached, left = Interaction(raw).activities, set(), [start]
    while left:
        key = left.pop()
        if key is not None and key in activities and key not in reached:
            reached.add(key)
            left += [branch.next for branch in activities[key].branches]
    return reached


def _steps(path: str) -> list[str]:
    steps = [step for step in path.replace("[", ".").replace("]", "").split(".") if step]
    if not steps:
        raise Refused("Say which value: its place in the activity's JSON, such as configurationArguments.waitDuration.")
    return steps


def _inside(place: Any, step: str, key: str, path: str) -> Any:
    if isinstance(place, list):
        for number, item in enumerate(place):
            if step == str(number) or (isinstance(item, dict) and step in (item.get("key"), item.get("name"))):
                return item
        raise Refused(f"{path} of {key}: the list has no item {step}.")
    if isinstance(place, dict):
        return place.setdefault(step, {})
    raise Refused(f"{path} of {key} leads into a value, not into an object.")
