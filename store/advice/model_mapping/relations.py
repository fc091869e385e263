"""How an object is related to the master: by which lookups, in which direction, and how many records that means.

parent          the master looks it up                      Contact.AccountId -> Account
self            the master looks up its own object          Contact.ReportsToId -> Contact
grandparent     a parent looks it up                        Contact.AccountId -> Account.OwnerId -> User
child           it looks up the master                      Case.ContactId -> Contact
junction        so, and another object that it must have    CampaignMember.ContactId, .CampaignId -> Campaign
parent's child  it looks up a parent of the master          Opportunity.AccountId -> Account <- Contact.AccountId
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import crm
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

PARENT, SELF, GRANDPARENT = "parent", "self", "grandparent"
KID, JUNCTION, PARENTS_CHILD = "child", "junction", "parent's child"
MANY = (KID, JUNCTION, PARENTS_CHILD)  # of these a master record can have several
_AUDIT = ("createdbyid", "lastmodifiedbyid", "masterrecordid", "recordtypeid")
_NO_KIN = (*_AUDIT, "ownerid")  # records of one owner have nothing else to do with each other


@dataclass(frozen=True)
class Relation:
    """`lookup` is the field on the side that has it; `near` the master's field where the way goes over a parent.

    `through` is that parent, or of a junction the object at its other end, with `far` as the lookup to it.
    """

    object: str
    kind: str
    lookup: str
    near: str = ""
    through: str = ""
    far: str = ""
    polymorphic: tuple[str, ...] = ()

    def said(self, master: str) -> str:
        """The relation in words."""
        if self.kind in (PARENT, SELF):
            return f"{master}.{self.lookup} = {self.object}.Id"
        if self.kind == GRANDPARENT:
            return f"{master}.{self.near} = {self.through}.Id, {self.through}.{self.lookup} = {self.object}.Id"
        if self.kind == PARENTS_CHILD:
            return f"{self.object}.{self.lookup} = {self.through}.Id = {master}.{self.near}"
        other = f", {self.object}.{self.far} = {self.through}.Id" if self.far else ""
        return f"{self.object}.{self.lookup} = {master}.Id{other}"


@dataclass(frozen=True)
class Measure:
    """Counted on the live records of the CRM: `with_several` masters have more than one, `most` is the most of one.

    `lost` rows have no place when all are put into a row per master; `without` related records have no master.
    """

    records: int
    masters: int
    with_any: int
    with_several: int
    most: int
    lost: int
    without: int


def relation(org: Org, master: crm.Object, related: crm.Object, via: str = "") -> Relation:
    """How the two are related: by `via` where it is given, else the first way that has data; a direct one comes first.

    Raises Refused when no lookup leads from one to the other.
    """
    found = [each for each in _candidates(org, master, related) if not via or via.lower() in _fields_of(each)]
    if not found:
        by = f" by {via}" if via else ""
        raise Refused(
            f"{related.name} is not related to {master.name}{by}.",
            cause="No lookup leads from one to the other, directly or over one parent.",
            fix=_between(org, master, related)
            or f"Its lookups: {_lookups_said(related)}; those of {master.name}: {_lookups_said(master)}.",
        )
    return next((each for each in found if _has_data(org, master, each)), found[0])


def _between(org: Org, master: crm.Object, related: crm.Object) -> str:
    """The objects that look up both: a junction between the two can be named instead."""
    found = []
    for name in crm.objects_in(org, crm.org_of(master.name)):
        targets = {to for field in lookups(crm.describe(org, name)) if field.name.lower() not in _NO_KIN
                   for to in field.reference_to}  # fmt: skip
        if {master.name, related.name} <= targets and name not in (master.name, related.name):
            found.append(name)
    return f"{' and '.join(found)} {'look' if len(found) > 1 else 'looks'} up both: name it instead." if found else ""


def _fields_of(each: Relation) -> tuple[str, ...]:
    return tuple(name.lower() for name in (each.lookup, each.near, each.far) if name)


def _lookups_said(obj: crm.Object) -> str:
    found = [field.name for field in lookups(obj) if field.name.lower() not in _AUDIT]
    return ", ".join(found) or "none"


def lookups(obj: crm.Object) -> list[crm.Field]:
    """The lookups of an object, those that an audit keeps last; in their order otherwise."""
    return sorted(obj.references, key=lambda field: field.name.lower() in _AUDIT)


def _candidates(org: Org, master: crm.Object, related: crm.Object) -> list[Relation]:
    found = []
    for field in lookups(master):
        if related.name in field.reference_to:
            kind = SELF if related.name == master.name else PARENT
            found.append(Relation(related.name, kind, field.name, polymorphic=_several(field)))
    if related.name == master.name:
        return found
    for field in lookups(related):
        if master.name in field.reference_to:
            found.append(_child(master, related, field))
    for near in lookups(master):
        for parent in near.reference_to:
            if parent in (master.name, related.name):
                continue
            found += _over(org, near, parent, related)
    return found


def _several(field: crm.Field) -> tuple[str, ...]:
    return field.reference_to if len(field.reference_to) > 1 else ()


def _child(master: crm.Object, related: crm.Object, field: crm.Field) -> Relation:
    """A child; a junction when it must have another object too, as the member of a campaign has the campaign."""
    for other in related.references:
        to = other.reference_to
        if other.required and other.name != field.name and master.name not in to and len(to) == 1:
            return Relation(related.name, JUNCTION, field.name, through=to[0], far=other.name,
                            polymorphic=_several(field))  # fmt: skip
    return Relation(related.name, KID, field.name, polymorphic=_several(field))


def _over(org: Org, near: crm.Field, parent: str, related: crm.Object) -> list[Relation]:
    """The ways over one parent: what looks it up as well, and what it looks up."""
    if near.name.lower() in _AUDIT:
        return []
    found = [
        Relation(related.name, PARENTS_CHILD, field.name, near.name, parent, polymorphic=_several(field))
        for field in lookups(related)
        if parent in field.reference_to and near.name.lower() not in _NO_KIN and field.name.lower() not in _NO_KIN
    ]
    return found + [
        Relation(related.name, GRANDPARENT, field.name, near.name, parent, polymorphic=_several(field))
        for field in lookups(crm.describe(org, parent))
        if related.name in field.reference_to and field.name.lower() not in _AUDIT
    ]


# ---- counted


def live(name: str, alias: str) -> str:
    """SQL of FROM and a condition that every record of an object is one that is not deleted."""
    return f"(SELECT * FROM {crm.table_of(name)} WHERE +IsDeleted = 0) AS {alias}"


def sql_pairs(master: crm.Object, each: Relation) -> str:
    """A SELECT of (master, related): the ids of the records that belong together."""
    top, other = live(master.name, "m"), live(each.object, "r")
    if each.kind in (PARENT, SELF):
        return f"SELECT m.Id AS master, r.Id AS related FROM {top} JOIN {other} ON r.Id = m.{each.lookup}"
    if each.kind in (KID, JUNCTION):
        return f"SELECT m.Id AS master, r.Id AS related FROM {top} JOIN {other} ON r.{each.lookup} = m.Id"
    if each.kind == PARENTS_CHILD:
        return f"""SELECT m.Id AS master, r.Id AS related FROM {top}
                     JOIN {live(each.through, "p")} ON p.Id = m.{each.near} JOIN {other} ON r.{each.lookup} = p.Id"""
    return f"""SELECT m.Id AS master, r.Id AS related FROM {top}
                 JOIN {live(each.through, "p")} ON p.Id = m.{each.near} JOIN {other} ON r.Id = p.{each.lookup}"""


def _has_data(org: Org, master: crm.Object, each: Relation) -> bool:
    return org.value(f"SELECT 1 FROM ({sql_pairs(master, each)}) LIMIT 1") is not None


def measure(org: Org, master: crm.Object, each: Relation) -> Measure:
    """Count a relation on the records that there are."""
    row = org.row(
        f"""WITH pairs AS ({sql_pairs(master, each)}),
                 per AS (SELECT master, count(*) AS n FROM pairs GROUP BY master)
            SELECT count(*) AS with_any, coalesce(sum(n > 1), 0) AS with_several, coalesce(max(n), 0) AS most,
                   coalesce(sum(n - 1), 0) AS lost, (SELECT count(DISTINCT related) FROM pairs) AS reached FROM per"""
    )
    assert row is not None
    records, masters = crm.count(org, each.object), crm.count(org, master.name)
    return Measure(
        records, masters, row["with_any"], row["with_several"], row["most"], row["lost"], records - row["reached"]
    )
