"""How many messages a text makes: 160 characters of the GSM alphabet or 70 of Unicode, 153 or 67 when joined.

Source: help, "SMS Limits and Guidelines" and "Message Concatenation".
"""

from __future__ import annotations

# Source: GSM 03.38, the default alphabet; the extension's characters take two places.
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "\f^{}\\[~]|€"
GSM_ONE, GSM_PART, UNICODE_ONE, UNICODE_PART = 160, 153, 70, 67
MOST_PARTS = 10  # ASSUMED: longer texts are refused at the check


def is_gsm(text: str) -> bool:
    """Whether every character is in the GSM alphabet."""
    return not set(text) - set(_BASIC) - set(_EXTENDED)


def length(text: str) -> int:
    """Places that a text takes: UTF-16 units where it is Unicode, else GSM characters with the extended ones double."""
    if is_gsm(text):
        return len(text) + sum(text.count(char) for char in _EXTENDED)
    return len(text.encode("utf-16-le")) // 2


def parts(text: str, *, concatenated: bool) -> int:
    """Messages that a text makes. Concatenation costs seven characters of each and is billed the same."""
    one, part = (GSM_ONE, GSM_PART) if is_gsm(text) else (UNICODE_ONE, UNICODE_PART)
    places = length(text)
    if places <= one:
        return 1
    return -(-places // (part if concatenated else one))


def sql_parts(text: str, *, concatenated: bool) -> str:
    """SQL for `parts` of an SQL expression; characters beyond Unicode's first plane count once here."""
    # In a GLOB set `]` must come first and `^` not, `-` last.
    others = "".join(char for char in _BASIC + _EXTENDED if char not in "]^-")
    foreign = f"({text} GLOB {_quoted(f'*[^]{others}^-]*')})"
    doubled = " + ".join(f"length({text}) - length(replace({text}, {_quoted(char)}, ''))" for char in _EXTENDED)
    places = f"(length({text}) + CASE WHEN {foreign} THEN 0 ELSE {doubled} END)"
    one, part = f"iif({foreign}, {UNICODE_ONE}, {GSM_ONE})", f"iif({foreign}, {UNICODE_PART}, {GSM_PART})"
    size = part if concatenated else one
    return f"CASE WHEN {places} <= {one} THEN 1 ELSE ({places} + {size} - 1) / {size} END"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
