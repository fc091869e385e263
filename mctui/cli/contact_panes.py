"""What `mctui show` says of the contact model: what is billed, the kinds of keys, and who is billed more than once."""

from __future__ import annotations

from mctui.cli.panes import Section, pane
from store import Org


@pane("key-audit")
def key_audit(org: Org, _: str, limit: int) -> list[Section]:
    """The kinds of Contact Keys, what breaks for each, and people who are several contacts."""
    from store import advice

    kinds = [kind for kind in advice.key_audit(org) if kind.contacts]
    keys = [(k.kind, k.contacts, f"{k.share:.1%}", k.twice, k.example, k.breaks) for k in kinds]
    twice = [(d.objects, d.people, d.contacts, d.surplus) for d in advice.billed_twice(org)]
    saved = [(s.object, s.filter, s.contacts, s.how) for s in advice.savings(org)]
    headers = ("key_is", "contacts", "share", "twice", "example", "what_breaks")
    return [
        Section("keys", headers, keys[:limit], "No contacts yet: synchronize, import or send."),
        Section(
            "billed_twice",
            ("same_address_on", "people", "contacts", "surplus"),
            twice[:limit],
            "Nobody has one e-mail address on several records.",
        ),
        Section("filters", ("object", "filter", "would_save", "how"), saved[:limit], "No filter would save a contact."),
    ]


@pane("billing")
def billing(org: Org, _: str, limit: int) -> list[Section]:
    """Billable contacts by what made each of them first, and how many of them Email Studio does not know."""
    from store import contacts

    found, outside = contacts.billing(org), contacts.outside_all_subscribers(org)
    rows = [(cause, count, outside.get(cause, 0)) for cause, count in found.by_cause][:limit]
    if rows:
        rows.append(("(all)", found.billable, found.billable - found.subscribers))
    headers = ("cause", "billable", "not_in_all_subscribers")
    return [Section("billing", headers, rows, "No contacts yet: nobody is billed.")]
