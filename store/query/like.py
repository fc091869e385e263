"""A literal LIKE pattern as SQLite's LIKE, or as GLOB when it has classes or asks for case."""

from __future__ import annotations

from store.query.runtime.strings import accented_between, read_class
from store.query.typed import quote


def like_sql(subject: str, pattern: str, escape: str, *, case: bool = False, accented: bool = True) -> str:
    """SQL that is true where `subject` LIKE `pattern`, as SQL Server matches.

    `accented`: the subject can hold letters beyond A to Z, some of which a range such as [a-z] takes in.
    """
    if "[" not in pattern and not case and pattern.isascii():
        if not escape or escape not in pattern:
            return f"({subject} LIKE {quote(pattern)})"
        return f"({subject} LIKE {quote(pattern)} ESCAPE {quote(escape)})"
    glob = to_glob(pattern, escape, case=case, accented=accented)
    return f"(CASE WHEN {subject} IS NOT NULL THEN 0 END)" if glob is None else f"({subject} GLOB {quote(glob)})"


def to_glob(pattern: str, escape: str = "", *, case: bool = False, accented: bool = True) -> str | None:
    """The same pattern for GLOB, which knows case, * ? and [ ]. None: it matches nothing."""
    out, at = "", 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if escape and char == escape and at < len(pattern):
            out += _letter(pattern[at], case)
            at += 1
        elif char in "%_":
            out += "*" if char == "%" else "?"
        elif char == "[":
            found = read_class(pattern, at, escape)
            if found is None:
                return None
            negated, ranges, at = found
            kept = [pair for pair in ranges if pair[0] <= pair[1]]
            more = "".join(accented_between(low, high) for low, high in kept) if accented and not case else ""
            body = _class_body(kept + [(letter, letter) for letter in more], case)
            if not body and not negated:
                return None
            out += "?" if not body else f"[{'^' if negated else ''}{body}]"
        else:
            out += _letter(char, case)
    return out


def _letter(char: str, case: bool) -> str:
    if char in "*?[":
        return f"[{char}]"
    both = {char, char.lower(), char.upper()} if not case else {char}
    kinds = sorted(letter for letter in both if len(letter) == 1)
    return char if len(kinds) == 1 else f"[{''.join(kinds)}]"


def _class_body(ranges: list[tuple[str, str]], case: bool) -> str:
    """The inside of a GLOB class. `]` must come first and `-` last, a `^` not first;

    ranges are doubled for both cases.
    """
    singles: set[str] = set()
    spans: list[str] = []
    for low, high in ranges:
        ends = {(low, high)}
        if not case:
            ends |= _other_case(low, high)
        for start, end in sorted(ends):
            if start == end:
                singles.add(start)
            elif start == "]" or end == "]":
                singles.update(chr(code) for code in range(ord(start), ord(end) + 1))
            else:
                spans.append(f"{start}-{end}")
    special = {sign for sign in "]-^" if sign in singles}
    plain = "".join(sorted(singles - special)) + "".join(sorted(spans))
    caret = "^" if "^" in special else ""
    if caret and not plain and "]" not in special:  # [^] would negate; a range of one does not
        return "^-^" + ("-" if "-" in special else "")
    return ("]" if "]" in special else "") + plain + caret + ("-" if "-" in special else "")


def _other_case(low: str, high: str) -> set[tuple[str, str]]:
    """The letters of a range in the other case: a-c -> A-C, and for a range across both what each end covers."""
    found: set[tuple[str, str]] = set()
    for first, last, shift in (("a", "z", -32), ("A", "Z", 32)):
        start, end = max(low, first), min(high, last)
        if start <= end:
            found.add((chr(ord(start) + shift), chr(ord(end) + shift)))
    if low == high and len(low.swapcase()) == 1:
        found.add((low.swapcase(), low.swapcase()))
    return found
