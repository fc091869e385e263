"""Builds what a mapping makes: data extensions with their queries, one relation after the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from store import business_units, connect, crm
from store.advice.model_mapping.fields import DELETED, Names, chosen, declared, synchronized_fields
from store.advice.model_mapping.model import PlannedExtension, PlannedQuery, Proposal
from store.advice.model_mapping.relations import GRANDPARENT, JUNCTION, PARENTS_CHILD, Relation
from store.advice.model_mapping.tsql import Select, named
from store.advice.model_mapping.wish import CHILD, DENORMALISE, ROLL_UP, Wish
from store.business_units import ENTERPRISE_MID

if TYPE_CHECKING:
    from store.org import Org

PEOPLE = ("Contact", "Lead", "User")  # source: domain A4 and C1, whose records are contacts under their Id
ID_LENGTH = 18
KEY_LENGTH = 36  # source: domain B2, of the external key of a query
_SUMMED = ("currency", "double", "int")
_DATED = ("date", "datetime")
_MOST_SUMS, _MOST_DATES = 3, 2
_SUM_DIGITS = 28  # of a sum; source: domain B1, a Decimal has 29 digits at most
_OF_PERSONS = re.compile(r"^Person|__pc$|^IsPersonAccount$")


def short(name: str) -> str:
    """An API name as a part of other names: without namespace marks and suffix."""
    return re.sub(r"__(c|s|pc|r|mdt)$", "", crm.api_name(name), flags=re.IGNORECASE).replace("__", "_")


class Builder:
    """Collects what is made for one master; `used` are the fields of each object that have to be synchronized."""

    def __init__(self, org: Org, master: crm.Object, wanted: Wish) -> None:
        self.org, self.master, self.wish = org, master, wanted
        of = (
            f"{crm.org_of(master.name)}_" if crm.org_of(master.name) else ""
        )  # each Salesforce org has names of its own
        self.base = wanted.prefix or of + short(master.name)
        self.is_person = master.api_name in PEOPLE
        self.key = "SubscriberKey" if self.is_person else "Id"
        self.used: dict[str, dict[str, None]] = {}
        self.extensions: list[PlannedExtension] = []
        self.queries: list[PlannedQuery] = []
        self.links: list[dict[str, Any]] = []
        self.names = Names()
        self.flat = f"{self.base}_Flat"
        self.fields: list[dict[str, Any]] = []
        self.select = Select(self.source(master.name), "m")
        self.parents: dict[tuple[str, str], str] = {}  # (alias, lookup) -> alias of what it joined
        self.totals = 0

    # ---- names of tables

    def source(self, object_name: str) -> str:
        """The Synchronized Data Extension of an object as a query of this business unit names it."""
        ent = "" if business_units.current_mid() == ENTERPRISE_MID else "Ent."
        return f"{ent}{named(connect.de_name_for(self.org, object_name))}"

    def use(self, object_name: str, *names: str) -> None:
        """These fields of an object have to be there."""
        self.used.setdefault(object_name, {"Id": None}).update(dict.fromkeys(names))

    def keeps_deleted(self, object_name: str) -> bool:
        """Whether rows of deleted records can be told, so that they are left out."""
        there = synchronized_fields(self.org, object_name)
        if there is None:
            self.use(object_name, DELETED)
        return there is None or DELETED in there

    def alive(self, object_name: str, alias: str) -> list[str]:
        """The condition that a row is of a record that is not deleted, where that can be told."""
        return [f"{alias}.{DELETED} = 0"] if self.keeps_deleted(object_name) else []

    # ---- the flat data extension

    def begin_flat(self) -> None:
        """The key and the master's own fields."""
        fields = chosen(self.org, self.master, self.wish.fields, master=True)
        self.use(self.master.name, *(field.name for field in fields))
        self._flat_column("m", self.master.field("Id"), self.names.free(self.key), key=True)
        for field in fields:
            self._flat_column("m", field, self.names.free(field.name))
        self.select.where += self.alive(self.master.name, "m")

    def _flat_column(self, alias: str, field: crm.Field, name: str, *, key: bool = False) -> None:
        made = declared(field, name, nullable=alias != "m", key=key)
        has_address = any(each["type"] == "EmailAddress" for each in self.fields)
        if made["type"] == "EmailAddress" and (alias != "m" or has_address):
            # source: domain B3, a sendable data extension needs exactly one field of type EmailAddress
            made = {**made, "type": "Text", "length": 254}
        self.fields.append(made)
        self.select.column(alias, field.name, name)

    def denormalise(self, proposal: Proposal, wanted: tuple[str, ...]) -> None:
        """The fields of a parent copied into the flat data extension by a LEFT JOIN, which loses no master."""
        found, near = proposal.relation, "m"
        if found.kind == GRANDPARENT:
            near = self._joined("m", self.master, found.near, found.through)
        owner = crm.describe(self.org, found.through) if found.kind == GRANDPARENT else self.master
        alias = self._joined(near, owner, found.lookup, found.object)
        head = short(owner.field(found.lookup).relationship_name)
        obj = crm.describe(self.org, found.object)
        for field in self._copied(obj, wanted):
            self.use(obj.name, field.name)
            self._flat_column(alias, field, self.names.free(f"{head}_{short(field.name)}"))

    def _joined(self, near: str, owner: crm.Object, lookup: str, object_name: str) -> str:
        """The alias of what a lookup leads to, joined once."""
        if (near, lookup) not in self.parents:
            alias = self.parents[near, lookup] = f"p{len(self.parents) + 1}"
            self.use(owner.name, lookup)
            self.use(object_name)
            joined = f"{alias}.Id = {near}.{named(lookup)}"
            self.select.join("LEFT", self.source(object_name), alias, joined, *self.alive(object_name, alias))
        return self.parents[near, lookup]

    def _copied(self, obj: crm.Object, wanted: tuple[str, ...]) -> list[crm.Field]:
        """The fields of another object that are worth copying: no lookups, nothing that a person's account doubles."""
        found = chosen(self.org, obj, wanted, master=False)
        return [
            field
            for field in found
            if wanted or (field.type not in ("reference", "id") and not _OF_PERSONS.search(field.name))
        ]

    def finish_flat(self, step: int) -> None:
        """The definition and the query, now that every relation has added its columns."""
        definition: dict[str, Any] = {"name": self.flat, "key": self.flat, "fields": self.fields}
        if self.is_person:
            definition |= {"is_sendable": True, "sendable_field": self.fields[0]["name"]}
            definition["sendable_to"] = "Subscriber Key"
        row = f"one row per {self.master.label}"
        retention = "off: every run writes each row anew; a period would end rows that are still wanted"
        self.extensions.insert(0, PlannedExtension(definition, row, retention))
        why = "Update: rows keep their identity, so that a journey takes new ones only, and nothing is empty meanwhile"
        self._query(self.flat, "Update", self.select.text, step, why)

    # ---- what there are several of

    def own(self, proposal: Proposal, wanted: tuple[str, ...]) -> None:
        """A data extension of the children, keyed by their own id, with the key of what they belong to."""
        found = proposal.relation
        obj, name = crm.describe(self.org, found.object), f"{self.base}_{short(found.object)}"
        names, select = Names(), Select(self.source(obj.name), "r")
        lookup = obj.field(found.lookup)
        fields = [declared(obj.field("Id"), names.free("Id"), nullable=False, key=True)]
        fields.append(declared(lookup, names.free(lookup.name), nullable=False) | {"is_nullable": False})
        select.column("r", "Id")
        select.column("r", lookup.name)
        for field in chosen(self.org, obj, wanted, master=False):
            if field.name != lookup.name:
                fields.append(declared(field, names.free(field.name), nullable=False))
                select.column("r", field.name, fields[-1]["name"])
                self.use(obj.name, field.name)
        self.use(obj.name, lookup.name)
        if found.kind == JUNCTION:
            self._other_end(found, select, fields, names)
        self._belonging(found, select)
        retention = "off: Overwrite leaves exactly the rows that the CRM has"
        row = f"one row per {obj.label}"
        definition = {"name": name, "key": name, "fields": fields}
        self.extensions.append(PlannedExtension(definition, row, retention))
        why = "Overwrite: a record that is deleted or moved in the CRM leaves no row behind"
        self._query(name, "Overwrite", select.text, 1, why)
        self._link_child(found, name, lookup.name)

    def _other_end(self, found: Relation, select: Select, fields: list[dict[str, Any]], names: Names) -> None:
        """Of a junction: the fields of the object at its other end."""
        other = crm.describe(self.org, found.through)
        head = short(crm.describe(self.org, found.object).field(found.far).relationship_name)
        self.use(found.object, found.far)
        select.join("LEFT", self.source(other.name), "x", f"x.Id = r.{named(found.far)}", *self.alive(other.name, "x"))
        self.use(other.name)
        for field in self._copied(other, ()):
            name = names.free(f"{head}_{short(field.name)}")
            fields.append(declared(field, name, nullable=True))
            select.column("x", field.name, name)
            self.use(other.name, field.name)

    def _belonging(self, found: Relation, select: Select) -> None:
        """Only rows that belong to something; of a lookup to several objects only those that mean ours."""
        owner = found.through if found.kind == PARENTS_CHILD else self.master.name
        if found.polymorphic:
            self.use(owner)
            select.join("INNER", self.source(owner), "o", f"o.Id = r.{named(found.lookup)}", *self.alive(owner, "o"))
        else:
            select.where.append(f"r.{named(found.lookup)} IS NOT NULL")
        select.where += self.alive(found.object, "r")

    def _link_child(self, found: Relation, name: str, lookup: str) -> None:
        """Behind the flat one; what belongs to a parent behind the parent's synchronized one."""
        if found.kind == PARENTS_CHILD:
            to, by = connect.de_name_for(self.org, found.through), {"Id": lookup}
            self.use(found.through)
            self.use(self.master.name, found.near)
        else:
            to, by = self.flat, {self.fields[0]["name"]: lookup}
        self.links.append({"de": name, "to": to, "by": by, "cardinality": "1:many"})

    def roll_up(self, proposal: Proposal, wanted: tuple[str, ...]) -> None:
        """COUNT, SUM and MAX per parent in a data extension of their own, joined into the flat one."""
        found = proposal.relation
        obj = crm.describe(self.org, found.object)
        head, name = short(obj.name), f"{self.base}_{short(obj.name)}_Totals"
        lookup = obj.field(found.lookup)
        names, select = Names(), Select(self.source(obj.name), "r", group_by=f"r.{named(lookup.name)}")
        fields = [declared(lookup, names.free(lookup.name), nullable=False, key=True)]
        select.column("r", lookup.name)
        self.use(obj.name, lookup.name)
        for expression, made in self._totals(obj, head, wanted):
            made["name"] = names.free(made["name"])
            select.columns.append((expression, made["name"]))
            fields.append(made)
        self._belonging(found, select)
        row = f"one row per {found.through or self.master.label} that has any {obj.label}"
        retention = "off: Overwrite leaves exactly the rows that the CRM has"
        definition = {"name": name, "key": name, "fields": fields}
        self.extensions.append(PlannedExtension(definition, row, retention))
        self._query(name, "Overwrite", select.text, 1, "Overwrite: who has none any more has no row")
        self._join_totals(found, name, lookup.name, fields[1:])

    def _totals(self, obj: crm.Object, head: str, wanted: tuple[str, ...]) -> list[tuple[str, dict[str, Any]]]:
        """(expression, definition) of the count, the sums and the latest dates."""
        fields = chosen(self.org, obj, wanted, master=False)
        found: list[tuple[str, dict[str, Any]]] = [
            ("COUNT(*)", {"name": f"{head}_Count", "type": "Number", "is_nullable": False})
        ]
        for field in [each for each in fields if each.type in _SUMMED][:_MOST_SUMS]:
            scale = 0 if field.type == "int" else field.scale or 0
            value = f"r.{named(field.name)}"
            summed = f"CAST({value} AS DECIMAL(18, 0))" if field.type == "int" else value
            made = {"name": f"{head}_{short(field.name)}_Sum", "type": "Decimal", "precision": _SUM_DIGITS}
            found.append((f"SUM({summed})", made | {"scale": scale}))
            self.use(obj.name, field.name)
        for field in [each for each in fields if each.type in _DATED][:_MOST_DATES]:
            found.append((f"MAX(r.{named(field.name)})", {"name": f"{head}_{short(field.name)}_Last", "type": "Date"}))
            self.use(obj.name, field.name)
        return found

    def _join_totals(self, found: Relation, name: str, key: str, fields: list[dict[str, Any]]) -> None:
        """The totals into the flat one: no total is no record, which a count says as 0."""
        self.totals += 1
        alias, near = f"t{self.totals}", found.near if found.kind == PARENTS_CHILD else "Id"
        self.use(self.master.name, near)
        self.select.join("LEFT", named(name), alias, f"{alias}.{named(key)} = m.{named(near)}")
        for made in fields:
            wanted = self.names.free(made["name"])
            value = f"{alias}.{named(made['name'])}"
            is_count = not made.get("is_nullable", True)
            self.select.columns.append((f"ISNULL({value}, 0)" if is_count else value, wanted))
            self.fields.append({**made, "name": wanted})

    # ---- queries

    def _query(self, target: str, action: str, sql: str, step: int, why: str) -> None:
        key = f"fill-{target.lower().replace('_', '-')}"[:KEY_LENGTH]
        taken = [query.key for query in self.queries]
        number, free = 1, key
        while free in taken:
            number += 1
            free = f"{key[: KEY_LENGTH - 3]}-{number}"
        self.queries.append(PlannedQuery(free, target, action, sql, step, why))


def build(builder: Builder, proposals: list[tuple[Proposal, tuple[str, ...]]]) -> None:
    """Every proposal in its way; what is several first, so that the flat query can join its totals."""
    builder.begin_flat()
    for proposal, fields in proposals:
        if DENORMALISE in proposal.ways:
            builder.denormalise(proposal, fields)
        if CHILD in proposal.ways:
            builder.own(proposal, fields)
        if ROLL_UP in proposal.ways:
            builder.roll_up(proposal, fields)
    builder.finish_flat(2 if builder.queries else 1)
