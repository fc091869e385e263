"""MobileConnect send to people of the CRM: the automation activity that texts a saved audience.

The number is the record's mobile phone, the consent that of the keyword. Source: domain C4, automation activity 772.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from store import business_units, contacts, content, crm, messaging
from store.automation import Result, activity
from store.commands import Outcome, command
from store.connect.automated_sends import SavedSend, run_saved, save
from store.connect.multi_org import refuse_unless_connected
from store.connect.people import PEOPLE
from store.connect.salesforce_send import sending_org
from store.errors import Refused
from store.ids import guid

if TYPE_CHECKING:
    from store.org import Org

SALESFORCE_TEXT = "salesforceMobileSend"  # activity type; its key is that of the saved text
_SETTINGS = ("text", "code", "keyword", "subscribe")


@command("connect.save_text")
def save_text(org: Org, *, name: str, definition: dict[str, Any], key: str = "") -> Outcome:
    """Save a text to people of the CRM for automations: text, code, keyword, and to, campaign or report.

    `subscribe` opts them in to the keyword first. An automation runs it by the activity {"type":
    "salesforceMobileSend", "key": KEY}.
    """
    text, code, keyword = (str(definition.get(part) or "").strip() for part in ("text", "code", "keyword"))
    if not (text and code and keyword):
        fix = 'Such as {"text": "Hello", "code": "12345", "keyword": "HI"}.'
        raise Refused("A text needs text, code and keyword: people opt in to a keyword of a code.", fix=fix)
    if fields := content.fields_named(text):
        raise Refused(
            f"A text to people of the CRM is the same for all here: %%{fields[0]}%% cannot be filled in.",
            fix="Let a journey send it, whose entry has the field.",
        )
    parts = messaging.sms_parts(text, concatenated=False)
    if parts > messaging.MOST_PARTS:
        raise Refused(f"The text makes {parts} messages.", fix=f"{messaging.MOST_PARTS} is the most.")
    whom = save(org, SALESFORCE_TEXT, name, key, definition, _SETTINGS)
    draft = messaging.Draft(
        "sms", name, text, _object_id(org, key or name), "", "", business_units.current_mid(),
        keyword_id=messaging.keyword_id(org, code, keyword),
    )  # fmt: skip
    messaging.create_message(org, draft)
    return Outcome(f"Text {name} to {whom} saved", {"sends": 1}, "automations")


def _object_id(org: Org, key: str) -> str:
    return guid(org.seed, "text to people of the CRM", business_units.current_mid(), key.lower())


@activity(SALESFORCE_TEXT)
def run_text(org: Org, key: str) -> Result:
    """Text now; what cannot be sent is the automation's error."""
    return run_saved(org, SALESFORCE_TEXT, key, partial(_send, org))


def _send(org: Org, saved: SavedSend, whom: str, ids: list[str]) -> Outcome:
    refuse_unless_connected(org, sending_org(org, saved.definition.get("to") or []), "A text to people of the CRM")
    if not ids:
        raise Refused(f"Nobody is in {whom}: nothing was sent.")
    message = messaging.message_of(org, _object_id(org, saved.key))
    assert message is not None
    named = {"ids": json.dumps(ids)}
    people = " UNION ALL ".join(
        f"""SELECT r.Id AS id, r.MobilePhone AS number FROM {crm.table_of(name)} r
             WHERE r.Id IN (SELECT value FROM json_each(:ids)) AND +r.IsDeleted = 0"""
        for each in PEOPLE for name in crm.full_names(org, each)
    )  # fmt: skip
    contacts.establish(org, f"SELECT id FROM ({people}) ORDER BY id", named, source="MC Connect: Salesforce send")
    known = f"SELECT k.contact_id, p.number FROM ({people}) p JOIN contacts k ON k.contact_key = p.id"
    cohort, size = messaging.cohort_of(org, -message.message_id, known, named)
    if not size:
        raise Refused(f"Nobody in {whom} can be sent to.", cause="No live Contact, Lead or User.")
    numbers = "SELECT contact_id, email_address FROM temp.messaging_people WHERE email_address IS NOT NULL"
    subscribe = bool(saved.definition.get("subscribe"))
    sent = messaging.send_mobile(org, message, messaging.MobileAudience(cohort, size, numbers, subscribe=subscribe))
    org.run("DROP TABLE temp.messaging_people")
    changes = {"sent": sent.sent, "not reached": sent.excluded, "new numbers": sent.numbers}
    title = f"Text {saved.name} to {whom}: {sent.sent:,} sent, {sent.excluded:,} not reached"
    return Outcome(title, {what: count for what, count in changes.items() if count}, "messages")
