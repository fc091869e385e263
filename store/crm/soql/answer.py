"""Running a query: what it selects, and the answer as rows and as the REST API's records."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from store.crm.soql.errors import SoqlError
from store.crm.soql.grammar import Node, parse
from store.crm.soql.translate import NO_RELATIONSHIP, Scope, Value, child_relationships, scope_of

if TYPE_CHECKING:
    from lark import Token

    from store.org import Org

_MOST_OFFSET = 2000  # source: SOQL Reference, OFFSET
_MOST_ROWS = 50_000  # source: REST API, the rows that one query answers with here at most


@dataclass(frozen=True)
class Answer:
    """The rows of a query, flat; `size` is what COUNT() counts. `records` is the REST API's form."""

    object: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    size: int
    aggregate: bool

    def as_dict(self) -> dict[str, Any]:
        """totalSize, done, records: each with its attributes, parents as objects, children as answers."""
        return {"totalSize": self.size, "done": True, "records": [self._record(row) for row in self.rows]}

    def _record(self, row: tuple[Any, ...]) -> dict[str, Any]:
        kind = "AggregateResult" if self.aggregate else self.object
        record: dict[str, Any] = {"attributes": {"type": kind}}
        for column, value in zip(self.columns, row, strict=True):
            *up, name = column.split(".") if not self.aggregate else [column]
            place = record
            for step in up:
                place = place.setdefault(step, {})
            place[name] = value
        return record


@dataclass(frozen=True)
class _Column:
    name: str
    sql: str
    kind: str
    child: tuple[_Column, ...] = ()
    aggregate: bool = False


def soql(org: Org, text: str, *, limit: int = _MOST_ROWS) -> Answer:
    """Run a query. Raises SoqlError in the product's words, with the place in the text."""
    query = parse(text).children[0]
    columns, sql, scope = _compiled(org, text, query, "q", "", limit)
    found = org.rows(sql)
    if [column.name for column in columns] == ["COUNT()"]:
        return Answer(scope.obj.api_name, (), (), int(found[0][0]) if found else 0, True)
    rows = tuple(tuple(_shown(column, value) for column, value in zip(columns, row, strict=False)) for row in found)
    aggregate = any(column.aggregate for column in columns)
    return Answer(scope.obj.api_name, tuple(column.name for column in columns), rows, len(rows), aggregate)


def _shown(column: _Column, value: Any) -> Any:
    """A value as the API writes it."""
    if column.child:
        records = [
            {each.name: _shown(each, one) for each, one in zip(column.child, row, strict=True)}
            for row in json.loads(value)
        ]
        return {"totalSize": len(records), "done": True, "records": records} if records else None
    if value is None:
        return None
    if column.kind == "boolean":
        return bool(value)
    if column.kind == "datetime":
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return value


def _compiled(org: Org, text: str, query: Node, alias: str, extra: str, most: int) -> tuple[list[_Column], str, Scope]:
    """The columns and the SQL of a query; `extra` is a further condition (the parent of a child query).

    The columns of the SQL are c0, c1, ...; it answers with `most` rows at most.
    """
    items, name, own_alias, *clauses = query.children
    scope = scope_of(org, text, name, alias, str(own_alias or ""))
    by_kind = {clause.data: clause for clause in clauses if clause is not None}
    grouped = [scope.value(one) for one in by_kind["group"].children] if "group" in by_kind else []
    columns = _columns(scope, items, grouped, "limit" in by_kind)
    conditions = [f"{alias}.IsDeleted = 0"] + ([extra] if extra else [])
    if "where" in by_kind:
        conditions.append(scope.condition(by_kind["where"].children[0]))
    having = scope.condition(by_kind["having"].children[0]) if "having" in by_kind else ""
    if having and not grouped:
        raise scope.error(name, "MALFORMED_QUERY", "HAVING needs GROUP BY")
    order = _order(scope, by_kind.get("order"), columns, grouped)
    selected = ", ".join(f"{column.sql} AS c{n}" for n, column in enumerate(columns))
    sql = f"SELECT {selected} FROM {scope.source} WHERE {' AND '.join(conditions)}"
    if grouped:
        sql += f" GROUP BY {', '.join(value.sql for value in grouped)}"
    sql += f" HAVING {having}" if having else ""
    sql += f" ORDER BY {order}" if order else ""
    return columns, sql + _window(scope, by_kind, most), scope


def _window(scope: Scope, by_kind: dict[str, Any], most: int) -> str:
    limit = min(int(by_kind["limit"].children[0]), most) if "limit" in by_kind else most
    offset = int(by_kind["offset"].children[0]) if "offset" in by_kind else 0
    if offset > _MOST_OFFSET:
        token = by_kind["offset"].children[0]
        message = f"Maximum SOQL offset allowed is {_MOST_OFFSET}"
        raise scope.error(token, "NUMBER_OUTSIDE_VALID_RANGE", message)
    return f" LIMIT {limit} OFFSET {offset}"


