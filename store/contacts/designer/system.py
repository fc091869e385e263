"""The system's groups, and what of the Contact record a person can link by.

The room that has the data behind a group says so here with `system_groups` or `customer_data`; the groups of this room
are System Data and Email Data. Names, keys and attributes: recorded answers of the contact schema (domain A6), as far
as what is behind them is simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.business_units import ENTERPRISE_MID
from store.contacts.designer.model import CONTACT, ONE, SYSTEM, Attribute, AttributeGroup, AttributeSet, Relationship
from store.ids import guid

if TYPE_CHECKING:
    from store.org import Org

Part = tuple[AttributeGroup, tuple[AttributeSet, ...]]
Provider = Callable[["Org"], Iterable[Part]]


@dataclass(frozen=True)
class CustomerData:
    """A value of the Contact record that a set can be linked by. `number` is its id in the API.

    `matches` is SQL for whether a value of a set is that of the contact: {contact} is an alias of contacts, {value}
    the value. `kinds` are the types of attributes that fit it; `owner` the attribute set that the schema shows it in.
    """

    name: str
    number: int
    kinds: tuple[str, ...]
    matches: str
    owner: str


_customer_data: dict[str, CustomerData] = {}
_providers: list[Provider] = []


def customer_data(found: CustomerData) -> None:
    """Declare a value of the Contact record."""
    assert found.name.lower() not in _customer_data, f"customer data {found.name} is declared twice"
    _customer_data[found.name.lower()] = found


def customer_value(name: str) -> CustomerData | None:
    """The value of the Contact record of that name, case not counting."""
    return _customer_data.get(name.strip().lower())


def customer_values() -> list[CustomerData]:
    """All of them, by their number."""
    return sorted(_customer_data.values(), key=lambda each: each.number)


def system_groups(function: Provider) -> Provider:
    """Register `function(org)`, which gives groups with their sets."""
    _providers.append(function)
    return function


def provided(org: Org) -> list[Part]:
    """The system's groups of this account with their sets."""
    return [part for provider in _providers for part in provider(org)]


def relate(org: Org, group: str, left: str, right: str, *pairs: tuple[str, str], many: bool = False) -> Relationship:
    """A relationship of the system's: one to one, or with `many` one to many."""
    made = guid(org.seed, "relationship", group, left, right)
    cardinality = "Many" if many else ONE
    return Relationship(made, group, left, right, pairs, ONE, cardinality, is_system=True)


def system_set(key: str, name: str, source: str, *attributes: Attribute, storage: str = "") -> AttributeSet:
    """A set of the system's over a table or a SELECT; the columns are named as the attributes where not said."""
    return AttributeSet(f"system/{key}", name, key, source, attributes, storage, is_system=True)


# source: the recorded relationships' leftRelationshipIDs and customerDataID: 2 Contact ID, 3 Contact Key, 4 Email
# Address. Which types fit is ASSUMED from "attributes with the same data type" (SFH:mc_cab_link_data_extensions_1).
customer_data(CustomerData("Contact ID", 2, ("Number", "LongNumber"), "{value} = {contact}.contact_id", "Contact"))
customer_data(CustomerData("Contact Key", 3, ("Text",), "{value} = {contact}.contact_key", "Contact"))
customer_data(
    CustomerData(
        "Email Address", 4, ("EmailAddress",),
        "{value} = (SELECT a.email_address FROM all_subscribers a WHERE a.contact_id = {contact}.contact_id)",
        "Email Addresses",
    )
)  # fmt: skip

_CONTACT = system_set(
    "Contact", "Contact",
    f'(SELECT contact_id AS "Contact ID", contact_key AS "Contact Key", {ENTERPRISE_MID} AS "Business Unit ID"'
    " FROM contacts)",
    Attribute("Contact ID", "Number", is_primary_key=True, is_nullable=False, key="ContactID"),
    Attribute("Contact Key", "Text", is_nullable=False, key="ContactKey"),
    Attribute("Business Unit ID", "Number", is_primary_key=True, is_nullable=False, is_hidden=True,
              key="BusinessUnitID"),
)  # fmt: skip
_ADDRESSES = system_set(
    "EmailAddresses", "Email Addresses",
    '(SELECT subscriber_id AS "Member ID", email_address AS "Email Address", 1 AS "HTML Enabled"'
    " FROM all_subscribers)",
    Attribute("Member ID", "Number", is_primary_key=True, is_nullable=False, is_hidden=True, key="MemberID"),
    Attribute("Email Address", "EmailAddress", is_primary_key=True, is_nullable=False, key="EmailAddress"),
    Attribute("HTML Enabled", "Boolean", is_nullable=False, key="HTMLEnabled"),
)  # fmt: skip
_DEMOGRAPHICS = system_set(
    "EmailDemographics", "Email Demographics",
    '(SELECT contact_id AS "Contacts ID" FROM all_subscribers)',
    Attribute("Contacts ID", "LongNumber", is_primary_key=True, is_nullable=False, key="ContactsID"),
    storage="EnterpriseAttributes",
)  # fmt: skip


@system_groups
def _own(org: Org) -> Iterable[Part]:
    """System Data and Email Data. Source: recorded attribute groups ETSystem and ETEmail."""
    address = ("Email Address", "Email Address")
    related: tuple[Relationship, ...] = (
        relate(org, "ETSystem", CONTACT, _ADDRESSES.id, address, many=True),
        relate(org, "ETSystem", CONTACT, _CONTACT.id, ("Contact ID", "Contact ID")),
    )
    sets = (_ADDRESSES, _CONTACT)
    yield system_group("System Data", "ETSystem", "com.exacttarget.contacts", sets, related), sets
    related = (relate(org, "ETEmail", CONTACT, _DEMOGRAPHICS.id, ("Contact ID", "Contacts ID")),)
    yield system_group("Email Data", "ETEmail", "com.exacttarget.email", (_DEMOGRAPHICS,), related), (_DEMOGRAPHICS,)


def system_group(
    name: str, key: str, application: str, sets: tuple[AttributeSet, ...], related: tuple[Relationship, ...]
) -> AttributeGroup:
    """A group that the system made."""
    ids = tuple(each.id for each in sets)
    return AttributeGroup(name, key, SYSTEM, ids, related, mid=ENTERPRISE_MID, application=application)
