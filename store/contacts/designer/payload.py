"""The contact model as the API answers it: /hub/v1/contacts/schema/attributeGroups and /setDefinitions.

source: domain A6 and F3, the recorded answers. Ids are GUIDs made from the seed; what the account here does not have
(icons, required relationships, retention) is left out. Many to many is not in the recorded answers: ASSUMED, with the
data extension between the two as `linkItem`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.clock import utc_text
from store.contacts.designer.model import (
    CONTACT,
    SYSTEM,
    Attribute,
    AttributeGroup,
    AttributeSet,
    ContactModel,
    Pairs,
    Relationship,
)
from store.contacts.designer.system import customer_value
from store.ids import guid

if TYPE_CHECKING:
    from store.org import Org

_BASE = {"Number": "Numeric", "LongNumber": "Numeric", "Decimal": "Numeric", "Date": "Date", "Boolean": "Boolean"}
_BY_FULL_NAME = {"identifierType": "FullyQualifiedName"}


def group_answer(org: Org, model: ContactModel) -> dict[str, Any]:
    """The answer of /attributeGroups."""
    made = [_group(org, model, group, order) for order, group in enumerate(model.groups)]
    return {"attributeGroupDefinitions": made}


def set_answer(org: Org, model: ContactModel) -> dict[str, Any]:
    """The answer of /setDefinitions: every set with its values, and the relationships that lead to it or from it."""
    return {"setDefinition": [_set(org, model, each) for each in model.sets.values()]}


def group_export(org: Org, model: ContactModel, group: AttributeGroup) -> dict[str, Any]:
    """One group with its sets, each in the shape of its answer."""
    order = model.groups.index(group)
    sets = [_set(org, model, model.sets[each]) for each in group.sets]
    return {"attributeGroupDefinitions": [_group(org, model, group, order)], "setDefinition": sets}


def _group(org: Org, model: ContactModel, group: AttributeGroup, order: int) -> dict[str, Any]:
    own = group.kind != SYSTEM
    sets = [model.sets[each] for each in group.sets]
    return {
        "mID": group.mid,
        "attributeSetIdentifiers": [_identifier(org, each) for each in sets],
        "isOwner": True,
        "isPrimary": False,
        "isSystemDefined": not own,
        "isHidden": False,
        "canAddProperties": own,
        "canAddRelationships": own,
        "canChangeProperties": own,
        "canModify": own,
        "canRemove": own,
        "displayOrder": order,
        **({"applicationKey": group.application} if group.application else {}),
        "fullyQualifiedName": group.name,
        "attributeGroupType": "Population" if group.kind == "population" else "Standard",
        "description": group.description,
        "attributeCount": sum(len(each.attributes) for each in sets),
        "definitionID": _group_id(org, group.key),
        "definitionName": {"value": group.name},
        "definitionKey": group.key,
        "connectingID": _BY_FULL_NAME,
        "namespace": "",
    }


def _group_id(org: Org, key: str) -> str:
    return guid(org.seed, "attribute group", key)


def _set_id(org: Org, found: AttributeSet) -> str:
    return guid(org.seed, "attribute set", found.id)


def _value_id(org: Org, found: AttributeSet, name: str) -> str:
    return guid(org.seed, "attribute", found.id, name)


def _identifier(org: Org, found: AttributeSet) -> dict[str, Any]:
    return {
        "definitionID": _set_id(org, found),
        "definitionName": {"value": found.name},
        "definitionKey": found.key,
        "connectingID": _BY_FULL_NAME,
        "namespace": "",
    }


def _set(org: Org, model: ContactModel, found: AttributeSet) -> dict[str, Any]:
    related = [each for each in model.relationships if found.id in (each.left, each.right)]
    de = found.de
    storage: dict[str, Any] = {"storageLogicalType": found.storage} if found.storage else {}
    if de is not None:
        storage |= {
            "createDate": utc_text(de.created_at).replace(" ", "T"),
            "storageName": de.name,
            "r__dataExtension_key": de.customer_key,
            "isShared": False,
            "isTestaable": de.is_testable,  # as the API spells it
        }
    if de is not None and de.sendable_field:
        subscriber = "_SubscriberKey" if de.sendable_to == "Subscriber Key" else "_EmailAddress"
        storage |= {"sendAttributeStorageName": de.sendable_field, "sendContactKeyStorageName": subscriber}
    return {
        **_identifier(org, found),
        "valueDefinitions": [_value(org, found, each, number) for number, each in enumerate(found.attributes, start=1)],
        "relationships": [_relationship(org, model, each) for each in related],
        "attributeCount": len(found.attributes),
        "canModify": not found.is_system,
        "canRemove": not found.is_system,
        "fullyQualifiedName": found.name,
        "isCustomObjectBacked": de is not None and not de.is_synchronized,
        "isEvent": False,
        "isHidden": False,
        "isReadOnly": found.is_system,
        "isRoot": _is_root(model, found),
        "isSendable": bool(de and de.is_sendable),
        "isSystemDefined": found.is_system,
        "relationshipCount": len(related),
        "setDefinitionID": _set_id(org, found),
        "setDefinitionKey": found.key,
        "name": found.name,
        **storage,
    }


def _is_root(model: ContactModel, found: AttributeSet) -> bool:
    return any(group.kind == "population" and found.id in group.sets for group in model.groups)


def _value(org: Org, found: AttributeSet, attribute: Attribute, ordinal: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "baseType": _BASE.get(attribute.type, "Text"),
        "dataType": attribute.type,
        "description": "",
        "definitionID": _value_id(org, found, attribute.name),
        "definitionKey": attribute.definition_key,
        "definitionName": {"value": attribute.name},
        "connectingID": _BY_FULL_NAME,
        "displayOrder": ordinal,
        "fullyQualifiedName": f"{found.name}.{attribute.name}",
        "isHidden": attribute.is_hidden,
        "isIdentityValue": attribute.is_identity,
        "isNullable": attribute.is_nullable,
        "isPrimaryKey": attribute.is_primary_key,
        "isReadOnly": found.is_system or attribute.is_identity,
        "isSystemDefined": found.is_system or attribute.is_identity,
        "isUpdateable": not (found.is_system or attribute.is_identity),
    }
    if attribute.length is not None:
        made["length"] = attribute.length
    if attribute.scale is not None:
        made["scale"] = attribute.scale
    return made | {
        "ordinal": ordinal,
        "parentType": "Set",
        "storageName": attribute.column or attribute.name,
        "name": attribute.name,
        "setDefinitionID": _set_id(org, found),
        "setDefinitionKey": found.key,
    }


def _relationship(org: Org, model: ContactModel, each: Relationship) -> dict[str, Any]:
    of_contact = each.left == CONTACT
    left_id = _group_id(org, each.group) if of_contact else _set_id(org, model.sets[each.left])
    right = model.sets[each.right]
    made: dict[str, Any] = {
        "canModify": not each.is_system,
        "canRemove": not each.is_system,
        "isGroupToSetRelationship": of_contact,
        "isHidden": False,
        "isSystemDefined": each.is_system,
        "leftItem": {
            "cardinality": each.left_cardinality,
            "connectingID": _BY_FULL_NAME,
            "identifier": left_id,
            "relationshipType": "AttributeGroup" if of_contact else "AttributeSet",
        },
        "relationshipAttributes": _pairs(org, model, each.left, right, each.pairs),
        "relationshipID": each.id,
        "rightItem": {
            "cardinality": each.right_cardinality,
            "connectingID": _BY_FULL_NAME,
            "identifier": _set_id(org, right),
            "relationshipType": "AttributeSet",
        },
    }
    if of_contact and each.pairs:
        value = customer_value(each.pairs[0][0])
        made |= {
            "leftRelationshipIDs": [{"type": "int16", "value": str(value.number if value else 0)}],
            "leftRelationshipReferenceType": "CustomerData",
        }
    if each.between is not None:
        link = model.sets[each.between.set_id]
        made["linkItem"] = {
            "identifier": _set_id(org, link),
            "leftAttributes": _pairs(org, model, each.left, link, each.between.left),
            "rightAttributes": _pairs(org, model, link.id, right, each.between.right),
        }
    return made


def _pairs(org: Org, model: ContactModel, left: str, right: AttributeSet, pairs: Pairs) -> list[dict[str, Any]]:
    """The pairs by id, and by full name as the metadata of projects has them."""
    made = []
    for one, other in pairs:
        if left == CONTACT:
            value = customer_value(one)
            owner = next((each for each in model.sets.values() if value and each.name == value.owner), None)
            left_id = _value_id(org, owner, one) if owner else ""
            said = f"{owner.name if owner else 'Contact'}.{one}"
        else:
            left_id, said = _value_id(org, model.sets[left], one), f"{model.sets[left].name}.{one}"
        made.append(
            {
                "leftAttributeID": left_id,
                "c__leftFullyQualifiedName": said,
                "rightAttributeID": _value_id(org, right, other),
                "c__rightFullyQualifiedName": f"{right.name}.{other}",
            }
        )
    return made
