"""Contacts that the CRM cannot recognize, because their key is none of its ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect, crm
from store.advice.finding import Evidence, finding, from_sql

if TYPE_CHECKING:
    from store.org import Org

_CHARACTER = "[0-9A-Za-z]"


@finding(
    "key-mismatch",
    severity="warning",
    title="{count} [contact has|contacts have] a key that is no id of the CRM",
    why="MC Connect makes contacts by the 18-character id of their Contact, Lead or User. A person who came in by"
    " another key is a second contact: billed twice, with a history of its own, and its tracking finds no record to go"
    " to.",
    fix="Use the CRM id as Contact Key in every import, form and API call; existing keys need a subscriber key"
    " migration.",
)
def key_mismatch(org: Org) -> Evidence:
    """One row is a way of writing keys, with how many contacts have such and one of them.

    Only where MC Connect synchronizes people: without it any key is as good as another.
    """
    if not any(each.api_name in connect.CONTACT_OBJECTS for each in connect.sources(org)):
        return Evidence((), 0)
    # The ids of every Salesforce org begin with the same three characters.
    prefixes = ", ".join(f"'{crm.describe(org, name).key_prefix[:3]}'" for name in connect.CONTACT_OBJECTS)
    # An id compares without case here, as Contact Keys do; 15 characters lose their case and with it their meaning.
    rows = f"""
        SELECT CASE WHEN contact_key LIKE '%_@_%' THEN 'email address'
                    WHEN substr(contact_key, 1, 3) IN ({prefixes}) AND contact_key GLOB '{_CHARACTER * 15}'
                    THEN '15-character id' ELSE 'something else' END AS key_is,
               count(*) AS contacts, min(contact_key) AS such_as
          FROM contacts
         WHERE source NOT LIKE 'MC Connect: %'
           AND NOT (substr(contact_key, 1, 3) IN ({prefixes}) AND contact_key GLOB '{_CHARACTER * 18}')
         GROUP BY 1 ORDER BY 2 DESC, 1"""
    found = from_sql(org, rows)
    return Evidence(found.rows, sum(int(row["contacts"]) for row in found.rows))
