"""What a query gives, as its target data extension takes it: matched by name, converted by type."""

from __future__ import annotations

from store import data_extensions
from store.data_extensions import DataExtension, quoted
from store.errors import Refused, did_you_mean
from store.query.catalog import Column
from store.query.compiled import Compiled


def check_target(de: DataExtension, columns: list[str], action: str) -> None:
    """What the activity checks at save: columns are matched by name, whatever their order (domain D2)."""
    data_extensions.refuse_unless_writable(de)
    fields = {field.name.lower() for field in de.fields}
    for column in columns:
        if column.lower() not in fields:
            raise Refused(
                f"The column '{column}' does not exist in the target data extension {de.name}.",
                fix=did_you_mean(column, [field.name for field in de.fields])
                or f"Give it an alias that is a field of {de.name}, or leave it out.",
            )
    if action == "Update" and not de.primary_key:
        raise Refused(
            f"{de.name} has no primary key, so it cannot be updated.",
            cause="Update finds the rows to change by the primary key of the target.",
            fix="Use Append or Overwrite, or make a data extension with a primary key.",
        )


def fitted(compiled: Compiled, de: DataExtension) -> str:
    """The SQL of a compiled query with every column converted to the type of its field, as an INSERT converts.

    Raises Refused for a pair of types that T-SQL does not convert by itself.
    """
    expressions = [_expression(column, de) for column in compiled.columns]
    if all(expression == quoted(column.name) for expression, column in zip(expressions, compiled.columns, strict=True)):
        return compiled.sql
    named = ", ".join(f"{e} AS {quoted(c.name)}" for e, c in zip(expressions, compiled.columns, strict=True))
    return f"SELECT {named} FROM ({compiled.sql})"


def _expression(column: Column, de: DataExtension) -> str:
    """The column as it is where its type is the field's; a text that is too long is refused by the field itself."""
    from store.query.conversion import NotAllowed
    from store.query.convert import convert
    from store.query.typed import Typed

    wanted = data_extensions.sql_type(de.field(column.name))
    same = wanted.name == column.type.name and (wanted.kind != "decimal" or wanted.scale == column.type.scale)
    if same or (wanted.kind == "text" and column.type.kind == "text"):
        return quoted(column.name)
    try:
        return convert(Typed(quoted(column.name), column.type, simple=True), wanted).sql
    except NotAllowed as error:
        raise Refused(f"{error} (column {column.name})", fix=f"CAST it to {wanted} in the query.") from None
