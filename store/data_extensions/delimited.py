"""Delimited files as imports read them: bytes in, heading and rows of text cells out.

source: domain B6 ([WSDL] ImportDefinition: FileType CSV, TAB or Other with a delimiter, StandardQuotedStrings,
HeaderLines, EncodingCodePage). Rows keep the line of the file at which they begin, so that an error report can name it.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass

from store.errors import Refused, Unreadable, did_you_mean

DELIMITERS = {"comma": ",", "tab": "\t", "pipe": "|", "semicolon": ";"}
# What a person may write -> Python's codec. A BOM decides by itself.
ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-16", "utf16": "utf-16", "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be", "windows-1252": "cp1252", "cp1252": "cp1252", "1252": "cp1252",
    "iso-8859-1": "latin-1", "latin-1": "latin-1", "us-ascii": "ascii", "ascii": "ascii",
    "shift-jis": "shift_jis", "gb2312": "gb2312",
}  # fmt: skip
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Dialect:
    """How a file is written. `header_lines` stand before the rows; the last of them has the column headings."""

    delimiter: str = ","
    quoted: bool = True
    encoding: str = ""
    header_lines: int = 1

    @classmethod
    def of(cls, delimiter: str = "", quoted: bool = True, encoding: str = "", header_lines: int = 1) -> Dialect:
        """A dialect as a person writes it: `tab` or a character; raises Refused for what there is not."""
        sign = DELIMITERS.get(delimiter.strip().lower(), delimiter or ",")
        if len(sign) != 1 or sign in '"\r\n':
            raise Refused(f"'{delimiter}' is not a delimiter.", fix=f"One character, or {', '.join(DELIMITERS)}.")
        name = encoding.strip().lower()
        if name and name not in ENCODINGS:
            fix = did_you_mean(encoding, ENCODINGS) or f"There are: {', '.join(ENCODINGS)}."
            raise Refused(f"The encoding '{encoding}' is not known.", fix=fix)
        if header_lines < 0:
            raise Refused("A file has no fewer than 0 header lines.")
        return cls(sign, quoted, ENCODINGS.get(name, ""), header_lines)


@dataclass(frozen=True)
class Delimited:
    """The rows of a file: `header` is empty without header lines, `lines` says where each row begins, from 1."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to import."""
        return not self.rows


def read_delimited(data: bytes, dialect: Dialect | None = None, *, where: str = "") -> Delimited:
    """The cells of a file; empty lines are left out. Raises Unreadable with the place of what cannot be read."""
    dialect = dialect or Dialect()
    text = _decoded(data, dialect.encoding, where)
    lines_of = io.StringIO(text, newline="")
    if dialect.quoted:
        reader = csv.reader(lines_of, delimiter=dialect.delimiter, strict=True)
    else:
        reader = csv.reader(lines_of, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE, strict=True)
    header: tuple[str, ...] = ()
    rows, lines, heads, begins = [], [], 0, 1
    try:
        for row in reader:
            if heads < dialect.header_lines:
                heads, header = heads + 1, tuple(row)
            elif row:
                rows.append(tuple(row))
                lines.append(begins)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"This is no delimited file: {error}.", where=f"{where}:{reader.line_num}") from error
    return Delimited(header, tuple(rows), tuple(lines))


def _decoded(data: bytes, encoding: str, where: str) -> str:
    by_bom = next((codec for bom, codec in _BOMS if data.startswith(bom)), "")
    codec = by_bom or encoding or "utf-8"
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fix = "Say the encoding of the file: utf-16, windows-1252, ..." if not encoding else "Choose its encoding."
        raise Unreadable(
            f"The file is not {codec.upper()} (byte {error.start}).", fix=fix, where=f"{where}:{line}"
        ) from error
