"""What `mctui show` says of lists: their members by status, and what keeps people out of sends."""

from __future__ import annotations

from mctui.cli.panes import Section, moment, pane, table
from store import Org


@pane("lists")
def lists(org: Org, _: str, limit: int) -> list[Section]:
    """Every list with its members by status."""
    from store import contacts

    rows = [
        (row.list.list_id, row.list.name, row.list.kind, row.members, row.active, row.bounced, row.held,
         row.unsubscribed)
        for row in contacts.list_rows(org)[:limit]
    ]  # fmt: skip
    headers = ("list_id", "name", "kind", "members", "active", "bounced", "held", "unsubscribed")
    return [table("lists", headers, rows)]


@pane("lists/")
def members(org: Org, name: str, limit: int) -> list[Section]:
    """The subscribers of a list with the status that counts there."""
    from store import contacts

    rows = [
        (one.subscriber_key, one.email_address, one.status, moment(one.joined_at), moment(one.date_unsubscribed),
         one.add_method)
        for one in contacts.members(org, contacts.get_list(org, name), limit=limit)
    ]  # fmt: skip
    headers = ("subscriber_key", "email_address", "status", "joined", "unsubscribed", "add_method")
    return [table("members", headers, rows, f"Nobody is on {name}: contacts.add_to_list adds subscribers.")]


@pane("suppression")
def suppression(org: Org, _: str, limit: int) -> list[Section]:
    """What leaves people out of sends by itself: auto-suppression lists with their contexts, and suppression lists."""
    from store import contacts
    from store.messaging import exclusions

    automatic = [
        (one.de.path, one.addresses, context, value, sends)
        for one in exclusions.auto_suppressions(org)
        for context, value, sends in one.contexts
    ][:limit]
    named = [(row.list.name, row.members) for row in contacts.list_rows(org) if row.list.kind == "Suppression List"]
    return [
        table("auto_suppression", ("data_extension", "addresses", "context", "of", "sends"), automatic,
              "No auto-suppression list is in any context."),
        table("suppression_lists", ("list", "members"), named[:limit],
              "No suppression list: contacts.create_list makes one; a send has to name it."),
    ]  # fmt: skip
