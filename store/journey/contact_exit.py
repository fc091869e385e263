"""Contact exit and contact membership, as the API of Journey Builder has them. Source: domain E6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.errors import Refused
from store.journey.cohorts import Cohort, Run
from store.journey.tables import sql_contact
from store.journey.version import journey_id_of, versions

if TYPE_CHECKING:
    from store.org import Org

MOST = 50  # contacts per request; source: SFD:contactExitRequest, SFD:contactMembershipRequest
EXITED_BY_API = "ContactExitedByAPI"  # source: domain E6


@dataclass(frozen=True)
class Membership:
    """Which versions contacts are inside: (contact key, journey key, version number), and keys that are no contacts."""

    memberships: tuple[tuple[str, str, int], ...]
    not_found: tuple[str, ...]


def membership(org: Org, contact_keys: Sequence[str]) -> Membership:
    """The versions that each of at most 50 contacts is inside. Source: SFD:contactMembershipRequest."""
    _refuse_too_many(contact_keys)
    found: list[tuple[str, str, int]] = []
    missing: list[str] = []
    for key in dict.fromkeys(contact_keys):
        contact_id = org.value("SELECT contact_id FROM contacts WHERE contact_key = ?", key)
        if contact_id is None:
            missing.append(key)
            continue
        rows = org.rows(
            """SELECT DISTINCT j.key, v.number
               FROM journey_entries e JOIN journeys j USING (journey_id) JOIN journey_versions v USING (journey_id)
                    JOIN journey_cohorts c USING (version_id)
               WHERE e.contact_id = :contact AND c.state = 'inside' AND EXISTS (
                     SELECT 1 FROM journey_members m
                     WHERE m.cohort_id = c.cohort_id AND m.visit IN (
                         WITH RECURSIVE nth(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM nth WHERE n + 1 < e.entries)
                         SELECT n << 32 | :contact FROM nth))
               ORDER BY j.key, v.number""",
            {"contact": contact_id},
        )
        found += [(key, row["key"], row["number"]) for row in rows]
    return Membership(tuple(found), tuple(missing))


def _refuse_too_many(contact_keys: Sequence[str]) -> None:
    if len(contact_keys) > MOST:
        raise Refused(f"A request names at most {MOST} contacts, not {len(contact_keys)}.")


@command("journey.exit_contact")
def exit_contact(org: Org, *, key: str, contact_keys: list[str], numbers: list[int] | None = None) -> Outcome:
    """Take contacts out of a journey, of all its versions or of those of these `numbers`; they count as exited.

    Raises Refused for a journey that is not known, and when none of them is inside.
    """
    _refuse_too_many(contact_keys)
    try:
        journey_id_of(org, key)
    except Refused as error:
        # Source: SFD:contactExitRequest, the product's text.
        said = "Exit request Ignored - Invalid Interaction Name."
        raise Refused(said, cause=error.message, fix=error.fix) from None
    exited = 0
    for version in versions(org, key):
        if numbers is None or version.number in numbers:
            exited += _exit(org, Run(org, version), contact_keys)
    if not exited:
        who = contact_keys[0] if len(contact_keys) == 1 else f"None of {len(contact_keys)} contacts"
        raise Refused(f"{who} is not in the journey {key}.", fix="journey.membership lists where a contact is.")
    return Outcome(f"{versions(org, key)[-1].name}: {exited} exited by a person", {"exited": exited}, f"journey/{key}")


def _exit(org: Org, run: Run, contact_keys: Sequence[str]) -> int:
    """Take these contacts out of every cohort of a version that they stand in."""
    marks = ", ".join(f":who{number}" for number in range(len(contact_keys)))
    who = {f"who{number}": key for number, key in enumerate(contact_keys)}
    theirs = f"""SELECT m.visit AS visit FROM journey_members m
                 WHERE m.cohort_id = :parent AND {sql_contact("m.visit")} IN (
                       SELECT contact_id FROM contacts WHERE contact_key IN ({marks or "NULL"}))"""
    standing = org.rows(
        """SELECT cohort_id, root_cohort_id, size, arrived_at FROM journey_cohorts
           WHERE version_id = ? AND state = 'inside' ORDER BY cohort_id""",
        run.version.version_id,
    )
    exited = 0
    for row in standing:
        cohort = Cohort(*row)
        org.run(
            f"INSERT INTO journey_exits SELECT :version, visit, :now, :why FROM ({theirs}) WHERE 1 ORDER BY visit",
            {**who, "parent": cohort.cohort_id, "version": run.version.version_id, "now": org.now,
             "why": EXITED_BY_API},
        )  # fmt: skip
        exited += run.take_out(cohort, theirs, who, "exited")
    return exited
