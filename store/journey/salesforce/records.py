"""CRM records and their relations as SQL: which tables to join for a path, and the value at its end.

`r` is the record that fired. A path names relationships: `Campaign`, `Account`, `CreatedBy`; `Common` is whoever of
Contact and Lead the record points to. Source: domain C3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store import connect, crm
from store.data_extensions import quoted
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

COMMON = "common"
MEMBER_RECORD_TYPE = "memberrecordtype"  # which of the two a campaign member is; in recorded event schemas
PERSONS = ("Contact", "Lead", "User")  # source: domain C3, only person records can be injected
_MAILING = ("Street", "City", "State", "PostalCode", "Country")  # a member has those of its Lead or Contact


@dataclass(frozen=True)
class Found:
    """A value: SQL as the CRM stores it, SQL as a data extension keeps it, and the fields that it comes from."""

    stored: str
    kept: str
    fields: tuple[tuple[crm.Object, crm.Field], ...]


@dataclass
class Records:
    """The FROM clause of one object with the relations that were asked for.

    The object is that of the Salesforce org of the business unit that is worked in, and so is what it points to.
    """

    org: Org
    object_name: str
    joins: list[str] = field(default_factory=list)
    _aliases: dict[tuple[str, ...], list[tuple[str, crm.Object]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.object = crm.describe(self.org, connect.named_here(self.org, self.object_name))
        self._aliases[()] = [("r", self.object)]

    @property
    def sql(self) -> str:
        """What stands after FROM."""
        return " ".join([f"{crm.table_of(self.object.name)} r", *self.joins])

    def value(self, path: tuple[str, ...], name: str) -> Found:
        """The field at the end of a path. Raises Refused naming the relation or field that the org does not have."""
        if name.lower() == MEMBER_RECORD_TYPE:
            return self._member_type()
        fields = [(alias, obj, obj.find(name)) for alias, obj in self._targets(path)]
        known = [(alias, obj, found) for alias, obj, found in fields if found is not None]
        if not known and not path and self.object.api_name == "CampaignMember":
            return self._of_member(name)
        if not known:
            where = ":".join((self.object.api_name, *path))
            fix = did_you_mean(name, [each.name for each in fields[0][1].fields])
            raise Refused(f"Field {where}:{name} is not available on the connected org.", fix=fix)
        return self._coalesced(known)

    def _coalesced(self, known: list[tuple[str, crm.Object, crm.Field]]) -> Found:
        stored = [crm.value_sql(self.org, obj, found, alias) for alias, obj, found in known]
        kept = [
            connect.sql_value(self.org, found.name, found.type, found.scale, column=column)
            for column, (_, _, found) in zip(stored, known, strict=True)
        ]
        return Found(_first(stored), _first(kept), tuple((obj, found) for _, obj, found in known))

    def _member_type(self) -> Found:
        aliases = self._targets((COMMON,))
        sql = (
            "CASE " + " ".join(f"WHEN {alias}.Id IS NOT NULL THEN '{obj.api_name}'" for alias, obj in aliases) + " END"
        )
        return Found(sql, sql, ())

    def _of_member(self, name: str) -> Found:
        """What a campaign member shows of its Lead or Contact: names, phones, the address."""
        known = []
        for alias, obj in self._targets((COMMON,)):
            own = f"Mailing{name}" if obj.api_name == "Contact" and name in _MAILING else name
            found = obj.find(own)
            if found is not None:
                known.append((alias, obj, found))
        if not known:
            raise Refused(f"Field CampaignMember:{name} is not available on the connected org.")
        return self._coalesced(known)

    def _targets(self, path: tuple[str, ...]) -> list[tuple[str, crm.Object]]:
        """The joined tables at the end of a path; several where a lookup points to several objects."""
        key = tuple(part.lower() for part in path)
        if key not in self._aliases:
            found: list[tuple[str, crm.Object]] = []
            for parent, obj in self._targets(path[:-1]):
                for lookup in _lookups(obj, path[-1]):
                    found += [self._join(parent, lookup, target) for target in _persons_only(lookup, path[-1])]
            if not found:
                raise Refused(f"{self.object.api_name} has no relation '{':'.join(path)}' on the connected org.")
            self._aliases[key] = found
        return self._aliases[key]

    def _join(self, parent: str, lookup: crm.Field, target: str) -> tuple[str, crm.Object]:
        alias = f"r{len(self.joins) + 1}"
        obj = crm.describe(self.org, target)
        self.joins.append(f"LEFT JOIN {crm.table_of(obj.name)} {alias} ON {alias}.Id = {parent}.{quoted(lookup.name)}")
        return alias, obj


def _lookups(obj: crm.Object, relation: str) -> list[crm.Field]:
    """The lookups behind a relation's name."""
    name = relation.lower()
    if name == COMMON:
        return [each for each in obj.references if {"Contact", "Lead"} & set(each.targets)]
    return [each for each in obj.references if name in (each.relationship_name.lower(), each.name.lower())]


def _persons_only(lookup: crm.Field, relation: str) -> tuple[str, ...]:
    targets = lookup.reference_to
    return (
        tuple(each for each in targets if crm.api_name(each) in ("Contact", "Lead"))
        if relation.lower() == COMMON
        else targets
    )


def _first(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


def is_person(found: Found) -> bool:
    """Whether a value is the Id of a Contact, Lead or User: what can be injected. Source: domain C3 and A1."""
    return bool(found.fields) and all(
        (each.name == "Id" and obj.api_name in PERSONS)
        or (each.type == "reference" and set(each.targets) <= set(PERSONS))
        or each.name == "PersonContactId"
        for obj, each in found.fields
    )
