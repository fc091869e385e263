"""Synchronized Data Extensions in the contact model: one group of the system's, related as the CRM's lookups say.

source: a recorded project has a group of the application "Salesforce Synchronized Data Source" with the sets Contact,
Account and a custom object, related by Contact.AccountId = Account.Id and the custom lookup;
SFH:mc_cab_creating_and_interacting_with_synchronized_data_sources: the contact model takes the primary and foreign keys
over, first system-defined standard relationships, then standard reference fields, then custom ones, each by name. That
an object is related once, by the first of them, is ASSUMED: else nearly every object had several paths.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from store import crm, data_extensions
from store.connect.sources import sources
from store.contacts.designer import (
    CONTACT,
    AttributeGroup,
    AttributeSet,
    Relationship,
    relate,
    set_of,
    system_group,
    system_groups,
)

if TYPE_CHECKING:
    from store.org import Org

KEY = "SalesforceSynchronized"  # there it ends with the id of the org and the name of the integration user
PEOPLE = ("Contact", "Lead", "User")  # source: domain C1, their records are contacts under their Id


@system_groups
def _synchronized(org: Org) -> Iterable[tuple[AttributeGroup, tuple[AttributeSet, ...]]]:
    found = sources(org)
    if not found:
        return
    definitions = data_extensions.with_ids(org, [each.de_id for each in found])
    for of in dict.fromkeys(each.org for each in found):
        sets = {each.object: set_of(definitions[each.de_id]) for each in found if each.org == of}
        with crm.working_in(of):
            related = _related(org, KEY + of, sets)
        by_id = {each.id: each for each in sets.values()}
        if linked := tuple(by_id[each.right] for each in related):
            name = f"Salesforce Synchronized Data{f' ({of})' if of else ''}"
            application = "com.exacttarget.Salesforce Synchronized Data Source"
            yield system_group(name, KEY + of, application, linked, related), linked


def _related(org: Org, key: str, sets: dict[str, AttributeSet]) -> tuple[Relationship, ...]:
    """The people to the Contact, then round by round the objects whose lookups meet one that is related already."""
    # source: the recorded relationship of Contact_Salesforce.Id with the group: One to Many
    near = [name for name in map(crm.here, PEOPLE) if name in sets]
    made = [relate(org, key, CONTACT, sets[name].id, ("Contact Key", "Id"), many=True) for name in near]
    waiting = [name for name in sets if name not in near]
    lookups = {name: _lookups(org, name, sets) for name in sets}
    while near:
        found: dict[str, Relationship] = {}
        for name in waiting:
            if (one := _relation(org, key, name, near, lookups, sets)) is not None:
                found[name] = one
        made += found.values()
        near = list(found)
        waiting = [name for name in waiting if name not in found]
    return tuple(made)


def _lookups(org: Org, name: str, sets: dict[str, AttributeSet]) -> list[tuple[str, str]]:
    """(field, object) of the synchronized lookups to other synchronized objects, standard ones first, by name."""
    fields = [field for field in crm.describe(org, name).references if field.name.lower() in sets[name].by_name]
    in_order = sorted(fields, key=lambda field: (field.name.lower().endswith("__c"), field.name.lower()))
    return [(field.name, to) for field in in_order for to in field.reference_to if to in sets and to != name]


def _relation(
    org: Org,
    key: str,
    name: str,
    near: list[str],
    lookups: dict[str, list[tuple[str, str]]],
    sets: dict[str, AttributeSet],
) -> Relationship | None:
    """How an object hangs on those that were related last: it is what they look up, or it looks them up."""
    for other in near:
        for field, to in lookups[other]:
            if to == name:  # source: the recorded Contact_Salesforce.AccountId = Account_Salesforce.Id, One to One
                return relate(org, key, sets[other].id, sets[name].id, (field, "Id"))
    for field, to in lookups[name]:
        if to in near:
            return relate(org, key, sets[to].id, sets[name].id, ("Id", field), many=True)
    return None
