"""(SELECT ',' + Name FROM ... FOR XML PATH('')): how texts were joined before STRING_AGG, and often still are.

Source: learn: relational-databases/xml/use-path-mode-with-for-xml (a column without a name is inlined, an empty path
makes no element, NULL makes nothing). Other forms of FOR XML are refused.
"""

from __future__ import annotations

from sqlglot import exp

from store.query.convert import to_text
from store.query.scope import Scope
from store.query.typed import Typed
from store.query.types import MAX, nvarchar


def joins_rows(node: exp.Expr) -> bool:
    """Whether a subquery ends in FOR XML."""
    return isinstance(node, exp.Subquery) and isinstance(node.this, exp.Select) and bool(node.this.args.get("for_"))


def joined(node: exp.Subquery, scope: Scope) -> Typed:
    """The texts of the rows in their order, one behind the other; &, < and > are entities unless `.value` undoes it.

    The parser (parse.py) takes `.value('.', 'nvarchar(max)')` off and leaves the TYPE before it.
    """
    return _joined(node.this, scope)


def _joined(select: exp.Select, scope: Scope) -> Typed:
    from store.query.select import plan

    clause = select.args["for_"]
    options = [option.this for option in clause.expressions]
    path = options[0].expression if options and isinstance(options[0], exp.XMLKeyValueOption) else None
    entities = len(options) == 1
    known = entities or (len(options) == 2 and options[1].name.upper() == "TYPE")
    if path is None or options[0].name.upper() != "PATH" or path.name or not known:
        raise scope.refuse(select, "Of FOR XML, only PATH('') is simulated.", fix="STRING_AGG joins texts.")
    inner = scope.child()
    inner.joins_rows = True
    made = plan(select, inner)
    if len(made.outputs) != 1 or made.outputs[0].name:
        raise scope.refuse(
            select, "FOR XML PATH('') is simulated for one column without a name.", fix="STRING_AGG joins texts."
        )  # fmt: skip
    text = to_text(made.outputs[0].value)
    made.outputs[0].value = text
    shown = "replace(replace(replace(v, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')" if entities else "v"
    # LIMIT -1 keeps SQLite from leaving out the order of what is only aggregated.
    rows = made.render(names=["v"])
    rows = rows if " LIMIT " in rows else f"{rows} LIMIT -1"
    return Typed(f"(SELECT group_concat({shown}, '') FROM ({rows}))", nvarchar(MAX))
