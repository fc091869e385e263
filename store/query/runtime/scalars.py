"""Conversions between text, numbers and binary that must fail where SQL Server fails."""

from __future__ import annotations

import hashlib
import math
import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import Any

from store.query.runtime import RunError, python
from store.query.runtime.dates import moment_from_text
from store.query.types import INT_RANGES

_INTEGER = re.compile(r"\s*([+-]?)\s*(\d*)\s*$")
_DECIMAL = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)\s*$")
_FLOAT = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$", re.I)
_GUID = re.compile(r"\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?", re.I)
_INT_COLUMNS = {"tinyint": "INT1", "smallint": "INT2", "int": "int"}


def _integer(value: str, target: str, source: str) -> int:
    match = _INTEGER.match(value)
    if match is None:
        if target == "bigint":
            raise RunError(f"Error converting data type {source} to bigint.")
        raise RunError(f"Conversion failed when converting the {source} value '{value}' to data type {target}.")
    made = int((match[1] + match[2]) if match[2] else 0)
    low, high = INT_RANGES[target]
    if low <= made <= high:
        return made
    if target == "bigint":
        raise RunError(f"Error converting data type {source} to bigint.")
    advice = "" if target == "int" else " Use a larger integer column."
    raise RunError(
        f"The conversion of the {source} value '{value}' overflowed an {_INT_COLUMNS[target]} column.{advice}"
    )


def _bit(value: str, source: str) -> int:
    word = value.strip().lower()
    if word in ("true", "false"):
        return int(word == "true")
    if _INTEGER.match(value):
        return int(bool(_integer(value, "bigint", source)))
    raise RunError(f"Conversion failed when converting the {source} value '{value}' to data type bit.")


def _decimal(value: str, target: str, source: str, precision: int, scale: int) -> float | int:
    text = value.replace(",", "").replace("$", "") if target != "decimal" else value
    if not _DECIMAL.match(text) and not (target != "decimal" and not text.strip()):
        if target != "decimal":
            raise RunError("Cannot convert a char value to money. The char value has incorrect syntax.")
        raise RunError(f"Error converting data type {source} to numeric.")
    made = quantized(Decimal(text.strip() or 0), scale)
    if abs(made) >= Decimal(10) ** (precision - scale):
        raise RunError(f"Arithmetic overflow error converting {source} to data type numeric.")
    return float(made)


def quantized(value: Decimal, scale: int, *, truncate: bool = False) -> Decimal:
    """Half away from zero, as SQL Server rounds."""
    with localcontext() as context:
        context.prec = 80
        return value.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_DOWN if truncate else ROUND_HALF_UP)


def _float(value: str, source: str) -> float:
    if not value.strip():
        return 0.0
    if not _FLOAT.match(value):
        raise RunError(f"Error converting data type {source} to float.")
    return float(value)


def _guid(value: str) -> str:
    match = _GUID.match(value)
    if match is None:
        raise RunError("Conversion failed when converting from a character string to uniqueidentifier.")
    return match[1].upper()


@lru_cache(maxsize=8192)
def text_to(value: str, target: str, source: str, style: int, precision: int, scale: int) -> int | float | str:
    """Text -> a value of type `target` as SQLite holds it. Raises RunError."""
    if target in ("int", "bigint", "smallint", "tinyint"):
        return _integer(value, target, source)
    if target == "bit":
        return _bit(value, source)
    if target in ("decimal", "money", "smallmoney"):
        return _decimal(value, target, source, precision, scale)
    if target in ("float", "real"):
        return _float(value, source)
    if target == "uniqueidentifier":
        return _guid(value)
    return moment_from_text(value, target, source, style, scale)


@python(
    "tsql_from_text",
    7,
    "SQLite casts any text without an error: CAST('3.7' AS INTEGER) is 3, CAST('x' AS INTEGER) is 0",
)
def from_text(value: Any, target: str, source: str, style: int, precision: int, scale: int, attempt: int) -> Any:
    """CAST, CONVERT and the implicit conversions from text; `attempt` gives NULL instead of failing (TRY_...)."""
    if value is None:
        return None
    try:
        return text_to(str(value), target, source, style, precision, scale)
    except RunError:
        if attempt:
            return None
        raise


@python("tsql_within", 4, "checking a long expression against a range without writing it twice")
def within(value: Any, low: int | float, high: int | float, message: str) -> Any:
    if value is None or low <= value <= high:
        return value
    raise RunError(message)


