"""Who is on a list: joining, leaving and unsubscribing, a whole SELECT of Contact IDs at once.

Everyone on a list is a subscriber; who is not in All Subscribers is left out. On a suppression list everyone is
`unsubscribed`, which is what keeps sends from them. Source: SFH:000389759.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.assumptions import assume
from store.contacts.contacts import Params
from store.contacts.lists.tables import SUPPRESSION

if TYPE_CHECKING:
    from store.contacts.lists.definition import SubscriberList
    from store.org import Org

assume(
    "universal_unsubscribe_marks_lists",
    True,
    (True, False),
    "Whether an unsubscribe from All Subscribers unsubscribes from each list too, so that it stays after one comes back"
    " to All Subscribers; if not, the lists only show it as long as it lasts",
    "SFH:mc_es_universal_unsubscribe: the status is set on all lists; what a return brings back is not documented",
)


def _given(select_sql: str) -> str:
    """FROM of the subscribers that a SELECT of Contact IDs names."""
    return f"""FROM (WITH given(contact_id) AS ({select_sql}) SELECT contact_id FROM given) AS g
               JOIN all_subscribers USING (contact_id)"""


def join(
    org: Org,
    list_id: int,
    select_sql: str,
    params: Params | None = None,
    *,
    add_method: str | None = None,
    status: str | None = None,
) -> int:
    """Put subscribers on a list; returns how many are new on it.

    Who is on it already keeps the status there, unless one is named: an import that brings an address again does not
    subscribe it again. Source: SFH:mc_es_how_a_subscriber_opts_out; SFD:adding_subscribers_to_a_list (Active).
    """
    method = None if add_method == "DataExtensionSend" else add_method
    default = "unsubscribed" if _kind(org, list_id) == SUPPRESSION else "active"
    named = {
        **(params or {}), "joined_list": list_id, "joined_status": status or default, "joined_now": org.now,
        "joined_method": method,
    }  # fmt: skip
    new = org.run(
        f"""INSERT OR IGNORE INTO list_subscribers
            SELECT :joined_list, contact_id, :joined_status, :joined_now,
                   CASE WHEN :joined_status = 'unsubscribed' THEN :joined_now END, :joined_method
              {_given(select_sql)}
             ORDER BY contact_id""",
        named,
    )
    if status is not None:
        org.run(
            f"""UPDATE list_subscribers
                   SET status = :joined_status,
                       date_unsubscribed = CASE WHEN :joined_status = 'unsubscribed' THEN :joined_now END
                 WHERE list_id = :joined_list AND status <> :joined_status AND contact_id IN ({select_sql})""",
            named,
        )
    return new


def join_at_send(org: Org, list_id: int, select_sql: str, params: Params | None = None) -> int:
    """Whoever is sent to with a publication list is on it from then on; returns how many joined.

    Source: a publication list fills with the audience of the sends that name it (MD:system-data-views has the
    AddMethod DataExtensionSend; practitioners' guides say it of everyone in the data extension).
    """
    return org.run(
        f"""INSERT OR IGNORE INTO list_subscribers(list_id, contact_id, status, joined_at)
            SELECT :joined_list, contact_id, 'active', :joined_now {_given(select_sql)}""",
        {**(params or {}), "joined_list": list_id, "joined_now": org.now},
    )


def leave(org: Org, list_id: int, select_sql: str, params: Params | None = None) -> int:
    """Take contacts off a list, which forgets that they were on it; returns how many."""
    return org.run(
        f"DELETE FROM list_subscribers WHERE list_id = :left_list AND contact_id IN ({select_sql})",
        {**(params or {}), "left_list": list_id},
    )


def unsubscribe_from_list(org: Org, list_id: int, select_sql: str, params: Params | None = None) -> int:
    """Unsubscribe contacts from one list; returns how many were not before. Source: domain A3, level 1."""
    return org.run(
        f"""INSERT INTO list_subscribers(list_id, contact_id, status, joined_at, date_unsubscribed)
            SELECT :left_list, contact_id, 'unsubscribed', :left_now, :left_now {_given(select_sql)}
             WHERE 1
                ON CONFLICT(list_id, contact_id) DO UPDATE
               SET status = excluded.status, date_unsubscribed = excluded.date_unsubscribed
             WHERE status <> 'unsubscribed'""",
        {**(params or {}), "left_list": list_id, "left_now": org.now},
    )


def resubscribe_to_list(org: Org, list_id: int, select_sql: str, params: Params | None = None) -> int:
    """End an unsubscribe from one list; returns how many there were."""
    return org.run(
        f"""UPDATE list_subscribers SET status = 'active', date_unsubscribed = NULL
             WHERE list_id = :back_list AND status = 'unsubscribed' AND contact_id IN ({select_sql})""",
        {**(params or {}), "back_list": list_id},
    )


def mark_lists(org: Org, select_sql: str, params: Params | None = None) -> int:
    """Unsubscribe contacts from every list that they are on, as an unsubscribe from All Subscribers does."""
    if not org.assumption("universal_unsubscribe_marks_lists"):
        return 0
    if org.value("SELECT 1 FROM list_subscribers LIMIT 1") is None:
        return 0
    return org.run(
        f"""UPDATE list_subscribers SET status = 'unsubscribed', date_unsubscribed = :marked_at
             WHERE status <> 'unsubscribed' AND contact_id IN ({select_sql})
               AND list_id IN (SELECT list_id FROM lists WHERE kind <> '{SUPPRESSION}')""",
        {**(params or {}), "marked_at": org.now},
    )


def sql_opted_out(list_id: int) -> str:
    """A SELECT of the Contact IDs that are unsubscribed from a list: on a suppression list those whom it suppresses."""
    return f"SELECT contact_id FROM list_subscribers WHERE list_id = {list_id} AND status = 'unsubscribed'"


def sql_on_list(found: SubscriberList) -> str:
    """A SELECT of the Contact IDs on a list, whatever their status."""
    if found.is_all_subscribers:
        return "SELECT contact_id FROM all_subscribers"
    return f"SELECT contact_id FROM list_subscribers WHERE list_id = {found.list_id}"


def _kind(org: Org, list_id: int) -> str:
    return str(org.value("SELECT kind FROM lists WHERE list_id = ?", list_id))