def _columns(scope: Scope, items: Node, grouped: list[Value], limited: bool) -> list[_Column]:
    columns: list[_Column] = []
    taken = {value.sql for value in grouped}
    plain: list[tuple[Token, Value]] = []
    unnamed = 0
    for item in items.children:
        if item.data == "typeof_item":
            raise SoqlError(
                "MALFORMED_QUERY", "TYPEOF is not built yet.", fix="Select Who.Name and Who.Type, or query the objects."
            )
        if item.data == "child_item":
            columns.append(_child(scope, item.children[0]))
            continue
        node, own_name = item.children
        if node.data == "call" and str(node.children[0]).upper() == "FIELDS":
            columns += _all_fields(scope, node, limited)
            continue
        value = scope.value(node)
        named = str(own_name) if own_name is not None else value.path
        if node.data == "call" and own_name is None and value.path != "COUNT()":
            named, unnamed = f"expr{unnamed}", unnamed + 1  # source: SOQL Reference, aliases in GROUP BY
        columns.append(_Column(named, value.sql, value.kind, aggregate=value.aggregate or bool(grouped)))
        if not value.aggregate:
            plain.append((node.children[0], value))
    if grouped or any(column.aggregate for column in columns):
        for token, value in plain:
            if value.sql not in taken:
                raise scope.error(token, "MALFORMED_QUERY", f"Field must be grouped or aggregated: {value.path}")
    return columns


def _all_fields(scope: Scope, node: Node, limited: bool) -> list[_Column]:
    """FIELDS(ALL), FIELDS(STANDARD), FIELDS(CUSTOM). source: SOQL Reference, FIELDS()."""
    from store.crm.fields import is_custom
    from store.crm.live import value_sql

    token, which = node.children[0], str(node.children[1].children[0]).upper()
    if which not in ("ALL", "STANDARD", "CUSTOM"):
        raise scope.error(token, "MALFORMED_QUERY", f"unexpected token: '{which}'")
    if which != "STANDARD" and not limited:
        message = "The SOQL FIELDS function must have a LIMIT of at most 200"
        raise scope.error(token, "MALFORMED_QUERY", message)
    return [
        _Column(field.name, value_sql(scope.org, scope.obj, field, scope.alias), field.type)
        for field in scope.obj.fields
        if which == "ALL" or is_custom(field.name) == (which == "CUSTOM")
    ]


def _child(scope: Scope, query: Node) -> _Column:
    """`(SELECT LastName FROM Contacts)`: the children of each record, as one JSON list of lists."""
    name: Token = query.children[1]
    known = child_relationships(scope.org, scope.obj)
    if str(name).lower() not in known:
        message = NO_RELATIONSHIP.format(name).replace("in field path", "in FROM part of query call")
        raise scope.error(name, "INVALID_TYPE", message)
    child, ref = known[str(name).lower()]
    renamed = query.copy()
    renamed.children = [query.children[0], name.update(value=child.name), *query.children[2:]]
    alias = f"{scope.alias}c"
    parent = f'{alias}."{ref.name}" = {scope.alias}.Id'
    columns, sql, _ = _compiled(scope.org, scope.text, renamed, alias, parent, _MOST_ROWS)
    if any(column.child or column.aggregate for column in columns):
        raise scope.error(name, "MALFORMED_QUERY", "a child query has plain fields only")
    named = ", ".join(f"c{n}" for n in range(len(columns)))
    return _Column(str(name), f"(SELECT json_group_array(json_array({named})) FROM ({sql}))", "", tuple(columns))


def _order(scope: Scope, clause: Node | None, columns: list[_Column], grouped: list[Value]) -> str:
    """ORDER BY; empty values come first unless it says otherwise, and what is equal keeps the order of creation."""
    aggregate = bool(grouped) or any(column.aggregate for column in columns)
    parts = []
    for one in clause.children if clause is not None else ():
        node, direction, nulls = one.children
        value = scope.value(node)
        if aggregate and not value.aggregate and value.sql not in {each.sql for each in grouped}:
            token = node.children[0]
            raise scope.error(token, "MALFORMED_QUERY", f"Field must be grouped or aggregated: {value.path}")
        way = str(direction or "ASC").upper()
        last = nulls is not None and str(nulls).upper().endswith("LAST")
        parts.append(f"{value.sql} {way} NULLS {'LAST' if last else 'FIRST'}")
    if aggregate:
        return ", ".join(parts or [value.sql for value in grouped])
    return ", ".join([*parts, f"{scope.alias}.row_id"])
