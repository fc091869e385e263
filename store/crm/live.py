"""The value of any field as SQL: a column, or a formula evaluated at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.crm.fields import Field
from store.crm.formula import compile_formula
from store.crm.objects import Object
from store.crm.tables import table_of

if TYPE_CHECKING:
    from store.org import Org


def value_sql(org: Org, obj: Object, field: Field, alias: str = "c") -> str:
    """SQL for the value of a field of the record `alias`, as stored values are (see tables.py)."""
    if not field.formula:
        return f'{alias}."{field.name}"'
    from store.crm.formula.compile import stored_as

    return f"({stored_as(compile_formula(org, obj, field.formula, alias), field)})"


def records_sql(org: Org, obj: Object) -> str:
    """SQL for all records of an object with every field, formulas too: what stands in FROM."""
    formulas = [f'{value_sql(org, obj, field, "c")} AS "{field.name}"' for field in obj.fields if field.formula]
    if not formulas:
        return table_of(obj.name)
    return f"(SELECT c.*, {', '.join(formulas)} FROM {table_of(obj.name)} AS c)"
