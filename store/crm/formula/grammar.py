"""The grammar of formulas. source: Salesforce Help, "Formula Operators and Functions A-Z"."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from store.crm.formula.expression import FormulaError

if TYPE_CHECKING:
    from lark import Lark, Tree

_GRAMMAR = r"""
?start: or_
?or_: and_ | or_ "||" and_ -> or_
?and_: compare | and_ "&&" compare -> and_
?compare: joined | compare COMPARE joined -> compare
?joined: sum | joined "&" sum -> joined
?sum: product | sum PLUS product -> arithmetic | sum MINUS product -> arithmetic
?product: unary | product TIMES unary -> arithmetic
?unary: power | MINUS unary -> negative | "!" unary -> not_
?power: atom | atom "^" unary -> power
?atom: NUMBER -> number
     | STRING -> string
     | NAME "(" [or_ ("," or_)*] ")" -> call
     | PATH -> field
     | NAME -> field
     | "(" or_ ")"

COMPARE: "==" | "<>" | "!=" | "<=" | ">=" | "=" | "<" | ">"
PLUS: "+"
MINUS: "-"
TIMES: "*" | "/"
NUMBER: /\d+(\.\d+)?|\.\d+/
STRING: /"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/
PATH: /\$?[A-Za-z]\w*(\.\w+)+/
NAME: /\$?[A-Za-z]\w*/
COMMENT: /\/\*(.|\n)*?\*\//
%import common.WS
%ignore WS
%ignore COMMENT
"""


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", maybe_placeholders=False)


@cache
def parse(text: str) -> Tree[Any]:
    """The tree of a formula. Raises FormulaError in the product's words."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

    try:
        return _parser().parse(text)
    except UnexpectedEOF:
        raise FormulaError("Error: Syntax error. The formula ends too early.", where=text) from None
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise FormulaError("Error: Syntax error. Missing ')' or an operand at its end.", where=text) from None
        where = f"{text}, line {error.line}, column {error.column}"
        raise FormulaError(f"Error: Syntax error. Extra '{error.token}'", where=where) from None
    except UnexpectedCharacters as error:
        where = f"{text}, line {error.line}, column {error.column}"
        raise FormulaError(f"Error: Syntax error. Found '{error.char}'", where=where) from None
    except UnexpectedInput as error:
        raise FormulaError(f"Error: Syntax error. {error}", where=text) from None
