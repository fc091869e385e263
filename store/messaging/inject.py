"""A person makes a contact respond to an email now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.errors import Refused, did_you_mean
from store.messaging.bounces import BY_HAND, SUBCATEGORIES
from store.messaging.responding import by_hand, has_opened, message_to, respond
from store.messaging.unsubscribing import WAYS, leave

if TYPE_CHECKING:
    from store.org import Org

KINDS = ("open", "click", *BY_HAND, "complaint", "unsubscribe", *WAYS)


@command("messaging.inject")
def inject(
    org: Org, *, contact_key: str, kind: str, batch_id: int | None = None, link: int = 0, subcategory: int | None = None
) -> Outcome:
    """Make a contact open, click, bounce, complain or unsubscribe now, for a batch or the last email they got.

    A `bounce` is of a full mailbox, or of the BounceSubcategoryID that is named. `unsubscribe` is by the link in the
    message; there are other ways too. What the contact would have done of that kind later is taken back: the person
    decides.
    """
    if kind not in KINDS:
        raise Refused(f"'{kind}' is no response to an email.", fix=did_you_mean(kind, KINDS) or ", ".join(KINDS))
    batch, visit = message_to(org, contact_key, batch_id)
    if kind in WAYS:
        changes = leave(org, batch, visit, kind)
        return Outcome(f"{contact_key}: {kind} by hand", {"unsubscribe": 1} | changes, f"contact/{contact_key}")
    if kind == "click":
        _refuse_unless_link(org, batch, link)
    kinds = ["complaint", "unsubscribe"] if kind == "complaint" else ["bounce" if kind in BY_HAND else kind]
    if kind == "click" and not has_opened(org, batch, visit):
        kinds = ["open", "click"]  # ASSUMED, general knowledge: who clicks has opened, images shown or not
    detail = _subcategory(kind, subcategory) if kind in BY_HAND else link if kind == "click" else None
    written = {name: respond(org, batch, visit, name, detail) for name in kinds}
    changes = by_hand(org, batch, visit, written)
    return Outcome(f"{contact_key}: {kind} by hand", {kind: 1} | changes, f"contact/{contact_key}")


def _subcategory(kind: str, number: int | None) -> int:
    """The BounceSubcategoryID of a bounce by hand. Raises Refused for a number that is none."""
    if number is not None and number not in SUBCATEGORIES:
        known = ", ".join(f"{each} {one.name}" for each, one in SUBCATEGORIES.items())
        raise Refused(f"{number} is no BounceSubcategoryID.", fix=f"There are: {known}.")
    return BY_HAND[kind] if number is None else number


def _refuse_unless_link(org: Org, batch_id: int, link: int) -> None:
    links = org.value(
        """SELECT json_array_length(links) FROM send_batches JOIN jobs USING (job_id) JOIN emails USING (email_id)
           WHERE batch_id = ?""",
        batch_id,
    )
    if not 0 <= link < max(links, 1):  # a click in an email without links is one without a URL
        raise Refused(f"The email has {links} links; there is no link {link}.", fix="Links are counted from 0.")
