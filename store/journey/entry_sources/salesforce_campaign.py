"""Salesforce Campaign: who becomes a member of a campaign, or gets another status there, enters.

It is the Salesforce Data event of the object CampaignMember: Created for added members, Updated for another status,
with a filter on the campaign. Source: domain C3 and recorded journeys.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from store import connect, crm
from store.errors import Refused
from store.journey.activities.base import Finding
from store.journey.entry_sources.base import entry_source
from store.journey.entry_sources.salesforce_data import SalesforceData
from store.journey.salesforce.trigger import CREATED, UPDATED, trigger_of

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.version import Version

OBJECT = "campaignmember"


@entry_source("Salesforce Campaign", "SALESFORCEOBJECTTRIGGERV2")
class SalesforceCampaign(SalesforceData):
    """A trigger on CampaignMember."""

    @classmethod
    def means(cls, version: Version) -> bool:
        return trigger_of(version).object_name.lower() == OBJECT

    @property
    def campaigns(self) -> list[str]:
        """The Ids of the campaigns that the criteria name."""
        return [
            str(condition.get("value") or "")
            for tree in self.trigger.criteria
            for condition in _conditions(tree)
            if str(condition.get("fieldName") or "").lower() == "campaignid"
        ]

    def check(self, checking: Checking) -> Iterator[Finding]:
        """As for Salesforce Data, and that the campaign exists."""
        yield from super().check(checking)
        if not self.campaigns:
            yield self.warning("no campaign is chosen: members of every campaign enter.")
        for campaign in self.campaigns:
            try:
                name = connect.named_here(checking.org, "Campaign")
                if not crm.records(checking.org, name, filter=f"Id={campaign}", limit=1):
                    yield self.warning(f"there is no campaign {campaign} in the connected org.")
            except Refused as error:
                yield self.refusal(error)

    def explain(self) -> str:
        ways = {CREATED: "are added to", UPDATED: "are changed in"}
        what = " or ".join(way for each, way in ways.items() if each in self.trigger.fires_on) or "are in"
        which = f"campaign {', '.join(self.campaigns)}" if self.campaigns else "any campaign"
        return f"Contacts and Leads enter when they {what} {which}."


def _conditions(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in tree.get("conditions") or []:
        if each.get("conditions"):
            yield from _conditions(each)
        else:
            yield each
