"""Under which keys the contacts are, what breaks for each kind, and who is billed more than once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import connect, crm

if TYPE_CHECKING:
    from store.org import Org

# The objects whose records become contacts, with the prefixes of their ids. source: domain A4
PEOPLE = {"Contact": "003", "Lead": "00Q", "User": "005"}

CRM_ID, OTHER_ID, SHORT_ID, ADDRESS, OTHER = (
    "CRM id, 18 characters",
    "id of another CRM object",
    "CRM id, 15 characters",
    "e-mail address",
    "something else",
)
# source: domain A1 (the key has to be the 18-character id; Person Accounts), A4 (no deduplication), C2 (15 and 18)
BREAKS = {
    CRM_ID: "Nothing: sends, journeys and tracking in the CRM find the record.",
    OTHER_ID: "No Contact, Lead or User: for a Person Account the key is its PersonContactId, not the Account's id."
    " Salesforce entry events and tracking in the CRM miss the person, who is billed again when synchronized.",
    SHORT_ID: "MC Connect brings the same record under 18 characters: a second contact, billed again, without the"
    " history of the first. Two such ids can differ only in case, which keys do not tell apart.",
    ADDRESS: "A new address is a new contact without history; whoever shares an address is one contact, with one"
    " status; MC Connect brings the same person under the CRM id as well: billed twice, unsubscribed only once.",
    OTHER: "Nothing leads from the key to the CRM: no tracking on the record, and MC Connect brings the same person"
    " under the CRM id as well.",
}
KINDS = tuple(BREAKS)


@dataclass(frozen=True)
class KeyKind:
    """The contacts whose keys are of one kind.

    `share` is of all contacts, 0 to 1. `twice` are those whose person is a contact under a CRM id as well: by the same
    15 characters, or by the same e-mail address in All Subscribers (or as the key) and on the CRM's record.
    """

    kind: str
    contacts: int
    share: float
    twice: int
    example: str
    breaks: str


@dataclass(frozen=True)
class Duplicates:
    """People (one address each) who are contacts under several CRM ids, by the objects that these are of.

    `surplus` contacts would not be billed if each person were one.
    """

    objects: str
    people: int
    contacts: int
    surplus: int


@dataclass(frozen=True)
class Saving:
    """A filter of a synchronization, and how many of the surplus contacts it would have kept out."""

    object: str
    filter: str
    contacts: int
    how: str


def key_audit(org: Org) -> list[KeyKind]:
    """Every kind of key, the good one first; kinds that no contact has are there with 0."""
    rows = org.rows(
        f"""WITH keyed AS (SELECT contact_id, contact_key, {_sql_kind("contact_key")} AS kind FROM contacts),
                 known AS ({_sql_billed(org)}),
                 addressed AS (
                   SELECT k.contact_id, lower(coalesce(s.email_address, k.contact_key)) AS address
                     FROM keyed k LEFT JOIN all_subscribers s USING (contact_id)
                    WHERE k.kind <> '{CRM_ID}'),
                 short AS (SELECT contact_id, contact_key FROM keyed WHERE kind = '{SHORT_ID}'),
                 twice AS (
                   SELECT contact_id FROM addressed WHERE address IN (SELECT address FROM known)
                    UNION
                   SELECT contact_id FROM short
                    WHERE contact_key COLLATE BINARY IN (
                          SELECT substr(contact_key, 1, 15) FROM keyed WHERE kind = '{CRM_ID}'))
            SELECT k.kind, count(*) AS contacts, count(t.contact_id) AS twice, min(k.contact_key) AS example
              FROM keyed k LEFT JOIN twice t USING (contact_id)
             GROUP BY k.kind"""
    )
    found = {row["kind"]: row for row in rows}
    total = sum(row["contacts"] for row in rows)
    audit = []
    for kind in KINDS:
        row = found.get(kind)
        if row is None:
            audit.append(KeyKind(kind, 0, 0.0, 0, "", BREAKS[kind]))
        else:
            share = row["contacts"] / total
            audit.append(KeyKind(kind, row["contacts"], share, row["twice"], row["example"], BREAKS[kind]))
    return audit


def billed_twice(org: Org) -> list[Duplicates]:
    """Who has the same e-mail address on several records that are contacts; most surplus first. source: domain A4."""
    # One column for each object: whether somebody has a record of it.
    names = _people(org)
    has = ", ".join(f"max(object = '{name}') AS is_{n}" for n, name in enumerate(names))
    said = " || ".join(f"CASE WHEN is_{n} THEN '{name} ' ELSE '' END" for n, name in enumerate(names))
    rows = org.rows(
        f"""WITH known AS ({_sql_billed(org)}),
                 people AS (
                   SELECT address, count(*) AS contacts, {has} FROM known GROUP BY address HAVING count(*) > 1)
            SELECT trim({said}) AS objects, count(*) AS people, sum(contacts) AS contacts, sum(contacts - 1) AS surplus
              FROM people GROUP BY 1 ORDER BY surplus DESC, objects"""
    )
    return [Duplicates(str(row[0]).replace(" ", " + "), *row[1:]) for row in rows]


def savings(org: Org) -> list[Saving]:
    """The filters that would have kept surplus contacts out: one contact of each person stays, a Contact before others.

    A filter is one checkbox of the object (domain C1), and it makes nobody disappear who is a contact already.
    """
    rows = org.rows(
        f"""WITH known AS ({_sql_billed(org)}),
                 ranked AS (
                   SELECT object, is_converted, row_number() OVER (
                            PARTITION BY address ORDER BY object, is_converted, contact_id) AS place
                     FROM known)
            SELECT object, is_converted, count(*) AS contacts FROM ranked WHERE place > 1
             GROUP BY object, is_converted ORDER BY contacts DESC, object, is_converted"""
    )
    unfiltered = {source.object for source in connect.sources(org) if source.collection == "all"}
    return [_saving(row["object"], bool(row["is_converted"]), row["contacts"], unfiltered) for row in rows]


def _saving(name: str, converted: bool, surplus: int, unfiltered: set[str]) -> Saving:
    if converted:
        checkbox, how = "IsConverted = false", "The checkbox is there already."
    else:
        checkbox, how = "a checkbox of its own = true", f"Add a checkbox to {name}, kept by a flow: whom you market to."
    if name not in unfiltered:
        how += f" {name} is not synchronized whole now: look whether its filter does this."
    return Saving(name, checkbox, surplus, f"{how} Who is a contact already stays billed until deleted.")


def _sql_kind(key: str) -> str:
    """SQL for the kind of a Contact Key; ids are told by their form, the checksum is not computed."""
    prefixes = ", ".join(f"'{prefix}'" for prefix in PEOPLE.values())
    plain = f"{key} NOT GLOB '*[^0-9A-Za-z]*'"
    person = f"substr({key}, 1, 3) COLLATE BINARY IN ({prefixes})"
    # Of other objects only standard ones are known by their prefix, which begins with two digits or 'a' (custom ones).
    record = f"({key} GLOB '00[0-9A-Za-z]*' OR {key} GLOB 'a[0-9A-Za-z][0-9A-Za-z]*')"
    return f"""CASE WHEN length({key}) = 18 AND {plain} AND {person} THEN '{CRM_ID}'
                    WHEN length({key}) = 15 AND {plain} AND {person} THEN '{SHORT_ID}'
                    WHEN length({key}) = 18 AND {plain} AND {record} THEN '{OTHER_ID}'
                    WHEN {key} LIKE '_%@_%.__%' AND instr({key}, ' ') = 0 THEN '{ADDRESS}'
                    ELSE '{OTHER}' END"""


def _people(org: Org) -> list[str]:
    """The objects whose records become contacts: in the order of PEOPLE, each of every Salesforce org."""
    return [full for name in PEOPLE for full in crm.full_names(org, name)]


def _sql_billed(org: Org) -> str:
    """A SELECT of the contacts that are records with an address: contact_id, object, address, is_converted."""
    parts = []
    for name in _people(org):
        converted = "r.IsConverted" if crm.describe(org, name).find("IsConverted") else "0"
        parts.append(
            f"""SELECT c.contact_id, '{name}' AS object, lower(trim(r.Email)) AS address,
                       coalesce({converted}, 0) AS is_converted
                  FROM {crm.table_of(name)} r JOIN contacts c ON c.contact_key = r.Id
                 WHERE trim(r.Email) <> ''"""
        )
    return " UNION ALL ".join(parts)
