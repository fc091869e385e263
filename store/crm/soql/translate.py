"""From a query's tree to SQL: names to columns, relationships to joins, conditions to conditions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store.crm.fields import NUMBER_TYPES, TEXT_TYPES, Field
from store.crm.flows.entry import literal
from store.crm.live import value_sql
from store.crm.objects import Object, describe, find_object, object_names
from store.crm.problems import ValueProblem
from store.crm.soql.dates import span_of
from store.crm.soql.errors import SoqlError
from store.crm.soql.grammar import Node
from store.crm.tables import table_of
from store.crm.values import coerce
from store.ids import to_18

if TYPE_CHECKING:
    from lark import Token

    from store.org import Org

_NO_COLUMN = (
    "No such column '{}' on entity '{}'. If you are attempting to use a custom field, be sure to append the '__c' after"
    " the custom field name. Please reference your WSDL or the describe call for the appropriate names."
)
NO_RELATIONSHIP = (
    "Didn't understand relationship '{}' in field path. If you are attempting to use a custom relationship, be sure to"
    " append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the"
    " appropriate names."
)
_NO_OBJECT = (
    "sObject type '{}' is not supported. If you are attempting to use a custom object, be sure to append the '__c'"
    " after the entity name. Please reference your WSDL or the describe call for the appropriate names."
)
_UP = 5  # source: SOQL Reference, relationship queries: no more than five levels from child to parent
# Fields of the object Name, through which a polymorphic lookup (Who, What) is read.
_OF_NAME = ("Id", "Name", "FirstName", "LastName", "Email", "Phone", "Title", "Type")
# Functions of one field. source: SOQL Reference, "Date Functions" and "Aggregate Functions"
_PARTS = {
    "CALENDAR_YEAR": "CAST(strftime('%Y', {}) AS INTEGER)", "CALENDAR_MONTH": "CAST(strftime('%m', {}) AS INTEGER)",
    "CALENDAR_QUARTER": "((CAST(strftime('%m', {}) AS INTEGER) + 2) / 3)", "DAY_ONLY": "date({})",
    "DAY_IN_MONTH": "CAST(strftime('%d', {}) AS INTEGER)", "HOUR_IN_DAY": "CAST(strftime('%H', {}) AS INTEGER)",
}  # fmt: skip
AGGREGATES = ("COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX")


@dataclass(frozen=True)
class Value:
    """SQL with the field that it is a value of; `path` as the query writes it; `kind` the field's type."""

    sql: str
    kind: str
    path: str
    aggregate: bool = False
    target: Field | None = None
    entity: str = ""


