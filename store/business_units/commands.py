"""Making business units and changing their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.business_units.tables import ENTERPRISE_MID
from store.business_units.units import BUSINESS_UNIT_ONLY, ENTIRE_ENTERPRISE, find, get
from store.commands import Outcome, command
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

BEHAVIORS = (ENTIRE_ENTERPRISE, BUSINESS_UNIT_ONLY)
_SAID = {ENTIRE_ENTERPRISE: "from the entire enterprise", BUSINESS_UNIT_ONLY: "from this business unit only"}


@command("business_units.create")
def create(
    org: Org, *, name: str, mid: int | None = None, parent: str | int = "", unsubscribe: str = ENTIRE_ENTERPRISE
) -> Outcome:
    """Make a business unit below the enterprise or below another one.

    Without `mid` it gets the next free number. `unsubscribe` is ENTIRE_ENTERPRISE or BUSINESS_UNIT_ONLY.
    """
    name = name.strip()
    if not name or "/" in name or name.isdecimal():
        # A path such as `Germany/Audience` names a thing of a business unit, and a number is a MID.
        raise Refused(f"'{name}' is not a name of a business unit.", fix="It has a letter in it, and no slash.")
    if find(org, name):
        raise Refused(f"There is a business unit '{name}' already.")
    number = mid if mid is not None else int(org.value("SELECT max(mid) + 1 FROM business_units"))
    if find(org, number):
        raise Refused(f"There is a business unit with the MID {number} already.", fix="Leave `mid` out for a free one.")
    if number < 1:
        raise Refused(f"{number} is not a MID.", fix="A MID is a positive number.")
    above = get(org, parent or ENTERPRISE_MID)
    org.run(
        "INSERT INTO business_units VALUES (?, ?, ?, ?, ?)", number, name, above.mid, _behavior(unsubscribe), org.now
    )
    return Outcome(f"Business unit {name} created (MID {number})", {"business units": 1}, "business-units")


@command("business_units.set_unsubscribe")
def set_unsubscribe(org: Org, *, unit: str | int, unsubscribe: str) -> Outcome:
    """What an unsubscribe from a message of this business unit is from, from now on."""
    found, behavior = get(org, unit), _behavior(unsubscribe)
    org.run("UPDATE business_units SET unsubscribe = ? WHERE mid = ?", behavior, found.mid)
    return Outcome(f"Business unit {found.name}: unsubscribes are {_SAID[behavior]}", {}, "business-units")


@command("business_units.rename")
def rename(org: Org, *, unit: str | int, new_name: str) -> Outcome:
    """Give a business unit another name; its MID stays."""
    found, new_name = get(org, unit), new_name.strip()
    if not new_name or "/" in new_name or new_name.isdecimal():
        raise Refused(f"'{new_name}' is not a name of a business unit.", fix="It has a letter in it, and no slash.")
    taken = find(org, new_name)
    if taken and taken.mid != found.mid:
        raise Refused(f"There is a business unit '{new_name}' already.")
    org.run("UPDATE business_units SET name = ? WHERE mid = ?", new_name, found.mid)
    return Outcome(f"Business unit {found.name} renamed to {new_name}", {}, "business-units")


def _behavior(text: str) -> str:
    wanted = text.strip().upper().replace(" ", "_")
    if wanted not in BEHAVIORS:
        fix = did_you_mean(text, BEHAVIORS) or f"Choose one of: {', '.join(BEHAVIORS)}."
        raise Refused(f"'{text}' is not an unsubscribe behavior.", fix=fix)
    return wanted


def install(org: Org) -> None:
    """The enterprise itself."""
    org.run(
        "INSERT INTO business_units VALUES (?, 'Enterprise', NULL, ?, ?)", ENTERPRISE_MID, ENTIRE_ENTERPRISE, org.now
    )
