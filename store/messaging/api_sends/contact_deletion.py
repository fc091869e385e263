"""What the APIs were asked to send to a contact that is deleted: who, where and with what is emptied, counts stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contacts.deletion import Whom, on_contact_deletion

if TYPE_CHECKING:
    from store.org import Org

SUBSCRIBER_DELETED = 40  # source: domain G, the error codes of the send log


@on_contact_deletion("messages that APIs asked for")
def _asked(org: Org, whom: Whom, delete: bool) -> int:
    """Those that still wait are not sent. Source: domain A5, a deletion reaches what is sent to the contact."""
    theirs = f"contact_key COLLATE NOCASE IN ({whom.keys})"
    if not delete:
        return int(org.value(f"SELECT count(*) FROM send_recipients WHERE {theirs}", whom.params))
    org.run(
        f"""UPDATE send_recipients SET state = 'not sent', code = :code, done_at = :now
             WHERE state = 'queued' AND {theirs}""",
        {**whom.params, "code": SUBSCRIBER_DELETED, "now": org.now},
    )
    return org.run(
        f"UPDATE send_recipients SET contact_key = '', address = '', attributes = '{{}}' WHERE {theirs}", whom.params
    )