@dataclass
class Scope:
    """One query on its way: its object under an alias, and the joins that its paths have brought."""

    org: Org
    text: str
    obj: Object
    alias: str
    called: str = ""  # the alias that the query gives its object
    joins: dict[tuple[str, ...], str] = field(default_factory=dict)
    joined: list[str] = field(default_factory=list)

    def error(self, token: Token, code: str, message: str) -> SoqlError:
        """An error at a word of the query."""
        return SoqlError(code, message, self.text, token.line or 0, token.column or 0)

    # ---- names

    def field(self, token: Token) -> Value:
        """A field path such as `Account.Owner.Name`; the object's own name or alias may stand first."""
        parts = str(token).split(".")
        own = {self.obj.api_name.lower(), self.called.lower()}
        if len(parts) > 1 and parts[0].lower() in own and not self._reference(self.obj, parts[0]):
            parts = parts[1:]
        *up, name = parts
        if len(up) > _UP:
            raise self.error(token, "MALFORMED_QUERY", f"a path goes up {_UP} relationships at most")
        obj, alias = self.obj, self.alias
        for depth, step in enumerate(up, 1):
            ref = self._reference(obj, step)
            if ref is None:
                raise self.error(token, "INVALID_FIELD", NO_RELATIONSHIP.format(step))
            if len(ref.reference_to) > 1:
                return self._of_name(token, ref, alias, parts[depth:])
            obj = describe(self.org, ref.reference_to[0])
            alias = self._join(tuple(part.lower() for part in up[:depth]), obj, f'{alias}."{ref.name}"')
        found = obj.find(name)
        if found is None:
            raise self.error(token, "INVALID_FIELD", _NO_COLUMN.format(name, obj.api_name))
        return Value(value_sql(self.org, obj, found, alias), found.type, str(token), target=found, entity=obj.api_name)

    @staticmethod
    def _reference(obj: Object, name: str) -> Field | None:
        return next((ref for ref in obj.references if ref.relationship_name.lower() == name.lower()), None)

    def _join(self, path: tuple[str, ...], obj: Object, lookup: str) -> str:
        if path not in self.joins:
            alias = self.joins[path] = f"{self.alias}_{len(self.joins) + 1}"
            self.joined.append(f"LEFT JOIN {table_of(obj.name)} AS {alias} ON {alias}.Id = {lookup}")
        return self.joins[path]

    def _of_name(self, token: Token, ref: Field, alias: str, rest: list[str]) -> Value:
        """A field of whatever record a polymorphic lookup names."""
        name = next((known for known in _OF_NAME if [known.lower()] == [part.lower() for part in rest]), None)
        if name is None:
            raise self.error(token, "INVALID_FIELD", _NO_COLUMN.format(".".join(rest), "Name"))
        lookup = f'{alias}."{ref.name}"'
        targets = [describe(self.org, target) for target in ref.reference_to]
        if name == "Type":
            whens = " ".join(f"WHEN {literal(obj.key_prefix[:3])} THEN {literal(obj.api_name)}" for obj in targets)
            return Value(f"(CASE substr({lookup}, 1, 3) {whens} END)", "string", str(token))
        values = []
        for obj in targets:
            found = obj.find(name) or (obj.find("CaseNumber") if name == "Name" else None)
            if found is not None:
                joined = self._join((alias, ref.name.lower(), obj.name.lower()), obj, lookup)
                values.append(value_sql(self.org, obj, found, joined))
        made = f"coalesce({', '.join(values)})" if len(values) > 1 else values[0]
        return Value(made, "string", str(token))

    def value(self, node: Node) -> Value:
        """A field, a date function of one, or an aggregate."""
        token = node.children[0]
        if node.data == "field":
            return self.field(token)
        name, inner = str(token).upper(), node.children[1]
        if name == "COUNT" and inner is None:
            return Value("count(*)", "int", "COUNT()", aggregate=True)
        if inner is None or (name not in AGGREGATES and name not in _PARTS):
            raise self.error(token, "MALFORMED_QUERY", f"unknown function '{token}'")
        of = self.value(inner)
        path = f"{token}({of.path})"
        if name in _PARTS:
            if of.kind not in ("date", "datetime"):
                raise self.error(token, "INVALID_FIELD", f"{name} takes a date or date-time, not {of.path}")
            day = of.sql if of.kind == "date" else f"{of.sql}, 'unixepoch'"
            return Value(_PARTS[name].format(day), "date" if name == "DAY_ONLY" else "int", path)
        if name in ("SUM", "AVG") and of.kind not in NUMBER_TYPES:
            raise self.error(token, "MALFORMED_QUERY", f"field {of.path} does not support aggregate operator {name}")
        sql = f"count(DISTINCT {of.sql})" if name == "COUNT_DISTINCT" else f"{name.lower()}({of.sql})"
        kind = {"COUNT": "int", "COUNT_DISTINCT": "int", "AVG": "double"}.get(name, of.kind)
        return Value(sql, kind, path, aggregate=True)

    # ---- conditions

    def condition(self, node: Node) -> str:
        """SQL of a condition."""
        if node.data in ("all_of", "any_of"):
            word = " AND " if node.data == "all_of" else " OR "
            return "(" + word.join(self.condition(child) for child in node.children) + ")"
        if node.data == "negated":
            return f"(NOT coalesce({self.condition(node.children[0])}, 0))"
        return {"comparison": self._comparison, "like": self._like, "one_of": self._one_of}[node.data](node)

    def _comparison(self, node: Node) -> str:
        value, sign, given = self.value(node.children[0]), str(node.children[1]), node.children[2]
        operator = {"!=": "<>"}.get(sign, sign)
        if given.data == "period":
            return self._in_period(value, operator, given.children[0])
        right = self.literal(value, given)
        if right == "NULL":
            if operator not in ("=", "<>"):
                token = given.children[0]
                raise self.error(token, "INVALID_QUERY_FILTER_OPERATOR", f"null cannot be compared by {sign}")
            return f"({value.sql} IS {'NOT ' if operator == '<>' else ''}NULL)"
        if operator == "<>":  # what is empty is not equal: source: SOQL Reference, comparison operators
            return f"({value.sql} IS NOT {right})"
        return f"({value.sql} {operator} {right})"

    def _in_period(self, value: Value, operator: str, token: Token) -> str:
        span = span_of(str(token), self.org.now)
        if span is None:
            raise self.error(token, "MALFORMED_QUERY", f"unexpected token: '{token}'")
        if value.kind not in ("date", "datetime"):
            raise self._wrong_type(token, value)
        first, after = (
            literal(day.isoformat()) if value.kind == "date"
            else str(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()))
            for day in span
        )  # fmt: skip
        inside = f"({value.sql} >= {first} AND {value.sql} < {after})"
        return {
            "=": inside, "<>": f"(NOT coalesce({inside}, 0))", "<": f"({value.sql} < {first})",
            "<=": f"({value.sql} < {after})", ">": f"({value.sql} >= {after})", ">=": f"({value.sql} >= {first})",
        }[operator]  # fmt: skip

    def _wrong_type(self, token: Token, value: Value) -> SoqlError:
        quoted = str(token).startswith("'")
        enclosed = " and should not be enclosed in quotes" if quoted and value.kind not in TEXT_TYPES else ""
        if value.kind in (*TEXT_TYPES, "id", "reference") and not quoted:
            enclosed = " and should be enclosed in quotes"
        kind = "string" if value.kind in TEXT_TYPES else value.kind
        return self.error(
            token, "INVALID_FIELD",
            f"value of filter criterion for field '{value.path}' must be of type {kind}{enclosed}",
        )  # fmt: skip

    def literal(self, value: Value, node: Node) -> str:
        """A literal as SQL, of the field's type. Raises SoqlError when it is of another."""
        token: Token = node.children[0]
        kind, text = node.data, str(token)
        if kind == "bound":
            raise self.error(token, "MALFORMED_QUERY", "bind variables only allowed in Apex code")
        if kind == "constant" and text.lower() == "null":
            return "NULL"
        fits = {
            "text": value.kind in (*TEXT_TYPES, "id", "reference"), "number": value.kind in NUMBER_TYPES,
            "constant": value.kind == "boolean", "day": value.kind == "date", "moment": value.kind == "datetime",
            "period": False,
        }  # fmt: skip
        if not fits[kind]:
            raise self._wrong_type(token, value)
        if kind == "text":
            text = unescaped(text)
            return literal(to_18(text) if value.kind in ("id", "reference") else text)
        if kind == "constant":
            return str(int(text.lower() == "true"))
        if kind == "number":
            return text
        try:
            return literal(coerce(Field(name="x", type="date" if kind == "day" else "datetime"), text))
        except ValueProblem as problem:
            raise self.error(token, "INVALID_QUERY_FILTER_OPERATOR", problem.message) from None

    def _like(self, node: Node) -> str:
        value, token = self.value(node.children[0]), node.children[1]
        if value.kind not in TEXT_TYPES:
            message = f"invalid operator on {value.kind} field '{value.path}'"
            raise self.error(token, "INVALID_QUERY_FILTER_OPERATOR", message)
        return f"({value.sql} LIKE {literal(unescaped(str(token), keep='%_'))} ESCAPE '\\')"

    def _one_of(self, node: Node) -> str:
        value, negated, given = self.value(node.children[0]), node.children[1], node.children[2:]
        word = "NOT IN" if negated is not None else "IN"
        if given and getattr(given[0], "data", "") == "query":
            return f"({value.sql} {word} ({self._semi_join(given[0])}))"
        values = [self.literal(value, one) for one in given if one is not None]
        listed = ", ".join(one for one in values if one != "NULL")
        missing = f"{value.sql} IS NULL" if "NULL" in values else ""
        if negated is not None:  # empty values are not in the list, so they qualify
            return f"({value.sql} IS NOT NULL AND {value.sql} NOT IN ({listed}))" if missing else (
                f"({value.sql} IS NULL OR {value.sql} NOT IN ({listed}))"
            )  # fmt: skip
        inside = f"{value.sql} IN ({listed})"
        return f"({inside} OR {missing})" if missing else f"({inside})"

    def _semi_join(self, query: Node) -> str:
        """`Id IN (SELECT ContactId FROM CampaignMember ...)`: one id column of another object."""
        items, name = query.children[0], query.children[1]
        inner = scope_of(self.org, self.text, name, f"{self.alias}s", str(query.children[2] or ""))
        if len(items.children) != 1 or items.children[0].data != "field_item":
            raise self.error(name, "MALFORMED_QUERY", "a semi join selects one field")
        column = inner.value(items.children[0].children[0])
        if column.kind not in ("id", "reference"):
            raise self.error(name, "MALFORMED_QUERY", f"a semi join selects an id, not {column.path}")
        conditions = [f"{inner.alias}.IsDeleted = 0", f"{column.sql} IS NOT NULL"]
        for clause in query.children[3:]:
            if clause is None:
                continue
            if clause.data != "where":
                raise self.error(name, "MALFORMED_QUERY", f"a semi join has no {clause.data.upper()} clause")
            conditions.append(inner.condition(clause.children[0]))
        return f"SELECT {column.sql} FROM {inner.source} WHERE {' AND '.join(conditions)}"

    @property
    def source(self) -> str:
        """FROM with the joins that were needed so far."""
        return " ".join([f"{table_of(self.obj.name)} AS {self.alias}", *self.joined])