@python("tsql_float_text", 2, "float as text has at most six digits and a three-digit exponent")
def float_text(value: float | None, style: int) -> str | None:
    """learn: t-sql/functions/cast-and-convert-transact-sql, float and real styles 0 to 3."""
    if value is None:
        return None
    if style in (1, 2, 3):
        mantissa, exponent = f"{value:.{7 if style == 1 else 15 if style == 2 else 16}e}".split("e")
        return f"{mantissa}e{exponent[0]}{abs(int(exponent)):03d}"
    short = f"{value:.6g}"
    if "e" not in short:
        return short
    mantissa, exponent = short.split("e")
    return f"{mantissa}e{exponent[0]}{abs(int(exponent)):03d}"


@python("tsql_divide", 3, "decimal division with more digits than a 64-bit integer holds")
def divide(left: float | None, right: float | None, scale: int) -> float | None:
    """Decimal quotient, truncated to `scale` digits."""
    if left is None or right is None:
        return None
    if right == 0:
        raise RunError("Divide by zero error encountered.")
    with localcontext() as context:
        context.prec = 80
        return float(quantized(Decimal(repr(left)) / Decimal(repr(right)), scale, truncate=True))


@python("tsql_money_text", 2, "thousands separators of money style 1")
def money_text(value: float | None, style: int) -> str | None:
    if value is None:
        return None
    return (
        f"{value:,.2f}" if style == 1 else f"{value:.4f}" if style == 2 else f"{quantized(Decimal(repr(value)), 2):.2f}"
    )


@python("tsql_hash", 2, "SQLite has no hashes; text is hashed as it is stored there (UTF-16 or code page 1252)")
def hashbytes(algorithm: str | None, value: bytes | None) -> bytes | None:
    names = {"MD5": "md5", "SHA": "sha1", "SHA1": "sha1", "SHA2_256": "sha256", "SHA2_512": "sha512"}
    if value is None or algorithm is None or algorithm.upper() not in names:
        return None
    return hashlib.new(names[algorithm.upper()], value, usedforsecurity=False).digest()


@python("tsql_to_binary", 3, "text as bytes in SQL Server's encoding, and hex text as bytes")
def to_binary(value: Any, unicode: int, style: int) -> bytes | None:
    """Text -> bytes. Styles 1 (0x...) and 2 read hex."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return value
    if style in (1, 2):
        try:
            return bytes.fromhex(str(value)[2:] if style == 1 else str(value))
        except ValueError:
            raise RunError("Error converting data type varchar to varbinary.") from None
    return str(value).encode("utf-16-le") if unicode else str(value).encode("cp1252", "replace")


@python("tsql_from_binary", 2, "bytes as text in SQL Server's encoding")
def from_binary(value: bytes | None, unicode: int) -> str | None:
    if value is None:
        return None
    if unicode and len(value) % 2:
        value += b"\0"
    return value.decode("utf-16-le" if unicode else "cp1252", "replace")


@python("tsql_binary_int", 2, "the last bytes of a binary as a signed number")
def binary_int(value: bytes | None, size: int) -> int | None:
    return None if value is None else int.from_bytes(value[-size:].rjust(size, b"\0"), "big", signed=True)


@python(
    "tsql_checksum",
    -1,
    "SQLite has no hash of values; ASSUMED: its numbers are not SQL Server's, equal values give equal ones",
)
def checksum(*values: Any) -> int:
    text = "\x1f".join("\0" if value is None else str(value).rstrip(" ").lower() for value in values)
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[:4], "big", signed=True)


@python("tsql_log10", 1, "SQLite's log10(1000) is 2.9999999999999996")
def log10(value: float | None) -> float | None:
    return None if value is None else math.log10(value)


@python("tsql_isnumeric", 1, "SQLite has no test whether a text reads as a number")
def isnumeric(value: Any) -> int:
    """learn: t-sql/functions/isnumeric-transact-sql: also true for signs and currency symbols alone."""
    if value is None:
        return 0
    text = str(value).strip()
    if re.fullmatch(r"[+-]?[$\u00a3\u20ac]?(\d[\d,]*\.?\d*|\.\d+)([ed][+-]?\d+)?", text, re.I):
        return 1
    return int(text in ("+", "-", ".", ",", "$", "\u00a3", "\u20ac"))


@python("tsql_round_half", 2, "whole units of a number, half away from zero, without leaving integers")
def round_half(value: int | None, unit: int) -> int | None:
    if value is None:
        return None
    return (abs(value) + unit // 2) // unit * (1 if value >= 0 else -1)


@python("tsql_sized_binary", 3, "binary(n) is filled with zeros, and both binary types are cut")
def sized_binary(value: bytes | None, length: int, fixed: int) -> bytes | None:
    if value is None:
        return None
    return value[:length].ljust(length, b"\0") if fixed else value[:length]


@python("tsql_int_binary", 2, "a whole number as the bytes that hold it, highest first")
def int_binary(value: int | None, size: int) -> bytes | None:
    return None if value is None else (value & (256**size - 1)).to_bytes(size, "big")
