"""T-SQL functions by name. A new function is one decorated function in store/query/functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.query.refused import QueryRefused
from store.query.scope import Scope
from store.query.typed import Typed
from store.query.types import DATETIME, DATETIMEOFFSET, INT, SqlType, nvarchar

if TYPE_CHECKING:
    from sqlglot import exp

_OFFSET = re.compile(r"\d\s*(z|[+-]\d\d:\d\d)\s*$", re.I)  # at the end of a date and time


@dataclass(slots=True)
class Call:
    """One call in a query: its arguments as written, and the means to translate them."""

    name: str
    node: exp.Expr
    arguments: list[exp.Expr]
    scope: Scope
    over: str = ""  # ' OVER (...)', to be written after every aggregate or window function
    distinct: bool = False  # DISTINCT inside of the parentheses
    order: list[exp.Ordered] = field(default_factory=list)  # WITHIN GROUP (ORDER BY ...)

    def __len__(self) -> int:
        return len(self.arguments)

    def value(self, index: int) -> Typed:
        from store.query.expressions import value

        return value(self.arguments[index], self.scope)

    def values(self) -> list[Typed]:
        return [self.value(index) for index in range(len(self))]

    def as_type(self, index: int, wanted: SqlType) -> Typed:
        """The argument, implicitly converted."""
        from store.query.convert import convert

        return convert(self.value(index), wanted)

    def text(self, index: int) -> Typed:
        """The argument as text; text stays what it is."""
        from store.query.convert import to_text

        return to_text(self.value(index))

    def whole(self, index: int) -> Typed:
        given = self.value(index)
        from store.query.convert import convert

        return given if given.type.name in ("int", "smallint", "tinyint", "bigint") else convert(given, INT)

    def moment(self, index: int, text_as: SqlType = DATETIME) -> Typed:
        """The argument as a date or time; text becomes `text_as`, numbers become datetime.

        A literal that names an offset is a datetimeoffset where text may be a datetime2.
        """
        from store.query.convert import convert, to_moment

        given = self.value(index)
        if given.type.kind != "text" or text_as == DATETIME:
            return to_moment(given)
        if isinstance(given.literal, str) and _OFFSET.search(given.literal):
            text_as = DATETIMEOFFSET
        return convert(given, text_as)

    def word(self, index: int) -> str:
        """A bare word such as a date part."""
        node = self.arguments[index]
        return node.name.lower() if type(node).__name__ in ("Column", "Var", "Identifier") else ""

    def constant(self, index: int) -> object:
        """The literal value of an argument, None when it is no literal."""
        return self.value(index).literal

    def refuse(self, message: str, *, fix: str = "", argument: int | None = None) -> QueryRefused:
        return self.scope.refuse(self.node if argument is None else self.arguments[argument], message, fix=fix)


Translator = Callable[[Call], Typed]


@dataclass(frozen=True, slots=True)
class Function:
    """`least` and `most` arguments (most None: any number)."""

    name: str
    least: int
    most: int | None
    translate: Translator
    aggregate: bool = False
    window_only: bool = False
    since: int = 0  # the version of SQL Server that brought it, where that matters


FUNCTIONS: dict[str, Function] = {}


def tsql(
    *names: str,
    args: int | tuple[int, int | None] = 1,
    aggregate: bool = False,
    window_only: bool = False,
    since: int = 0,
) -> Callable[[Translator], Translator]:
    """Registers the translation of one T-SQL function under its names."""
    least, most = args if isinstance(args, tuple) else (args, args)

    def register(translate: Translator) -> Translator:
        for name in names:
            FUNCTIONS[name] = Function(name, least, most, translate, aggregate, window_only, since)
        return translate

    return register


def text_result(length: int, *operands: Typed) -> SqlType:
    """nvarchar or varchar of `length`, by what goes in."""
    if any(operand.type.is_unicode for operand in operands):
        return nvarchar(length)
    from store.query.types import varchar

    return varchar(length)
