"""From query text to a sqlglot tree that keeps what the author wrote.

sqlglot's own T-SQL parser turns functions into a neutral vocabulary and loses what T-SQL means by them (LEN becomes
the length of a cast, ISNULL a COALESCE). Here every function stays a call by its own name, CAST and CONVERT keep
the type as text, and what sqlglot takes from other dialects (LIMIT, ||, ::) is refused before it is read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.tsql import TSQL
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.tsql import TSQLParser
from sqlglot.tokenizer_core import Token, TokenType

from store.query.refused import CHECKING, QueryRefused, place

# The first word of a statement that is no SELECT. source: domain D1, mateuszdabrowski.pl sql-basics (SELECT only)
_STATEMENTS = [
    "INSERT",
    "UPDATE",
    "DELETE",
    "MERGE",
    "TRUNCATE",
    "CREATE",
    "ALTER",
    "DROP",
    "EXEC",
    "EXECUTE",
    "DECLARE",
    "SET",
    "IF",
    "WHILE",
    "BEGIN",
    "PRINT",
    "GRANT",
    "USE",
    "GO",
    "COMMIT",
    "ROLLBACK",
    "RAISERROR",
    "RETURN",
    "WAITFOR",
    "BACKUP",
]
# Syntax of other dialects that sqlglot would take. What to write instead.
_FOREIGN = {
    "LIMIT": "Write SELECT TOP n instead of LIMIT n.",
    "QUALIFY": "Put the window function into a subquery and filter outside of it.",
    "ILIKE": "LIKE does not distinguish case here: write LIKE.",
    "RLIKE": "Write LIKE with [ ] classes, or PATINDEX.",
    "REGEXP": "Write LIKE with [ ] classes, or PATINDEX.",
    "||": "Write + or CONCAT to join texts.",
    "::": "Write CAST(value AS type).",
    "==": "Write = to compare.",
    "<=>": "Write = to compare.",
    "`": "Write names in brackets: [name].",
    "&&": "Write AND.",
    "USING": "Write JOIN ... ON a.key = b.key.",
    "NATURAL": "Write JOIN ... ON a.key = b.key.",
}


# (SELECT ... FOR XML PATH(''), TYPE).value('.', 'nvarchar(max)'): the method is taken off, TYPE says that it was there.
_XML_VALUE = re.compile(r"(,\s*TYPE\s*\))(\s*\.\s*value\s*\(\s*N?'[^']*'\s*,\s*N?'[^']*'\s*\))", re.I)
_SETTINGS = {"DATEFIRST": "7"}  # U.S. English: weeks begin on Sunday; source: learn: t-sql/statements/set-datefirst
_AFTER_LIST = ("FROM", "WHERE", "GROUP", "ORDER", "HAVING", "UNION", ")", "AND", "OR", "ON", "JOIN")


class _Parser(TSQLParser):
    """Calls stay calls; see the module text."""

    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    NO_PAREN_FUNCTIONS = {TokenType.CURRENT_TIMESTAMP: exp.CurrentTimestamp}
    NO_PAREN_FUNCTION_PARSERS = {"CASE": TSQLParser.NO_PAREN_FUNCTION_PARSERS["CASE"]}
    FUNCTION_PARSERS = {
        **{name: TSQLParser.FUNCTION_PARSERS[name] for name in ("TRIM", "STRING_AGG", "OPENJSON")},
        **{name: (lambda self, n=name: self.type_last(n)) for name in ("CAST", "TRY_CAST", "PARSE", "TRY_PARSE")},
        **{name: (lambda self, n=name: self.type_first(n)) for name in ("CONVERT", "TRY_CONVERT")},
    }

    def type_last(self, name: str) -> exp.Expr:
        """`value AS type [USING culture])`"""
        named = self._tokens[self._index - 2]
        value = self._parse_disjunction()
        if not self._match(TokenType.ALIAS):
            self.raise_error("Incorrect syntax: AS and a type are expected")
        arguments: list[exp.Expr | None] = [value, self.type_text()]
        if self._match_text_seq("USING"):
            arguments.append(self._parse_bitwise())
        return exp.Anonymous(this=name, expressions=arguments).update_positions(named)

    def type_first(self, name: str) -> exp.Expr:
        """`type, value [, style])`"""
        named = self._tokens[self._index - 2]
        arguments: list[exp.Expr | None] = [self.type_text()]
        while self._match(TokenType.COMMA):
            arguments.append(self._parse_disjunction())
        return exp.Anonymous(this=name, expressions=arguments).update_positions(named)

    def type_text(self) -> exp.Var:
        """The words of a type up to the comma or parenthesis that ends it, as one Var."""
        first, words, depth = self._curr, [], 0
        while self._curr and self._curr.text.upper() != "USING":
            kind = self._curr.token_type
            if depth == 0 and kind in (TokenType.COMMA, TokenType.R_PAREN):
                break
            depth += (kind == TokenType.L_PAREN) - (kind == TokenType.R_PAREN)
            words.append(self._curr.text)
            self._advance()
        return exp.Var(this=" ".join(words)).update_positions(first)


class _Tokenizer(TSQL.Tokenizer):
    QUOTES = ["'"]


class QueryDialect(TSQL):
    """T-SQL with the parser above; single quotes are text, double quotes and brackets are names."""

    Tokenizer = _Tokenizer
    Parser = _Parser


@lru_cache(maxsize=1)
def _dialect() -> QueryDialect:
    return QueryDialect()


def refuse_at(sql: str, offset: int, message: str, *, cause: str = "", fix: str = "") -> QueryRefused:
    """The refusal for a place in the text, with the product's prefix."""
    line, column = place(sql, offset)
    return QueryRefused(CHECKING + message, line=line, column=column, cause=cause, fix=fix)


