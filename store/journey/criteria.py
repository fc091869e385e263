"""Filter criteria: the product's FilterDefinition XML as a small tree, and back.

    <FilterDefinition><ConditionSet Operator="AND" ConditionSetName="...">
      <Condition Key="Event.<event key>.<Field>" Operator="Equal" IsEphemeralAttribute="true" UiMetaData="{}">
        <Value><![CDATA[Gold]]></Value></Condition></ConditionSet></FilterDefinition>

All attributes are kept in their order, so that what was read is written back the same but for white space.
Source: domain E3 and recorded journeys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.errors import Refused

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DEPTH = 40  # nesting that no person makes, and that a recursive reader can bear


@dataclass(frozen=True)
class Condition:
    """One comparison. `path` holds the attributes of an AttributePath around the value, None when there is none."""

    key: str
    operator: str
    value: str
    attributes: dict[str, str] = field(default_factory=dict, hash=False)
    path: dict[str, str] | None = field(default=None, hash=False)

    @property
    def value_is_reference(self) -> bool:
        """Whether the value names another attribute (attribute-to-attribute comparison)."""
        return self.attributes.get("ValueIsReference", "").lower() == "true"


@dataclass(frozen=True)
class ConditionSet:
    """Conditions and sets joined by AND or OR."""

    operator: str
    children: tuple[Condition | ConditionSet, ...]
    attributes: dict[str, str] = field(default_factory=dict, hash=False)

    def conditions(self) -> Iterator[Condition]:
        """All comparisons inside, in order."""
        for child in self.children:
            if isinstance(child, Condition):
                yield child
            else:
                yield from child.conditions()


@dataclass(frozen=True)
class Criteria:
    """A whole FilterDefinition: its condition sets, all of which must hold."""

    sets: tuple[ConditionSet, ...]
    attributes: dict[str, str] = field(default_factory=dict, hash=False)

    def conditions(self) -> Iterator[Condition]:
        """All comparisons inside, in order."""
        for each in self.sets:
            yield from each.conditions()


def parse(xml: str) -> Criteria:
    """The tree of a FilterDefinition. Raises Refused when it is none; document types and entities are not read."""
    from xml.etree import ElementTree

    if "<!DOCTYPE" in xml.upper() or "<!ENTITY" in xml.upper():
        raise Refused("Filter criteria with a document type are not read.", fix="Remove the <!DOCTYPE ...>.")
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        where = f"line {error.position[0]}, column {error.position[1] + 1}"
        raise Refused("The filter criteria are not well-formed XML.", where=where) from error
    if root.tag != "FilterDefinition":
        raise Refused(f"Filter criteria begin with <FilterDefinition>, not <{root.tag}>.")
    return Criteria(tuple(_set(child, 1) for child in root if child.tag == "ConditionSet"), dict(root.attrib))


def _set(element: Element, depth: int) -> ConditionSet:
    if depth > _DEPTH:
        raise Refused(f"Filter criteria are nested deeper than {_DEPTH} sets.")
    children: list[Condition | ConditionSet] = []
    for child in element:
        if child.tag == "ConditionSet":
            children.append(_set(child, depth + 1))
        elif child.tag == "Condition":
            children.append(_condition(child))
        else:
            raise Refused(f"<{child.tag}> is not known inside a ConditionSet.")
    operator = element.attrib.get("Operator", "AND").upper()
    if operator not in ("AND", "OR"):
        raise Refused(f"A ConditionSet joins by AND or OR, not by '{operator}'.")
    return ConditionSet(operator, tuple(children), dict(element.attrib))


def _condition(element: Element) -> Condition:
    path = element.find("AttributePath")
    value = (element if path is None else path).find("Value")
    text = (value.text or "") if value is not None else ""
    key = element.attrib.get("Key") or element.attrib.get("ID") or ""
    operator = element.attrib.get("Operator", "")
    return Condition(key, operator, text.strip(), dict(element.attrib), None if path is None else dict(path.attrib))


def write(criteria: Criteria) -> str:
    """The FilterDefinition XML, in the product's form: no white space, values as CDATA."""
    inner = "".join(_write(each) for each in criteria.sets)
    return f"<FilterDefinition{_attributes(criteria.attributes)}>{inner}</FilterDefinition>"


def _write(node: Condition | ConditionSet) -> str:
    if isinstance(node, ConditionSet):
        inner = "".join(_write(child) for child in node.children)
        return f"<ConditionSet{_attributes(node.attributes)}>{inner}</ConditionSet>"
    value = f"<Value><![CDATA[{node.value.replace(']]>', ']]]]><![CDATA[>')}]]></Value>"
    if node.path is not None:
        value = f"<AttributePath{_attributes(node.path)}>{value}</AttributePath>"
    return f"<Condition{_attributes(node.attributes)}>{value}</Condition>"


_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def _attributes(attributes: dict[str, str]) -> str:
    # Not xml.sax.saxutils: it imports urllib and ssl, 30 ms of the app's start.
    return "".join(f' {name}="{value.translate(_ESCAPES)}"' for name, value in attributes.items())


# ---- said to a person

_SAID = {
    "equal": "equals {}", "notequal": "does not equal {}", "is": "is {}", "isnot": "is not {}",
    "isnull": "is null", "isnotnull": "is not null",
    "greaterthan": "is greater than {}", "greaterthanorequal": "is greater than or equal to {}",
    "lessthan": "is less than {}", "lessthanorequal": "is less than or equal to {}",
    "before": "is before {}", "atorbefore": "is on or before {}", "after": "is after {}",
    "atorafter": "is on or after {}", "contains": "contains {}", "notcontains": "does not contain {}",
    "doesnotcontain": "does not contain {}",
    "notbeginswith": "does not begin with {}", "notendswith": "does not end with {}",
    "beginswith": "begins with {}", "endswith": "ends with {}", "in": "is one of {}", "notin": "is none of {}",
    "existsinstring": "is part of {}", "existsinwholeword": "is a word of {}", "istrue": "is true",
    "isfalse": "is false",
}  # fmt: skip


def explain(criteria: Criteria) -> str:
    """The criteria as a sentence: `Tier equals 'Gold' and Email is not null`."""
    return " and ".join(_explain(each, len(criteria.sets) > 1) for each in criteria.sets) or "everyone"


def _explain(node: Condition | ConditionSet, inside: bool) -> str:
    if isinstance(node, Condition):
        return explain_condition(node)
    joined = f" {node.operator.lower()} ".join(_explain(child, True) for child in node.children)
    return f"({joined})" if inside and len(node.children) > 1 else joined


def explain_condition(condition: Condition) -> str:
    """One comparison as words, the field by its short name."""
    from store.journey.attributes import attribute

    said = _SAID.get(condition.operator.lower(), condition.operator + " {}")
    value = condition.value
    if condition.value_is_reference:
        value = attribute(value).said
    elif (days := relative_days(value)) is not None:
        value = "today" if days == 0 else f"today {'plus' if days > 0 else 'minus'} {abs(days)} days"
    elif condition.operator.lower() not in ("is", "isnot", "in", "notin"):
        value = f"'{value}'"
    return f"{attribute(condition.key).said} {said.format(value)}"


def relative_days(value: str) -> int | None:
    """The days from today in `;-;14;days`, None for any other value. Source: recorded decision splits."""
    parts = value.split(";")
    if len(parts) != 4 or parts[0] or parts[1] not in "+-" or not parts[2].isdecimal():
        return None
    per_unit = {"day": 1, "days": 1, "week": 7, "weeks": 7}.get(parts[3].lower())
    if per_unit is None:
        return None
    return int(parts[1] + parts[2]) * per_unit
