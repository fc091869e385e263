"""What a name in a record or a file's header means: a field, or a lookup filled by a key of the record it points to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.crm.fields import TEXT_TYPES, Field
from store.crm.naming import api_name
from store.crm.objects import Object, describe
from store.crm.problems import ValueProblem
from store.errors import did_you_mean

if TYPE_CHECKING:
    from store.org import Org

# Fields by which a record can be joined besides external ids. source: Object Reference, property "idLookup".
_ID_LOOKUP = {"email", "username", "name"}
_NAME_IS_LOOKUP = {"campaign"}  # of the standard objects simulated here; every custom object's Name is one


@dataclass(frozen=True)
class Column:
    """A field to be written. With `key` the values are keys of records of `target`, to be looked up."""

    field: Field
    target: str = ""
    key: Field | None = None


def split_path(name: str) -> list[str]:
    """`Account:External_Id__c`, `Account.External_Id__c` -> its parts; a plain name is one part."""
    return [part.strip() for part in re.split(r"[:.]", name)]


def column_of(org: Org, obj: Object, name: str, *, labels: bool = False) -> Column:
    """What the name means on this object; labels count only where asked. Raises ValueProblem (INVALID_FIELD)."""
    parts = split_path(name)
    if len(parts) == 1:
        found = obj.find(name) or (_by_label(obj, name) if labels else None)
        if found is None:
            near = did_you_mean(name, [field.name for field in obj.fields])
            raise _invalid(f"No such column '{name}' on sobject of type {obj.api_name}", near)
        return Column(found)
    return _joined(org, obj, name, parts)


def _by_label(obj: Object, name: str) -> Field | None:
    matching = [field for field in obj.fields if field.label.lower() == name.lower()]
    return matching[0] if len(matching) == 1 else None


def _invalid(message: str, hint: str = "") -> ValueProblem:
    return ValueProblem("INVALID_FIELD", f"{message}. {hint}" if hint else message)


def _joined(org: Org, obj: Object, name: str, parts: list[str]) -> Column:
    """`Relationship:Key`; with three parts one of the first two names the object: `Lead:Who.External_Id__c`."""
    *path, key_name = parts
    by_relationship = {word.lower(): ref for ref in obj.references for word in (ref.name, ref.relationship_name)}
    ref = next((by_relationship[word.lower()] for word in path if word.lower() in by_relationship), None)
    if ref is None or len(path) > 2:
        relations = [field.relationship_name for field in obj.references]
        near = did_you_mean(path[-1], relations)
        raise _invalid(
            f"Didn't understand relationship '{path[-1]}' in '{name}' on sobject of type {obj.api_name}", near
        )
    named = [target for target in ref.reference_to if api_name(target).lower() in {word.lower() for word in path}]
    for target in named or ref.reference_to:
        target_object = describe(org, target)
        key = target_object.find(key_name)
        if key is not None and is_key(target_object, key):
            return Column(ref, target_object.name, key)
    target_object = describe(org, (named or list(ref.reference_to))[0])
    keys = [field.name for field in target_object.fields if is_key(target_object, field)]
    raise _invalid(
        f"Field name '{key_name}' is not an external ID or indexed field of {target_object.api_name}",
        f"Records of {target_object.api_name} can be joined by {', '.join(keys)}.",
    )


def is_key(obj: Object, field: Field) -> bool:
    """Whether records of the object can be found by this field: external ids, unique fields, idLookup fields."""
    lookup = field.name.lower() in _ID_LOOKUP and field.type in TEXT_TYPES and not field.computed
    if field.name == "Name":
        lookup = obj.custom or obj.api_name.lower() in _NAME_IS_LOOKUP
    return field.external_id or field.unique or field.name == "Id" or lookup
