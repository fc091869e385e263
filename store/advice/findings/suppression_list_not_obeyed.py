"""On a suppression list, and mailed all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import contacts
from store.advice.finding import Evidence, finding
from store.advice.messages_to import messages_to
from store.clock import sql_utc_text

if TYPE_CHECKING:
    from store.org import Org

_ON_IT = f"""SELECT x.contact_id, x.date_unsubscribed AS at, l.list_id, l.name, l.mid, l.is_shared
               FROM lists l CROSS JOIN list_subscribers x ON x.list_id = l.list_id AND x.status = 'unsubscribed'
              WHERE l.kind = '{contacts.SUPPRESSION}'"""
_NAMED = """EXISTS (SELECT 1 FROM job_exclusions n
                     WHERE n.job_id = j.job_id AND n.role = 'suppression list' AND n.ref = c.list_id)"""


@finding(
    "suppression-list-not-obeyed",
    severity="warning",
    title="{count} [message went to a person|messages went to people] on a suppression list",
    # Source: SFH:mc_es_suppression_lists, SFD:transactional-messaging-api; domain G.
    why="A suppression list does nothing by itself: each send has to name it. The Transactional Messaging API has no"
    " suppression lists at all. Only auto-suppression applies to sends that do not name it.",
    fix="Name the list in the send (suppressionLists), or make an auto-suppression list whose context is the business"
    " unit or the enterprise (messaging.create_auto_suppression).",
)
def suppression_list_not_obeyed(org: Org) -> Evidence:
    """One row is a message to somebody who was on a suppression list that its business unit may use."""
    because = f"""CASE WHEN NOT j.suppresses THEN 'the Transactional Messaging API has no suppression lists'
                       WHEN {_NAMED} THEN 'a transactional send ignores it'
                       ELSE 'the send does not name it' END"""
    columns = f"c.name AS suppression_list, {sql_utc_text('c.at')} AS on_it_since_utc, {because} AS because"
    return messages_to(org, _ON_IT, columns, of="j.mid = c.mid OR c.is_shared")