def parse(sql: str) -> exp.Expr:
    """The tree of one SELECT (or set operation). Raises QueryRefused for anything else."""
    found = _tokens(sql)
    known = _with_settings(sql, found)
    if known is not sql:
        found = _tokens(known)
    _check_tokens(sql, found)
    text = _XML_VALUE.sub(lambda match: match[1] + " " * len(match[2]), _without_bangs(known, found))
    if text is not sql:
        found = _tokens(text)
    try:
        statements = [tree for tree in _dialect().parser().parse(found, text) if tree is not None]
    except ParseError as error:
        raise _syntax_error(sql, found, error) from None
    if len(statements) != 1:
        offset = next((token.end + 1 for token in found if token.token_type == TokenType.SEMICOLON), 0)
        raise refuse_at(
            sql, offset, "Only one SELECT statement is allowed.", fix="Make one query activity per statement."
        )
    if not isinstance(statements[0], exp.Query):
        raise refuse_at(sql, 0, f"Incorrect syntax near '{found[0].text}'.", fix="A query activity takes one SELECT.")
    return statements[0]


def _tokens(sql: str) -> list[Token]:
    try:
        found: list[Token] = _dialect().tokenize(sql)
    except TokenError as error:
        opened = max(sql.rfind("'"), sql.rfind("["), sql.rfind('"'))
        message = (
            "Unclosed quotation mark after the character string." if "'" in sql else str(error).split(".")[0] + "."
        )
        raise refuse_at(
            sql, max(opened, 0), message, fix="Close the quotation mark; inside of a text it is written ''."
        ) from None
    if not found:
        raise refuse_at(sql, 0, "The query is empty.", fix="Write a SELECT.")
    return found


def _without_bangs(sql: str, found: list[Token]) -> str:
    """T-SQL's !< and !> as >= and <=, which sqlglot knows; every character stays in its place."""
    for bang, sign in zip(found, found[1:], strict=False):
        if bang.text == "!" and sign.text in ("<", ">") and sign.start == bang.start + 1:
            sql = sql[: bang.start] + (">=" if sign.text == "<" else "<=") + sql[sign.end + 1 :]
    return sql


def _with_settings(sql: str, found: list[Token]) -> str:
    """@@DATEFIRST as its value; every character stays in its place."""
    for first, second, word in zip(found, found[1:], found[2:], strict=False):
        value = _SETTINGS.get(word.text.upper())
        if value and first.text == second.text == "@" and word.start == first.start + 2:
            sql = sql[: first.start] + value.ljust(word.end + 1 - first.start) + sql[word.end + 1 :]
    return sql


