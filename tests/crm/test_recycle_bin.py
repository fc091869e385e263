"""Delete and undelete. source: Salesforce Help, "Recycle Bin" and "Delete Accounts"."""

from __future__ import annotations

import pytest

from store import crm
from store.errors import Refused


@pytest.fixture
def family(add):
    """An account with a contact who is in a campaign, an opportunity and a case."""
    account = add("Account", Name="Acme")
    contact = add("Contact", LastName="Ada", AccountId=account)
    campaign = add("Campaign", Name="Spring")
    return {
        "Account": account,
        "Contact": contact,
        "Campaign": campaign,
        "CampaignMember": add("CampaignMember", CampaignId=campaign, ContactId=contact),
        "Opportunity": add(
            "Opportunity", Name="D", StageName="Qualification", CloseDate="2026-03-01", AccountId=account
        ),
        "Case": add("Case", Subject="Broken", ContactId=contact),
    }


def deleted(org, family):
    return {name for name, record_id in family.items() if crm.record(org, record_id).deleted}


def test_a_deleted_record_stays_in_its_table_and_is_marked(org, add):
    contact = add("Contact", LastName="Ada")
    org.do("crm.delete", object="Contact", ids=[contact])
    assert crm.record(org, contact).deleted
    assert crm.count(org, "Contact") == 0 and crm.count(org, "Contact", deleted=True) == 1


def test_an_account_takes_its_children_and_theirs_along(org, family):
    step = org.do("crm.delete", object="Account", ids=[family["Account"]])
    assert deleted(org, family) == {"Account", "Contact", "Opportunity", "CampaignMember"}
    assert step.title.endswith("1 Campaign Member, 1 Contact, 1 Opportunity with it")


@pytest.mark.parametrize("parent", ["Contact", "Campaign"])
def test_a_campaign_member_goes_with_its_contact_and_with_its_campaign(org, family, parent):
    org.do("crm.delete", object=parent, ids=[family[parent]])
    assert deleted(org, family) == {parent, "CampaignMember"}


def test_what_went_along_comes_back_along(org, family):
    org.do("crm.delete", object="Account", ids=[family["Account"]])
    org.do("crm.undelete", object="Account", ids=[family["Account"]])
    assert deleted(org, family) == set()


def test_what_was_deleted_before_does_not_come_back_with_its_parent(org, family):
    org.do("crm.delete", object="Contact", ids=[family["Contact"]])
    org.do("crm.delete", object="Account", ids=[family["Account"]])
    org.do("crm.undelete", object="Account", ids=[family["Account"]])
    assert deleted(org, family) == {"Contact", "CampaignMember"}


def test_a_child_waits_for_its_other_parent(org, family):
    org.do("crm.delete", object="Contact", ids=[family["Contact"]])
    org.do("crm.delete", object="Campaign", ids=[family["Campaign"]])
    org.do("crm.undelete", object="Contact", ids=[family["Contact"]])
    assert deleted(org, family) == {"Campaign", "CampaignMember"}
    org.do("crm.undelete", object="Campaign", ids=[family["Campaign"]])
    assert deleted(org, family) == set()


def test_a_lookup_to_a_deleted_record_is_emptied_and_restored(org, family):
    org.do("crm.delete", object="Contact", ids=[family["Contact"]])
    assert crm.record(org, family["Case"]).values["ContactId"] is None
    org.do("crm.undelete", object="Contact", ids=[family["Contact"]])
    assert crm.record(org, family["Case"]).values["ContactId"] == family["Contact"]


def test_a_lookup_filled_meanwhile_is_not_restored(org, family, add, change):
    other = add("Contact", LastName="Bob")
    org.do("crm.delete", object="Contact", ids=[family["Contact"]])
    change("Case", family["Case"], ContactId=other)
    org.do("crm.undelete", object="Contact", ids=[family["Contact"]])
    assert crm.record(org, family["Case"]).values["ContactId"] == other


def test_deleting_moves_the_stamp_and_the_change_number(org, add):
    contact = add("Contact", LastName="Ada")
    before = org.row("SELECT change_no, SystemModstamp FROM crm_Contact")
    org.db.execute("UPDATE world SET now = now + 60")
    org.do("crm.delete", object="Contact", ids=[contact])
    after = org.row("SELECT change_no, SystemModstamp FROM crm_Contact")
    assert after["change_no"] > before["change_no"] and after["SystemModstamp"] == before["SystemModstamp"] + 60


@pytest.mark.parametrize(("days", "comes_back"), [(15, True), (15.001, False)])
def test_the_bin_keeps_a_record_for_15_days(org, add, days, comes_back):
    contact = add("Contact", LastName="Ada")
    org.do("crm.delete", object="Contact", ids=[contact])
    org.db.execute("UPDATE world SET now = now + ?", (int(days * 86400),))
    if comes_back:
        org.do("crm.undelete", object="Contact", ids=[contact])
        assert not crm.record(org, contact).deleted
    else:
        with pytest.raises(crm.Rejected, match="UNDELETE_FAILED"):
            org.do("crm.undelete", object="Contact", ids=[contact])


def test_a_deleted_record_cannot_be_changed_or_deleted_again(org, add):
    contact = add("Contact", LastName="Ada")
    org.do("crm.delete", object="Contact", ids=[contact])
    with pytest.raises(crm.Rejected, match="ENTITY_IS_DELETED: entity is deleted"):
        org.do("crm.update", object="Contact", records=[{"Id": contact, "LastName": "B"}])
    with pytest.raises(crm.Rejected, match="ENTITY_IS_DELETED"):
        org.do("crm.delete", object="Contact", ids=[contact])


def test_a_live_record_cannot_be_undeleted(org, add):
    with pytest.raises(crm.Rejected, match="UNDELETE_FAILED: Entity is not in the recycle bin"):
        org.do("crm.undelete", object="Contact", ids=[add("Contact", LastName="Ada")])


def test_a_unique_value_is_free_after_deletion_and_then_blocks_the_way_back(org, add):
    org.do("crm.define_fields", object="Account", fields=[{"name": "Code__c", "type": "string", "unique": True}])
    first = add("Account", Name="A", Code__c="x")
    org.do("crm.delete", object="Account", ids=[first])
    second = add("Account", Name="B", Code__c="x")
    with pytest.raises(crm.Rejected, match=f"DUPLICATE_VALUE.*{second}"):
        org.do("crm.undelete", object="Account", ids=[first])


def test_a_user_is_deactivated_not_deleted(org, add):
    user = add("User", LastName="Ada", Username="ada@example.com", Email="ada@example.com")
    with pytest.raises(Refused, match="does not support delete"):
        org.do("crm.delete", object="User", ids=[user])
