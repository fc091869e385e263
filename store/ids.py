"""Identifiers as the two platforms make them, all deterministic.

Salesforce record ids: 15 case-sensitive characters (three of key prefix, twelve of base 62) and three of checksum, so
that the 18 can be told apart without regard to case. Source: Salesforce's documented 15-to-18 conversion.
Marketing Cloud: numeric ids are plain row ids; GUIDs are derived from the seed and the thing named.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from store.chance import sql_chance

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_COUNTED = 6  # 62**6 records of one object are more than a file will hold; the other places stay '0'


def to_18(record_id: str) -> str:
    """The 18-character form of a 15-character id; anything else is returned unchanged, as LongSFID() does."""
    if len(record_id) != 15:
        return record_id
    chunks = (record_id[start : start + 5] for start in (0, 5, 10))
    return record_id + "".join(_CHECK[sum(1 << k for k, char in enumerate(c) if "A" <= char <= "Z")] for c in chunks)


def is_record_id(text: str) -> bool:
    """Whether the text has the form of an 18-character record id with the right checksum."""
    return len(text) == 18 and text[:15].isalnum() and to_18(text[:15]) == text


def salesforce_id(prefix: str, number: int) -> str:
    """The 18-character id of the `number`-th record of the object with this key prefix.

    A prefix has three characters, or five with the code of a Salesforce instance. Source: Salesforce Help, "Salesforce
    record ID": characters four and five are the pod identifier, which tells the instances apart.
    """
    digits = []
    for _ in range(_COUNTED):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return to_18(prefix + "".join(reversed(digits)).rjust(15 - len(prefix), "0"))


@lru_cache(maxsize=64)
def sql_salesforce_id(prefix: str, number: str) -> str:
    """SQL for `salesforce_id` of an integer expression (a column or a parameter: it is named many times)."""

    def digit(power: int) -> str:
        return f"({number} / {62**power} % 62)" if power else f"({number} % 62)"

    def upper_bit(power: int, bit: int) -> str:
        # In the digits' order the 26 capitals stand at 10 to 35.
        return f"(({digit(power)} BETWEEN 10 AND 35) * {1 << bit})"

    fixed = prefix + "0" * (15 - len(prefix) - _COUNTED)
    # A place is a fixed character or the power of 62 that it counts.
    places: list[str | int] = [*fixed, *range(_COUNTED - 1, -1, -1)]
    checks = []
    for start in (0, 5, 10):
        known = sum(1 << k for k, p in enumerate(places[start : start + 5]) if isinstance(p, str) and "A" <= p <= "Z")
        counted = [upper_bit(p, k) for k, p in enumerate(places[start : start + 5]) if isinstance(p, int)]
        checks.append(f"substr('{_CHECK}', 1 + {' + '.join([str(known), *counted])}, 1)")
    counted_digits = [f"substr('{_DIGITS}', {digit(p)} + 1, 1)" for p in places if isinstance(p, int)]
    return "(" + " || ".join([f"'{fixed}'", *counted_digits, *checks]) + ")"


def guid(seed: int, *words: object) -> str:
    """A GUID in the product's lower-case form, the same for the same seed and words."""
    text = sha256("|".join([str(seed), *map(str, words)]).encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"


def sql_guid(seed: int, what: str, number: str) -> str:
    """SQL for a GUID of an integer expression below 2**48: drawn digits, then the number, so that no two meet."""
    drawn = [sql_chance(seed, f"{what}|{part}", f"(({number}) & 2147483647)") for part in range(4)]
    return (
        f"printf('%08x-%04x-4%03x-a%03x-%012x', {drawn[0]}, {drawn[1]} & 65535, {drawn[2]} & 4095,"
        f" {drawn[3]} & 4095, {number})"
    )