def _check_tokens(sql: str, found: list[Token]) -> None:
    """What has to be said about the words before anything is parsed."""
    first = found[0].text.upper()
    if first in _STATEMENTS:
        raise refuse_at(
            sql, found[0].start, f"Incorrect syntax near the keyword '{first}'.",
            cause="A query activity runs one SELECT and nothing else.",
            fix="Write a SELECT; the target and its action are settings.",
        )  # fmt: skip
    before = None
    for token, after in zip(found, [*found[1:], None], strict=True):
        word = token.text.upper()
        named = token.token_type in (TokenType.IDENTIFIER, TokenType.STRING, TokenType.NATIONAL_STRING)
        if (
            not named
            and before is not None
            and before.text.upper() in ("FROM", "JOIN", ",")
            and token.token_type == TokenType.NUMBER
        ):
            _check_mid(sql, token, after)
        if named or (before is not None and before.token_type == TokenType.DOT):
            before = token
            continue
        if token.token_type == TokenType.PARAMETER or word.startswith("@"):
            following = re.match(r"@*\w+", sql[token.end + 1 :])
            name = word + (following[0] if following else "")
            raise refuse_at(
                sql, token.start, f'Must declare the scalar variable "{name.lower()}".',
                cause="A query activity has no variables.", fix="Write the value or an expression instead.",
            )  # fmt: skip
        if token.token_type == TokenType.HASH or word.startswith("#"):
            raise refuse_at(
                sql, token.start, "Temporary tables are not allowed in a query activity.",
                fix="Write the intermediate result into a data extension with a query of its own.",
            )  # fmt: skip
        if (
            word == ","
            and after is not None
            and after.text.upper() in _AFTER_LIST
            and after.token_type != TokenType.IDENTIFIER
        ):
            raise refuse_at(
                sql,
                after.start,
                f"Incorrect syntax near the keyword '{after.text}'.",
                fix="Remove the comma before it.",
            )
        if (
            word == "SELECT"
            and after is not None
            and after.text.upper() == "FROM"
            and after.token_type == TokenType.FROM
        ):
            raise refuse_at(sql, after.start, "Incorrect syntax near the keyword 'FROM'.", fix="Name the columns.")
        if _is_foreign(word, before, after):
            raise refuse_at(sql, token.start, f"Incorrect syntax near '{token.text}'.", fix=_FOREIGN[word])
        before = token


def _is_foreign(word: str, before: Token | None, after: Token | None) -> bool:
    if word not in _FOREIGN:
        return False
    if not word[0].isalpha():
        return True
    if word == "LIMIT":
        return after is not None and after.token_type == TokenType.NUMBER
    if word == "USING":
        return after is not None and after.token_type == TokenType.L_PAREN
    if word == "NATURAL":
        return after is not None and after.text.upper() in ("JOIN", "INNER", "LEFT", "RIGHT", "FULL")
    return word != "QUALIFY" or (before is not None and before.token_type in (TokenType.R_PAREN, TokenType.VAR))


def _check_mid(sql: str, token: Token, after: Token | None) -> None:
    name = token.text.rstrip(".")
    if token.text.endswith(".") and after is not None and after.start == token.end + 1:
        raise multi_part(sql, token.start, f"{name}.{after.text}")


def multi_part(sql: str, offset: int, name: str) -> QueryRefused:
    """A table with a prefix. source: domain D3, mateuszdabrowski.pl sql-from (verbatim text)"""
    return refuse_at(
        sql, offset, f"The {name} table has a multi-part specification. This is not allowed.",
        fix="Use the plain name, or Ent.Name for a data extension that the parent account shares.",
    )  # fmt: skip


def _syntax_error(sql: str, found: list[Token], error: ParseError) -> QueryRefused:
    """SQL Server's `Incorrect syntax near 'x'.` for the token where sqlglot stopped."""
    detail = error.errors[0] if error.errors else {}
    line, column = int(detail.get("line") or 1), int(detail.get("col") or 1)
    highlight = str(detail.get("highlight") or "")
    offset = _offset(sql, line, column) - max(len(highlight) - 1, 0) - 1
    description = str(detail.get("description") or "")
    near = highlight or found[-1].text
    hint = "" if "Token" in description or not description else description.rstrip(".") + "."
    return refuse_at(
        sql, max(offset, 0), f"Incorrect syntax near '{near}'.", cause=re.sub(r"<class '.*\.(\w+)'>", r"\1", hint)
    )


def _offset(sql: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = sql.find("\n", start) + 1
    return start + column


def offset_of(node: exp.Expr) -> int:
    """Where a node begins in the text: its own place, else the first of what it consists of."""
    if "start" in node.meta:
        return int(node.meta["start"])
    starts = [int(part.meta["start"]) for part in node.walk() if "start" in part.meta]
    return min(starts, default=0)
