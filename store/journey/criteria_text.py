"""Filter criteria as a person writes them, made into the product's FilterDefinition: `Tier = 'VIP' and Visits > 3`.

criteria := all { "or" all }        all := term { "and" term }       term := "(" criteria ")" | comparison
comparison := attribute operator [value]
attribute  := Field | Set.Field | "[Any Field]" | "[Any Set].[Any Field]"      a bare field is journey data
operator   := = <> < <= > >= | contains | not contains | begins with | ends with | in | not in
              | is null | is not null | is true | is false
value      := 'text' | number | ( value , ... ) after in | attribute, compared with
"""

from __future__ import annotations

import re

from store.errors import Refused
from store.journey.criteria import Condition, ConditionSet, Criteria

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<sign><>|!=|<=|>=|=|<|>)
        |(?P<mark>[(),])|(?P<name>(?:\[[^\]]+\]|\w+)(?:\.(?:\[[^\]]+\]|\w+))*))""",
    re.VERBOSE,
)
_SIGNS = {
    "=": "Equal", "<>": "NotEqual", "!=": "NotEqual", "<": "LessThan", "<=": "LessThanOrEqual", ">": "GreaterThan",
    ">=": "GreaterThanOrEqual",
}  # fmt: skip
_WORDS = {
    ("not", "contains"): "NotContains", ("contains",): "Contains", ("begins", "with"): "BeginsWith",
    ("ends", "with"): "EndsWith", ("not", "in"): "NotIn", ("in",): "In", ("is", "not", "null"): "IsNotNull",
    ("is", "null"): "IsNull", ("is", "true"): "IsTrue", ("is", "false"): "IsFalse",
}  # fmt: skip
_ALONE = ("IsNull", "IsNotNull", "IsTrue", "IsFalse")


def read_criteria(text: str, event_key: str, name: str = "") -> Criteria:
    """The criteria that a text says; bare fields are of the entry event `event_key`, `name` is the path's.

    Raises Refused with the column where the text cannot be understood.
    """
    reader = _Reader(text, event_key)
    node = reader.either()
    if reader.place < len(reader.tokens):
        raise reader.refused("'and', 'or' or the end")
    if not isinstance(node, ConditionSet):
        node = _set("AND", (node,))
    named = ConditionSet(node.operator, node.children, {**node.attributes, "ConditionSetName": name})
    return Criteria((named,))


def _set(operator: str, children: tuple[Condition | ConditionSet, ...]) -> ConditionSet:
    return ConditionSet(operator, children, {"Operator": operator, "ConditionSetName": ""})


class _Reader:
    """Reads tokens from left to right; `place` is the next one."""

    def __init__(self, text: str, event_key: str) -> None:
        self.text, self.event_key = text, event_key
        self.tokens: list[tuple[str, str, int]] = []
        self.place = at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                column = at + len(text[at:]) - len(text[at:].lstrip()) + 1
                raise Refused(f"'{text[column - 1]}' is not understood here.", where=f"column {column}")
            kind = str(match.lastgroup)
            self.tokens.append((kind, match[kind], match.start(kind) + 1))
            at = match.end()

    def refused(self, wanted: str) -> Refused:
        if self.place < len(self.tokens):
            _, found, column = self.tokens[self.place]
            return Refused(f"{wanted} is wanted where '{found}' stands.", where=f"column {column}")
        fix = "For example: Tier = 'VIP' and Visits > 3"
        return Refused(f"{wanted} is wanted at the end.", fix=fix, where=f"column {len(self.text) + 1}")

    def take(self, kind: str, word: str = "") -> str | None:
        """The next token, if it is of this kind and, without case, this word."""
        if self.place < len(self.tokens):
            found, text, _ = self.tokens[self.place]
            if found == kind and (not word or text.lower() == word):
                self.place += 1
                return text
        return None

    def either(self) -> Condition | ConditionSet:
        return self._joined("or", lambda: self._joined("and", self._term))

    def _joined(self, word: str, read: object) -> Condition | ConditionSet:
        assert callable(read)
        found = [read()]
        while self.take("name", word):
            found.append(read())
        return found[0] if len(found) == 1 else _set(word.upper(), tuple(found))

    def _term(self) -> Condition | ConditionSet:
        if self.take("mark", "("):
            inside = self.either()
            if self.take("mark", ")") is None:
                raise self.refused("')'")
            return inside
        return self._comparison()

    def _comparison(self) -> Condition:
        name = self.take("name")
        if name is None:
            raise self.refused("A field")
        operator, value, reference = self._operator(), "", False
        if operator in ("In", "NotIn"):
            value = self._list()
        elif operator not in _ALONE:
            value, reference = self._value()
        attributes = {"Key": self._key(name), "Operator": operator, "UiMetaData": "{}"}
        if attributes["Key"].startswith("Event."):
            attributes = {"IsEphemeralAttribute": "true", **attributes}
        if reference:
            attributes["ValueIsReference"] = "true"
        return Condition(attributes["Key"], operator, value, attributes)

    def _operator(self) -> str:
        sign = self.take("sign")
        if sign is not None:
            return _SIGNS[sign]
        for words, operator in _WORDS.items():
            before = self.place
            if all(self.take("name", word) for word in words):
                return operator
            self.place = before
        raise self.refused("A comparison (=, <, contains, is null, ...)")

    def _value(self) -> tuple[str, bool]:
        text = self.take("text")
        if text is not None:
            return text[1:-1].replace("''", "'"), False
        number = self.take("number")
        if number is not None:
            return number, False
        name = self.take("name")
        if name is None:
            raise self.refused("A value")
        return self._key(name), True

    def _list(self) -> str:
        if self.take("mark", "(") is None:
            raise self.refused("'('")
        values = [self._value()[0]]
        while self.take("mark", ","):
            values.append(self._value()[0])
        if self.take("mark", ")") is None:
            raise self.refused("')'")
        return ",".join(values)

    def _key(self, name: str) -> str:
        """`Event.<event>.<Field>` of a bare field, `Contact.Attribute.<Set>.<Field>` of one with its set."""
        parts = [part[1:-1] if part.startswith("[") else part for part in re.findall(r"\[[^\]]+\]|\w+", name)]
        if [part.lower() for part in parts] == ["contact", "key"]:
            return "Contact.Key"
        if len(parts) == 1:
            return f"Event.{self.event_key}.{parts[0]}"
        return f"Contact.Attribute.{'.'.join(parts[:-1])}.{parts[-1]}"
