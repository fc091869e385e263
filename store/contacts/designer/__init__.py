"""Data Designer of Contact Builder: attribute groups, attribute sets, and what links them to the Contact.

An attribute set is a data extension or a table of the system. What the Contact leads to by a link, or by a chain of
them, is contact data: journeys read it live (`contact_data`), Contact Builder shows it of each contact (`linked_rows`).
"""

from __future__ import annotations

from store.contacts.designer import held as _held  # noqa: F401 (registers itself)
from store.contacts.designer import invariants as _invariants  # noqa: F401 (declares them)
from store.contacts.designer.evidence import ROWS_READ, Contradiction, contradictions, most_rows
from store.contacts.designer.linking import not_in_any_group
from store.contacts.designer.model import (
    CONTACT,
    Attribute,
    AttributeGroup,
    AttributeSet,
    Between,
    ContactModel,
    Relationship,
)
from store.contacts.designer.paths import ContactData, contact_data, is_many, not_linked, paths_to, said
from store.contacts.designer.payload import group_answer, group_export, set_answer
from store.contacts.designer.reading import contact_model, set_of
from store.contacts.designer.rows import LinkedRows, linked_rows
from store.contacts.designer.system import CustomerData, customer_data, relate, system_group, system_groups, system_set
from store.contacts.designer.tables import DDL
from store.contacts.designer.users import User, contact_data_users, users_of

__all__ = [
    "CONTACT",
    "DDL",
    "ROWS_READ",
    "Attribute",
    "AttributeGroup",
    "AttributeSet",
    "Between",
    "ContactData",
    "ContactModel",
    "Contradiction",
    "CustomerData",
    "LinkedRows",
    "Relationship",
    "User",
    "contact_data",
    "contact_data_users",
    "contact_model",
    "contradictions",
    "customer_data",
    "group_answer",
    "group_export",
    "is_many",
    "linked_rows",
    "most_rows",
    "not_in_any_group",
    "not_linked",
    "paths_to",
    "relate",
    "said",
    "set_answer",
    "set_of",
    "system_group",
    "system_groups",
    "system_set",
    "users_of",
]
