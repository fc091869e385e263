"""The grammar of the subset of SOQL that is built. AND and OR do not mix without parentheses, as in the product."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from store.crm.soql.errors import SoqlError

if TYPE_CHECKING:
    from lark import Lark

Node = Any  # a part of a query's tree: a lark Tree, or a Token at its ends

_GRAMMAR = r"""
start: query
query: _SELECT items _FROM NAME [NAME] [where] [group] [having] [order] [limit] [offset]
items: item ("," item)*
item: value [NAME]         -> field_item
    | "(" query ")"        -> child_item
    | _TYPEOF /(.|\n)+?\bEND\b/i -> typeof_item
?value: NAME               -> field
      | NAME "(" [value] ")" -> call
where: _WHERE condition
group: _GROUP _BY value ("," value)*
having: _HAVING condition
order: _ORDER _BY sorted ("," sorted)*
sorted: value [DIRECTION] [NULLS]
limit: _LIMIT INTEGER
offset: _OFFSET INTEGER

?condition: unit
          | unit (_AND unit)+ -> all_of
          | unit (_OR unit)+  -> any_of
?unit: _NOT unit           -> negated
     | "(" condition ")"
     | value COMPARE literal -> comparison
     | value _LIKE STRING  -> like
     | value [NOT_IN] _IN "(" (literal ("," literal)* | query) ")" -> one_of
?literal: STRING -> text | INTEGER -> number | DECIMAL -> number | MOMENT -> moment | DAY -> day
        | CONSTANT -> constant | PERIOD -> period | ":" NAME -> bound

_SELECT.3: /select\b/i
_FROM.3: /from\b/i
_WHERE.3: /where\b/i
_GROUP.3: /group\b/i
_HAVING.3: /having\b/i
_ORDER.3: /order\b/i
_BY.3: /by\b/i
_LIMIT.3: /limit\b/i
_OFFSET.3: /offset\b/i
_AND.3: /and\b/i
_OR.3: /or\b/i
_NOT.3: /not\b(?!\s+in\b)/i
NOT_IN.3: /not\b(?=\s+in\b)/i
_IN.3: /in\b/i
_LIKE.3: /like\b/i
_TYPEOF.3: /typeof\b/i
DIRECTION.3: /(asc|desc)\b/i
NULLS.3: /nulls\s+(first|last)\b/i
CONSTANT.3: /(true|false|null)\b/i
MOMENT.4: /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})/i
DAY.3: /\d{4}-\d{2}-\d{2}/
DECIMAL.2: /[+-]?\d+\.\d+/
INTEGER: /[+-]?\d+/
PERIOD.2: /[A-Z][A-Z0-9_]+(:\d+)?/i
COMPARE: "<=" | ">=" | "!=" | "<>" | "=" | "<" | ">"
STRING: /'(\\.|[^'\\])*'/
NAME: /[A-Za-z]\w*(\.[A-Za-z]\w*)*/
%import common.WS
%ignore WS
"""


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=True, propagate_positions=True)


def parse(text: str) -> Node:
    """The tree of a query. Raises SoqlError MALFORMED_QUERY with the place."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    try:
        return _parser().parse(text)
    except UnexpectedToken as error:
        if error.token.type == "$END":
            lines = text.rstrip().splitlines() or [""]
            raise SoqlError(
                "MALFORMED_QUERY", "unexpected token: '<EOF>'", text.rstrip(), len(lines), len(lines[-1]) + 1
            ) from None
        raise _unexpected(text, str(error.token), error.line, error.column) from None
    except UnexpectedCharacters as error:
        rest = text[error.pos_in_stream :].split()
        word = rest[0] if rest else ""
        if word.startswith("'"):
            raise SoqlError("MALFORMED_QUERY", "line ends inside a text", text, error.line, error.column) from None
        raise _unexpected(text, word, error.line, error.column) from None


def _unexpected(text: str, token: str, line: int, column: int) -> SoqlError:
    fix = "Put parentheses where AND and OR meet." if token.lower() in ("and", "or") else ""
    return SoqlError("MALFORMED_QUERY", f"unexpected token: '{token}'", text, line, column, fix)
