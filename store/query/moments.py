"""Dates and times as SQL: conversion into a type of moment, out of it by style, and what the parts are.

A moment is text (types.py), so comparison and MIN/MAX need no function; SQLite's date functions do the arithmetic and a
Python function only what they lack (month names, 1/300 s, time zones).
"""

from __future__ import annotations

from store.query.conversion import How, NotAllowed, from_text, not_allowed
from store.query.typed import Typed, fail
from store.query.types import SqlType

# Styles that strftime can write, for values with a date. learn: t-sql/functions/cast-and-convert-transact-sql
_STRFTIME = {
    1: "", 101: "%m/%d/%Y", 102: "%Y.%m.%d", 103: "%d/%m/%Y", 104: "%d.%m.%Y", 105: "%d-%m-%Y", 110: "%m-%d-%Y",
    111: "%Y/%m/%d",
    112: "%Y%m%d", 8: "%H:%M:%S", 24: "%H:%M:%S", 108: "%H:%M:%S",
}  # fmt: skip
_DEFAULT_STYLES = {"date": 23, "time": 121, "datetime2": 121, "datetimeoffset": 121}


def moment_text(value: Typed, style: int) -> str:
    """A moment as text in a style."""
    from store.query.runtime.dates import KNOWN_STYLES

    source = value.type.name
    if style == 0:
        style = _DEFAULT_STYLES.get(source, 0)
    if style in (130, 131):
        raise NotAllowed(f"Style {style} of CONVERT, the Hijri calendar, is not simulated.")
    if style not in KNOWN_STYLES:
        raise NotAllowed(f"{style} is not a valid style number when converting from {source} to a character string.")
    if source == "date" and style in (8, 24, 108, 14, 114):
        raise NotAllowed("Error converting data type date to a character string: the style has only a time.")
    if source in ("date", "datetime", "smalldatetime", "datetime2"):
        if style == 23 or (source == "date" and style in (20, 21, 25, 120, 121, 126)):
            return value.sql if source == "date" else f"substr({value.sql}, 1, 10)"
        if style in (20, 120):
            return f"substr({value.sql}, 1, 19)"
        if _STRFTIME.get(style):
            return f"strftime('{_STRFTIME[style]}', {value.sql})"
    return f"tsql_style({value.sql}, {style}, '{source}', {value.type.scale or 0})"


def moment_from(value: Typed, target: SqlType, how: How) -> Typed:
    """Anything as a moment of type `target`."""
    kind = value.type.kind
    if kind == "text":
        return _moment_from_text(value, target, how)
    if kind == "moment":
        return _moment_from_moment(value, target, how)
    if target.name not in ("datetime", "smalldatetime"):
        if how.explicit:
            raise not_allowed(value, target, how)
        raise NotAllowed(f"Operand type clash: {value.type.spoken} is incompatible with {target.spoken}")
    if value.type.is_number:
        return _moment_from_number(value, target)
    raise not_allowed(value, target, how)


def _moment_from_text(value: Typed, target: SqlType, how: How) -> Typed:
    called = from_text(value, target, how)
    if isinstance(value.literal, str):
        constant = called.startswith("'")
        return Typed(called, target, literal=called[1:-1] if constant else None, simple=constant, unpadded=True)
    if value.simple and target.name in ("datetime", "datetime2"):
        # What SQLite gives back unchanged is a date and time as stored: no need to read it in Python.
        called = f"(CASE WHEN datetime({value.sql}, '+0 days') = {value.sql} THEN {value.sql} ELSE {called} END)"
    return Typed(called, target, unpadded=True)


def _moment_from_number(value: Typed, target: SqlType) -> Typed:
    """Days since 1900-01-01. learn: t-sql/functions/dateadd-transact-sql (0 as a date)"""
    if isinstance(value.literal, int):
        from datetime import datetime, timedelta

        try:
            made = f"{datetime(1900, 1, 1) + timedelta(days=value.literal):%Y-%m-%d %H:%M:%S}"
        except OverflowError:
            return Typed(fail("Arithmetic overflow error converting expression to data type datetime."), target)
        return Typed(f"'{made}'", target, literal=made, simple=True, unpadded=True)
    return Typed(add_days("'1900-01-01 00:00:00'", value.sql), target, unpadded=True)


def add_days(moment: str, days: str) -> str:
    """`moment` plus a number of days, whole or not, with the time of day kept and no '.000' left behind."""
    return f"replace(strftime('%Y-%m-%d %H:%M:%f', {moment}, ({days}) || ' days'), '.000', '')"


def _moment_from_moment(value: Typed, target: SqlType, how: How) -> Typed:
    source, wanted, sql = value.type.name, target.name, value.sql
    if source == "datetimeoffset" and wanted != "datetimeoffset":
        sql = f"substr({sql}, 1, length({sql}) - 7)"
        source = "datetime2"
    if {source, wanted} == {"date", "time"}:
        raise (
            not_allowed(value, target, how)
            if how.explicit
            else NotAllowed(f"Operand type clash: {source} is incompatible with {wanted}")
        )
    full = {"date": f"({sql} || ' 00:00:00')", "time": f"('1900-01-01 ' || {sql})"}.get(source, sql)
    constant = isinstance(value.literal, str)
    if wanted == "date":
        made = f"substr({sql}, 1, 10)"
    elif wanted == "time":
        made = f"substr({full}, 12)"
        if (target.scale or 0) < 3 or source == "datetime2":
            made = f"tsql_moment({full}, 'time', {7 if target.scale is None else target.scale})"
    elif wanted == "smalldatetime" or (
        wanted == "datetime" and source in ("datetime2", "time") and (value.type.scale or 0) > 0
    ):
        made = f"tsql_moment({full}, '{wanted}', 0)"
    elif wanted == "datetimeoffset":
        made = f"({full} || ' +00:00')" if value.type.name != "datetimeoffset" else sql
    elif wanted == "datetime2" and source != "date" and (target.scale or 0) < (value.type.scale or 0):
        made = f"tsql_moment({full}, 'datetime2', {target.scale})"
    else:
        made = full
    if constant and source == "date" and made == full:
        written = f"{value.literal} 00:00:00"
        return Typed(f"'{written}'", target, literal=written, simple=True, unpadded=True)
    return Typed(
        made, target, unpadded=True, simple=value.simple and made == sql, column=value.column if made == sql else None
    )


def plain(value: Typed) -> str:
    """SQL of a moment that SQLite's date functions read: without an offset, a time on 1900-01-01."""
    if value.type.name == "datetimeoffset":
        return f"substr({value.sql}, 1, length({value.sql}) - 7)"
    if value.type.name == "time":
        return f"('1900-01-01 ' || {value.sql})"
    return value.sql
