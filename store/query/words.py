"""The words of a query text as it is being written: never refuses, also where a quotation mark is still open.

The parser wants a whole query; the editor colors, completes and underlines while there is none. Every character
belongs to at most one word; what is between them is blank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["comment", "text", "name", "word", "number", "sign"]


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


# source: Microsoft, "Database identifiers" (regular identifiers, delimiters) and "Reserved keywords (Transact-SQL)";
# those that a SELECT can hold.
KEYWORDS = _listed("""
    ALL AND ANY APPLY AS ASC BETWEEN BY CASE COLLATE CROSS DESC DISTINCT ELSE END ESCAPE EXCEPT EXISTS FOR FROM FULL
    GROUP HAVING IN INNER INTERSECT IS JOIN LEFT LIKE NOT NULL ON OR ORDER OUTER OVER PARTITION PERCENT PIVOT RIGHT
    SELECT SOME THEN TIES TOP UNION UNPIVOT VALUES WHEN WHERE WITH WITHIN
""")
# Reserved too, though no SELECT of a query activity holds them: as a name each needs brackets.
RESERVED = KEYWORDS | _listed("""
    ADD ALTER AUTHORIZATION BACKUP BEGIN BREAK BROWSE BULK CASCADE CHECK CHECKPOINT CLOSE CLUSTERED COALESCE COLUMN
    COMMIT COMPUTE CONSTRAINT CONTAINS CONTINUE CONVERT CREATE CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP
    CURRENT_USER CURSOR DATABASE DEALLOCATE DECLARE DEFAULT DELETE DENY DISK DOUBLE DROP DUMP ERRLVL EXEC EXECUTE
    EXIT EXTERNAL FETCH FILE FOREIGN FREETEXT FUNCTION GOTO GRANT HOLDLOCK IDENTITY IF INDEX INSERT INTO KEY KILL
    LINENO LOAD MERGE NATIONAL NOCHECK NULLIF OF OFF OFFSETS OPEN OPTION PLAN PRECISION PRIMARY PRINT PROC PROCEDURE
    PUBLIC RAISERROR READ RECONFIGURE REFERENCES REPLICATION RESTORE RESTRICT RETURN REVERT REVOKE ROLLBACK ROWCOUNT
    RULE SAVE SCHEMA SESSION_USER SET SETUSER SHUTDOWN STATISTICS SYSTEM_USER TABLE TABLESAMPLE TEXTSIZE TO TRAN
    TRANSACTION TRIGGER TRUNCATE TSEQUAL UNIQUE UPDATE USE USER VARYING VIEW WAITFOR WHILE WRITETEXT
""")

_WORDS = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<text>N?'(?:[^']|'')*(?:'|\Z))
      | (?P<name>\[(?:[^\]\n]|\]\])*(?:\]|(?=\n)|\Z)|"(?:[^"\n]|"")*(?:"|(?=\n)|\Z))
      | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)
      | (?P<word>[^\W\d][\w@$\#]*|[@\#][\w@$\#]*)
      | (?P<sign><=|>=|<>|!=|\S)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"[^\W\d][\w@$#]*")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: `text` as written, from `start` up to `end`."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """In capitals, for comparison; empty for what is no bare word."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def is_name(self) -> bool:
        """Whether it can name something: a name in brackets or quotes, or a word that is no keyword."""
        return self.kind == "name" or (self.kind == "word" and self.upper not in KEYWORDS)

    @property
    def name(self) -> str:
        """The name without its brackets."""
        if self.kind != "name":
            return self.text
        closing = "]" if self.text[0] == "[" else '"'
        inner = self.text[1:-1] if len(self.text) > 1 and self.text.endswith(closing) else self.text[1:]
        return inner.replace(closing * 2, closing)

    @property
    def is_open(self) -> bool:
        """Whether its closing mark is still missing."""
        if self.kind == "text":
            return len(self.text.lstrip("N")) < 2 or not self.text.endswith("'")
        if self.kind == "name":
            return len(self.text) < 2 or not self.text.endswith("]" if self.text[0] == "[" else '"')
        return self.text.startswith("/*") and not self.text.endswith("*/")


def words(text: str) -> list[Word]:
    """All words of a text in their order, comments too."""
    return [Word(m.lastgroup, m.group(), m.start(), m.end()) for m in _WORDS.finditer(text)]  # type: ignore[arg-type]


def word_at(text: str, offset: int) -> Word | None:
    """The word that begins at an offset or holds it."""
    return next((word for word in words(text) if word.start <= offset < word.end), None)


def written(name: str) -> str:
    """A name as a query has to write it: in brackets when it is no regular identifier or a reserved word."""
    if _PLAIN.fullmatch(name) and name.upper() not in RESERVED:
        return name
    return "[" + name.replace("]", "]]") + "]"