def scope_of(org: Org, text: str, name: Token, alias: str, called: str = "") -> Scope:
    """The scope of a query over the object of that name, which the query may call otherwise."""
    obj = find_object(org, str(name))
    if obj is None:
        raise SoqlError("INVALID_TYPE", _NO_OBJECT.format(name), text, name.line or 0, name.column or 0)
    return Scope(org, text, obj, alias, called)


def child_relationships(org: Org, parent: Object) -> dict[str, tuple[Object, Field]]:
    """Child relationship name in lower case -> (child object, its lookup): Contacts, CampaignMembers, Lines__r."""
    found: dict[str, tuple[Object, Field]] = {}
    for name in object_names(org):
        child = describe(org, name)
        for ref in child.references:
            if parent.name in ref.reference_to and not ref.to_users:
                plural = child.plural.replace(" ", "")
                if child.name == parent.name:
                    plural = f"Child{plural}"
                custom = child.custom or ref.name.endswith("__c")
                found.setdefault((f"{plural}__r" if custom else plural).lower(), (child, ref))
    return found


def unescaped(text: str, keep: str = "") -> str:
    """The text of a quoted literal; escapes of `keep` characters stay, for LIKE."""
    out, inner = [], iter(text[1:-1])
    for char in inner:
        if char != "\\":
            out.append(char)
            continue
        after = next(inner, "")
        out.append({"n": "\n", "t": "\t", "r": "\r"}.get(after, f"\\{after}" if after in keep and keep else after))
    return "".join(out)
