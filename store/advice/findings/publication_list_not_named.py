"""Left a publication list, and mailed by a send that names none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import contacts
from store.advice.finding import Evidence, finding
from store.advice.messages_to import messages_to
from store.clock import sql_utc_text

if TYPE_CHECKING:
    from store.org import Org

_LEFT = f"""SELECT x.contact_id, x.date_unsubscribed AS at, l.name, l.mid
              FROM lists l CROSS JOIN list_subscribers x ON x.list_id = l.list_id AND x.status = 'unsubscribed'
             WHERE l.kind = '{contacts.PUBLICATION}'"""


@finding(
    "publication-list-not-named",
    severity="warning",
    title="{count} [message went to a person|messages went to people] who had left a publication list, by a send that"
    " names none",
    # Source: domain A3, level 1.
    why="An unsubscribe from a publication list counts only for sends that name this list. A send that names none looks"
    " at All Subscribers alone, and there these people are Active.",
    fix="Name the publication list in each send of its kind (publicationListId of the journey's email, or the list of"
    " the send), so that the link in the message is about it too.",
)
def publication_list_not_named(org: Org) -> Evidence:
    """One row is a commercial message, in the business unit of the list, that names no publication list."""
    columns = f"c.name AS publication_list, {sql_utc_text('c.at')} AS left_utc"
    all_subscribers = contacts.ALL_SUBSCRIBERS_LIST
    return messages_to(
        org, _LEFT, columns, of=f"j.classification = 'Commercial' AND j.list_id = {all_subscribers} AND j.mid = c.mid"
    )
