"""Person accounts: one person kept as an Account row and a Contact row that mirror each other.

The contact of the pair (PersonContactId, 003...) is what Marketing Cloud knows a person by; the account's id is not a
Contact Key. Fields of the contact stand on the account with the prefix Person, custom ones with the suffix __pc.
source: Object Reference, "Account" (person account fields); domain A1; Change Data Capture Developer Guide, "Updating a
Person Account": the timestamps of both records move with every save of either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakSet

from store.commands import Outcome, command
from store.crm.fields import Field, is_custom
from store.crm.objects import Object, define_fields, describe, on_new_fields, replace_field
from store.crm.records import create
from store.crm.saving import Batch, stage
from store.crm.tables import table_here, table_of
from store.crm.writes import create_from_select, update_from_select
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

_SAME_NAME = ("LastName", "FirstName", "Salutation")
_BOTH = ("Phone", "Fax", "OwnerId", "Description")  # fields that both objects have, one value for the person
_AS_PERSON = (
    "Email", "MobilePhone", "HomePhone", "OtherPhone", "AssistantPhone", "AssistantName", "Title", "Department",
    "Birthdate", "LeadSource", "HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall", "EmailBouncedReason",
    "EmailBouncedDate", "IndividualId", "MailingStreet", "MailingCity", "MailingState", "MailingPostalCode",
    "MailingCountry", "OtherStreet", "OtherCity", "OtherState", "OtherPostalCode", "OtherCountry",
)  # fmt: skip
_mirroring: WeakSet[Org] = WeakSet()


def enabled(org: Org) -> bool:
    """Whether this org has person accounts."""
    return describe(org, "Account").find("IsPersonAccount") is not None


def mirrored(org: Org) -> dict[str, str]:
    """Field of the account -> field of the contact that holds the same value for a person."""
    account, contact = describe(org, "Account"), describe(org, "Contact")
    pairs = {name: name for name in (*_SAME_NAME, *_BOTH)}
    pairs |= {f"Person{name}": name for name in _AS_PERSON}
    for field in contact.stored:
        if is_custom(field.name) and account.find(_on_account(field.name)):
            pairs[_on_account(field.name)] = field.name
    return pairs


def _on_account(contact_field: str) -> str:
    return contact_field.removesuffix("__c") + "__pc"


@command("crm.enable_person_accounts")
def enable_person_accounts(org: Org) -> Outcome:
    """Switch person accounts on. source: Salesforce Help, "Enable Person Accounts": it can't be switched off again."""
    if enabled(org):
        raise Refused("Person accounts are enabled already.", cause="They cannot be disabled.")
    contact = describe(org, "Contact")
    copies = [_copy(contact.field(name), name) for name in _SAME_NAME]
    copies += [_copy(contact.field(name), f"Person{name}") for name in _AS_PERSON]
    copies += [_copy(field, _on_account(field.name)) for field in contact.stored if is_custom(field.name)]
    flag = Field(name="IsPersonAccount", type="boolean", createable=False, updateable=False)
    pair = Field(
        name="PersonContactId", type="reference", reference_to=("Contact",), createable=False, updateable=False
    )
    define_fields(org, "Account", (flag, pair, *copies))
    define_fields(org, "Contact", (flag,))
    replace_field(org, "Lead", replace(describe(org, "Lead").field("Company"), required=False))
    record_type = {"Name": "Person Account", "DeveloperName": "PersonAccount", "SobjectType": "Account"}
    create(org, "RecordType", [{**record_type, "IsPersonType": True}])
    return Outcome("Person accounts are enabled", {"fields": len(copies) + 3}, "crm/Account")


def _copy(field: Field, name: str) -> Field:
    """The account's field for a field of the contact; keys stay unique on the contact alone."""
    relationship = f"Person{field.relationship_name}" if field.relationship_name else ""
    return replace(
        field, name=name, required=False, unique=False, external_id=False, computed="", relationship_name=relationship
    )


@on_new_fields
def follow_contact_fields(org: Org, obj: Object, added: tuple[Field, ...]) -> None:
    """A custom field of the contact is there on person accounts too, as __pc."""
    if obj.api_name == "Contact" and enabled(org):
        own = [field for field in added if field.name.endswith("__c") and not (field.formula or field.rollup)]
        if own:
            define_fields(org, "Account", tuple(_copy(field, _on_account(field.name)) for field in own))


# ---- the two rows


@stage("person_names", lambda org, obj: obj.api_name == "Account" and enabled(org))
def name_people(org: Org, batch: Batch) -> None:
    """The name of a person account is made of the person's names."""
    if {"FirstName", "LastName"} & {*batch.columns, *batch.also} and batch.kind in ("create", "update"):
        org.run(
            f"""UPDATE {table_here("Account")} SET Name = trim(coalesce(FirstName || ' ', '') || LastName)
                 WHERE row_id IN ({batch.rows}) AND IsPersonAccount"""
        )
        batch.also.append("Name")


@stage("person_accounts", lambda org, obj: obj.api_name in ("Account", "Contact") and enabled(org))
def keep_pairs(org: Org, batch: Batch) -> None:
    """Make the contact of a new person account; save the other row of a pair with the same values and stamps."""
    if org in _mirroring or batch.kind in ("delete", "undelete"):
        return
    _mirroring.add(org)
    try:
        if batch.kind == "create" and batch.obj.api_name == "Account":
            _make_contacts(org, batch)
        elif batch.kind == "update":
            _mirror(org, batch)
    finally:
        _mirroring.discard(org)


def _make_contacts(org: Org, batch: Batch) -> None:
    pairs = mirrored(org)
    copied = ", ".join(f'a."{here}" AS "{there}"' for here, there in pairs.items())
    people = f"a.row_id IN ({batch.rows}) AND a.IsPersonAccount"
    if org.value(f"SELECT 1 FROM {table_here('Account')} AS a WHERE {people} LIMIT 1") is None:
        return
    made = create_from_select(
        org, "Contact",
        f"SELECT a.Id AS AccountId, 1 AS IsPersonAccount, {copied} FROM {table_here('Account')} AS a WHERE {people}"
        " ORDER BY a.row_id",
    )  # fmt: skip
    org.run(  # a part of the same save: the account has no other stamp than its own creation
        f"""UPDATE {table_here("Account")} SET PersonContactId = c.Id FROM {table_here("Contact")} AS c
             WHERE c.AccountId = {table_here("Account")}.Id AND c.row_id BETWEEN {made.first_row} AND {made.last_row}"""
    )


def _mirror(org: Org, batch: Batch) -> None:
    pairs = mirrored(org)
    if batch.obj.api_name == "Contact":
        pairs = {there: here for here, there in pairs.items()}
        other, joined = "Account", "o.PersonContactId = r.Id"
    else:
        other, joined = "Contact", "o.Id = r.PersonContactId"
    touched = [(mine, theirs) for mine, theirs in pairs.items() if mine in {*batch.columns, *batch.also}]
    values = "".join(f', r."{mine}" AS "{theirs}"' for mine, theirs in touched)
    select = f"""
        SELECT o.row_id{values} FROM {table_of(batch.obj.name)} AS r JOIN {table_here(other)} AS o ON {joined}
        WHERE r.row_id IN ({batch.rows}) AND r.IsPersonAccount AND +o.IsDeleted = 0 ORDER BY o.row_id"""
    if org.value(f"SELECT 1 FROM ({select}) LIMIT 1"):
        update_from_select(org, other, select, by_system=batch.by_system)
