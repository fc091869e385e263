"""A person sends contacts down a way of their choice at the next split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.contacts import contact_id_of
from store.errors import Refused, did_you_mean
from store.journey.version import current

if TYPE_CHECKING:
    from store.org import Org


@command("journey.force")
def force(
    org: Org, *, key: str, activity_key: str, outcome: str, contact_keys: list[str], version: int | None = None
) -> Outcome:
    """Choose the outcome of a split for the next decision of these contacts; later decisions are the split's own."""
    chosen = current(org, key, version)
    activity = chosen.activities.get(activity_key)
    if activity is None or not activity.is_split:
        splits = [each for each, found in chosen.activities.items() if found.is_split]
        fix = did_you_mean(activity_key, splits) or f"Its splits are {', '.join(splits) or 'none'}."
        raise Refused(f"The journey {chosen.name} has no split '{activity_key}'.", fix=fix)
    outcomes = [branch.key for branch in activity.outcomes]
    if outcome not in outcomes:
        fix = did_you_mean(outcome, outcomes) or f"It has {', '.join(outcomes)}."
        raise Refused(f"{activity.spec.name} has no outcome '{outcome}'.", fix=fix)
    for contact_key in contact_keys:
        org.run(
            "INSERT OR REPLACE INTO journey_forced VALUES (?, ?, ?, ?, NULL)",
            chosen.version_id, activity_key, contact_id_of(org, contact_key), outcome,
        )  # fmt: skip
    who = contact_keys[0] if len(contact_keys) == 1 else f"{len(contact_keys)} contacts"
    title = f"{chosen.name}: {who} will take {outcome} at {activity.spec.name}"
    return Outcome(title, {"forced": len(contact_keys)}, f"journey/{chosen.key}")
