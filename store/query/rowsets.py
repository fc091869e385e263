"""The table-valued functions that a query can name in FROM or APPLY: OPENJSON and STRING_SPLIT.

Each becomes json_each over a JSON array that a Python function makes, so that it may take arguments of the row on its
left.
"""

from __future__ import annotations

from sqlglot import exp

from store.query.conversion import How
from store.query.convert import convert, to_text
from store.query.scope import Origin, Scope, Source, SourceColumn
from store.query.typed import Typed, name, quote
from store.query.types import BIGINT, INT, MAX, SqlType, nvarchar, parse_type


def is_rowset(node: exp.Expr) -> bool:
    """Whether FROM or APPLY names a function that is simulated."""
    return isinstance(node, exp.OpenJSON) or (isinstance(node, exp.Anonymous) and node.name.upper() == "STRING_SPLIT")


def rowset(call: exp.Expr, node: exp.Expr, scope: Scope, reads: Scope) -> str:
    """`json_each(...) AS x`; its columns go into `scope`, its arguments see the names of `reads`."""
    if isinstance(call, exp.OpenJSON):
        return _open_json(call, node, scope, reads)
    return _string_split(call, node, scope, reads)


def _string_split(call: exp.Expr, node: exp.Expr, scope: Scope, reads: Scope) -> str:
    """learn: t-sql/functions/string-split-transact-sql; the ordinal came with SQL Server 2022."""
    from store.query.expressions import value

    arguments = call.expressions
    if len(arguments) not in (2, 3) or (len(arguments) == 3 and scope.compilation.options.server < 2022):
        raise scope.refuse(
            node,
            "Procedure or function STRING_SPLIT has too many arguments specified."
            if len(arguments) > 2
            else "An insufficient number of arguments were supplied for the procedure or function STRING_SPLIT.",
            fix="STRING_SPLIT takes a text and a separator of one character.",
        )
    start = len(scope.compilation.origins)
    given, separator = (to_text(value(argument, reads)) for argument in arguments[:2])
    origins = _origins_since(scope, start)
    if isinstance(separator.literal, str) and len(separator.literal) != 1:
        raise scope.refuse(
            arguments[1], "Procedure expects parameter 'separator' of type 'nchar(1)/nvarchar(1)'.",
            fix="The separator is one character.",
        )  # fmt: skip
    alias = node.alias or "STRING_SPLIT"
    line = name(alias)
    columns = [SourceColumn("value", Typed(f"{line}.value", given.type), origins=origins)]
    if len(arguments) == 3 and value(arguments[2], reads).literal:
        columns.append(SourceColumn("ordinal", Typed(f"({line}.key + 1)", BIGINT), nullable=False))
    scope.add(Source(alias, columns), node)
    return f"json_each(tsql_string_split({given.sql}, {separator.sql})) AS {line}"


def _open_json(call: exp.OpenJSON, node: exp.Expr, scope: Scope, reads: Scope) -> str:
    """OPENJSON(json [, path]) gives key, value, type; WITH (name type 'path') gives typed columns."""
    from store.query.expressions import value

    start = len(scope.compilation.origins)
    document = to_text(value(call.this, reads))
    origins = _origins_since(scope, start)
    path = to_text(value(call.args["path"], reads)).sql if call.args.get("path") else "'$'"
    alias = node.alias or "OPENJSON"
    line = name(alias)
    if call.expressions:
        columns = [_json_column(column, line, scope, origins) for column in call.expressions]
        scope.add(Source(alias, columns), node)
        return f"json_each(tsql_open_json_rows({document.sql}, {path})) AS {line}"
    parts = (("key", nvarchar(4000)), ("value", nvarchar(MAX)), ("type", INT))
    columns = [
        SourceColumn(title, Typed(f"json_extract({line}.value, '$[{at}]')", kind), origins=origins)
        for at, (title, kind) in enumerate(parts)
    ]
    scope.add(Source(alias, columns), node)
    return f"json_each(tsql_open_json({document.sql}, {path})) AS {line}"


def _origins_since(scope: Scope, start: int) -> tuple[Origin, ...]:
    """The stored columns that an argument is made of: what the rows come from."""
    return tuple(dict.fromkeys(scope.compilation.origins[start:]))


def _json_column(column: exp.Expr, line: str, scope: Scope, origins: tuple[Origin, ...]) -> SourceColumn:
    path = column.args.get("path")
    where = path.name if path is not None else f'$."{column.name}"'
    kind = column.args.get("kind")
    wanted: SqlType | None = parse_type(kind.sql("tsql")) if kind is not None else None
    if wanted is None:
        raise scope.refuse(column, f"Type {kind} is not a defined system type.")
    as_json = bool(column.args.get("as_json"))
    if as_json and (wanted.name != "nvarchar" or wanted.length != MAX):
        raise scope.refuse(
            column, "AS JSON option can be specified only for column of nvarchar(max) type in WITH clause."
        )
    text = Typed(f"tsql_json_cell({line}.value, {quote(where)}, {int(as_json)})", nvarchar(4000))
    return SourceColumn(column.name, convert(text, wanted, How(explicit=True)), origins=origins)
