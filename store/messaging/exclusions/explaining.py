"""Why a send leaves somebody out, in the words of the product, and what would have to change.

One row of _WORDS is one thing that leaves people out: a status, a level of unsubscribing, or something that the send
names. Which is which is told by the send log error code and by what was kept as the cause.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.messaging.exclusions.codes import (
    DELETED,
    DOMAIN,
    GLOBALLY,
    HELD,
    INVALID_ADDRESS,
    LIST_DETECTIVE,
    MISSING_ADDRESS,
    NOT_IN_ALL_SUBSCRIBERS,
    UNSUBSCRIBED,
)


@dataclass(frozen=True)
class Words:
    """`level` is what left them out, `says` the sentence about it, `change` what would have to change."""

    level: str
    says: str
    change: str


# By the first words of a cause; {name} is what comes after them. The longer ones come first.
_OF_CAUSE = {
    "publication list": Words(
        "Publication List",
        "unsubscribed from the publication list {name}",
        "They subscribe to {name} again (subscription center, or contacts.resubscribe_to_list); a send with another"
        " publication list reaches them.",
    ),
    "suppression list": Words(
        "Suppression List",
        "on the suppression list {name}, which the send names",
        "Take them off {name} (contacts.remove_from_list), or leave the list out of the send.",
    ),
    "exclusion list": Words(
        "Exclusion List",
        "on {name}, which the send names as exclusion list",
        "Take them off {name}, or leave it out of the send's exclusions.",
    ),
    "auto-suppression": Words(
        "Auto-Suppression",
        "the address is on the auto-suppression list {name}",
        "Delete the address from that data extension, or change its contexts (messaging.set_suppression_contexts).",
    ),
    "domain exclusion": Words(
        "Domain Exclusion",
        "the domain of the address is in the domain exclusion {name}",
        "Delete the domain from {name}, or leave it out of the send.",
    ),
    "exclusion criteria": Words(
        "Exclusion Criteria",
        "the row of the audience meets the exclusion criteria of the send",
        "The row would have to have other values, or the send other criteria.",
    ),
    "exclusion": Words(
        "Exclusion",
        "a row of the data extension {name}, which the send excludes",
        "Delete their row from {name}, or leave it out of the send's exclusions.",
    ),
    "business unit": Words(
        "Business Unit",
        "unsubscribed from the business unit {name}, which unsubscribes from itself only",
        "They subscribe to {name} again (contacts.resubscribe in it); other business units still reach them.",
    ),
    "list": Words(
        "List",
        "unsubscribed from the list {name}, which was sent to",
        "They subscribe to {name} again (contacts.resubscribe_to_list); importing them to it again does not.",
    ),
    "group": Words("Group", "unsubscribed from the group {name}, which was sent to", "They subscribe to it again."),
    # Source: domain A3, level 4; SFH:000221189, only the owner of the address can end it.
    GLOBALLY: Words(
        "Global",
        "the address is globally unsubscribed: no account of Marketing Cloud mails it, transactional sends neither",
        "Only the owner of the address can ask for the end of it (contacts.global_resubscribe).",
    ),
}
_OF_CODE = {
    UNSUBSCRIBED: Words(
        "Master",
        "unsubscribed from All Subscribers (master unsubscribe): no commercial send of any business unit",
        "They subscribe again (contacts.resubscribe); an import to Active does not bring them back. Only what is"
        " transactional by law may go by a Transactional send classification.",
    ),
    # Source: domain A2, SFH:000232328: the only way out; an open or click makes active too.
    HELD: Words(
        "Status",
        "Held (Undeliverable): no send, transactional ones neither",
        "An import or an API update with the status Active, or an open or click of an earlier message; an import"
        " without a Status column leaves them held.",
    ),
    MISSING_ADDRESS: Words(
        "Address", "without an email address", "Put an address into the field that the send takes it from."
    ),
    NOT_IN_ALL_SUBSCRIBERS: Words(
        "All Subscribers",
        "not in All Subscribers, and the send adds nobody",
        "Import them to All Subscribers, or let the send add subscribers (AutoAddSubscribers).",
    ),
    INVALID_ADDRESS: Words("Address", "with an address that is none", "Correct the address in All Subscribers."),
    LIST_DETECTIVE: Words(
        "List Detective",
        "List Detective knows the name or the domain of the address",
        "Another address, or an entry that allows it (contacts.list_detective allow=true).",
    ),
    DOMAIN: Words("Domain Exclusion", "the domain is excluded", "Delete the domain from the domain exclusion."),
    # Source: domain A5, send log error 40.
    DELETED: Words(
        "Deletion",
        "the contact is being deleted, and suppressed meanwhile",
        "Nothing: a deletion cannot be taken back. The same key, imported again, is a new contact.",
    ),
}
_UNKNOWN = Words("", "left out", "")


def words(code: int, cause: str) -> Words:
    """What left somebody out, by the send log error code and the kept cause (empty: All Subscribers or the address)."""
    for start, found in _OF_CAUSE.items():
        if cause == start or cause.startswith(f"{start} "):
            name = cause.removeprefix(start).strip()
            return Words(found.level, found.says.format(name=name), found.change.format(name=name))
    return _OF_CODE.get(code, _UNKNOWN)


def named_in(cause: str) -> str:
    """The name of the list, data extension or business unit in a kept cause; empty without one."""
    start = next((each for each in _OF_CAUSE if cause.startswith(f"{each} ")), cause)
    return cause.removeprefix(start).strip()
