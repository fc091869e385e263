"""Reading attribute sets and groups of Data Designer: what is related to what, by which fields.

The system's own groups are here already and are not read, but for those of synchronized data sources: their data
extensions come with the project without a CRM behind them.
"""

from __future__ import annotations

from typing import Any

from scenarios.projects.files import MetaFile

SYNCHRONIZED = "Salesforce Synchronized Data Source"  # source: applicationKey of a recorded group
_CARDINALITY = {"One": "1", "Many": "many"}


def is_read(data: dict[str, Any]) -> bool:
    """Whether a group or set is a person's, or of a synchronized data source."""
    return not data.get("isSystemDefined") or SYNCHRONIZED in str(data.get("applicationKey"))


def parse_group(file: MetaFile) -> tuple[str, str, dict[str, Any]] | None:
    """(key, name, {description, sets}) of a group; None for the system's."""
    data = file.data
    if not is_read(data):
        return None
    key = str(data.get("definitionKey") or file.stem)
    name = str((data.get("definitionName") or {}).get("value") or key)
    sets = data.get("r__attributeSet_key") or data.get("attributeSetIdentifiers") or []
    listed = [each if isinstance(each, str) else str(each.get("definitionKey")) for each in sets]
    return key, name, {"description": str(data.get("description") or ""), "sets": listed}


def parse_set(file: MetaFile) -> tuple[str, str, dict[str, Any]] | None:
    """(key, name, {de, relationships}) of a set; None for the system's."""
    data = file.data
    if not is_read(data):
        return None
    key = str(data.get("definitionKey") or data.get("setDefinitionKey") or file.stem)
    name = str(data.get("name") or key)
    de = str(data.get("r__dataExtension_key") or data.get("r__dataExtension_CustomerKey") or "")
    related = [_relationship(each) for each in data.get("relationships") or []]
    return key, name, {"de": de, "relationships": related}


def _relationship(raw: dict[str, Any]) -> dict[str, Any]:
    left, right = raw["leftItem"], raw["rightItem"]
    cardinalities = [_CARDINALITY.get(str(side.get("cardinality")), "1") for side in (left, right)]
    pairs = [
        [str(pair.get("c__leftFullyQualifiedName") or ""), str(pair.get("c__rightFullyQualifiedName") or "")]
        for pair in raw.get("relationshipAttributes") or []
    ]
    return {
        "group": _key_of(left) if left.get("relationshipType") == "AttributeGroup" else "",
        "left": _key_of(left),
        "right": _key_of(right),
        "cardinality": ":".join(cardinalities),
        "pairs": pairs,
    }


def _key_of(side: dict[str, Any]) -> str:
    """The key of a side: mcdev wrote it under other names before."""
    names = ("r__attributeGroup_key", "r__attributeSet_key", "r__attributeGroup_definitionKey",
             "r__attributeSet_definitionKey", "identifier")  # fmt: skip
    return next((str(side[name]) for name in names if side.get(name)), "")
