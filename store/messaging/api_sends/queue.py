"""The queue of what APIs asked to send: it leaves in a step of its own, or waits while the definition does not run.

A recipient who cannot be sent to leaves the queue with the code of the reason. What has waited longer than three days
is gone. Source: SFD:updateMessageDefinition (a message to an inactive definition is queued for up to three days);
domain G, 138 Exceeded Expiration Policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import business_units, contacts, data_extensions
from store.agenda import Entry, cancel, is_scheduled, schedule
from store.assumptions import assume
from store.clock import DAY
from store.commands import Outcome, handler
from store.data_extensions import quoted
from store.errors import Refused
from store.messaging.api_sends.definitions import TRANSACTIONAL, Definition, by_id
from store.messaging.emails import get_job
from store.messaging.mobile import MobileAudience, send_mobile
from store.messaging.mobile.messages import message_by_id
from store.messaging.outside import cohort_of, gather
from store.messaging.send import send_to_cohort

if TYPE_CHECKING:
    from store.org import Org

SEND = "messaging.api_send"
EXPIRE = "messaging.api_expire"
QUEUE_LIMIT = 3 * DAY
NOT_A_SUBSCRIBER, ADDRESS_MISMATCH, DUPLICATE_ROW, INSERT_FAILED, DELETED, CLEARED, EXPIRED = (
    11,
    14,
    21,
    22,
    37,
    39,
    138,
)

assume(
    "transactional_seconds",
    2,
    (),
    "Seconds from a request of the Transactional Messaging API until the message leaves",
    "no figure found; SFD:transactional-messaging-api: the highest speed of all API sends",
)
assume(
    "triggered_send_seconds",
    10,
    (),
    "Seconds from a SOAP TriggeredSend until the message leaves",
    "no figure found; domain G: sends of a priority, in batches",
)
assume(
    "api_send_to_another_address",
    "to the address asked for",
    ("to the address asked for", "not sent"),
    "What an API send does whose address is not the subscriber's, when the definition does not update subscribers: it"
    " is sent there all the same, or not sent with the code 14, Email Address Mismatch",
    "SFD:transactional-send-subscriber has the code; when it is given was found on no page",
)


def send_soon(org: Org, definition: Definition) -> None:
    """Put the queue of a definition on the agenda: it leaves soon, or waits and is given up at last."""
    if definition.status != "Active":
        wait(org, definition)
        return
    name = "transactional_seconds" if definition.api == TRANSACTIONAL else "triggered_send_seconds"
    due_at, args = org.now + int(org.assumption(name)), {"definition_id": definition.definition_id}
    if queued(org, definition) and not is_scheduled(org, due_at, SEND, args):
        schedule(org, due_at, SEND, args, f"{definition.name}: what was asked for leaves")


def resume(org: Org, definition: Definition) -> int:
    """Send what waits, now that the definition runs; returns how many wait."""
    _expire(org, definition)
    waiting = queued(org, definition)
    args = {"definition_id": definition.definition_id}
    if waiting and not is_scheduled(org, org.now, SEND, args):
        schedule(org, org.now, SEND, args, f"{definition.name}: what waited leaves")
    return waiting


def wait(org: Org, definition: Definition) -> None:
    """The definition does not run any more: what waits is given up when it has waited too long."""
    oldest = org.value(
        "SELECT min(at) FROM send_recipients WHERE definition_id = ? AND state = 'queued'", definition.definition_id
    )
    args = {"definition_id": definition.definition_id}
    if oldest is not None and not is_scheduled(org, oldest + QUEUE_LIMIT, EXPIRE, args):
        schedule(org, oldest + QUEUE_LIMIT, EXPIRE, args, f"{definition.name}: what waited three days is given up")


@handler(EXPIRE)
def expire(org: Org, entry: Entry) -> Outcome:
    """Give up what has waited for three days: args = {"definition_id"}."""
    definition = by_id(org, entry.args["definition_id"])
    gone = _expire(org, definition)
    wait(org, definition)
    return Outcome(f"{definition.name}: {gone} expired", {"expired": gone}, "triggered-sends", quiet=not gone)


def queued(org: Org, definition: Definition) -> int:
    """How many messages of a definition wait; those that are too old are not among them."""
    return int(
        org.value(
            "SELECT count(*) FROM send_recipients WHERE definition_id = ? AND state = 'queued' AND at >= ?",
            definition.definition_id, org.now - QUEUE_LIMIT,
        )
    )  # fmt: skip


def drop(org: Org, definition: Definition, code: int) -> int:
    """Take everything out of the queue, with a code as the reason; returns how many that were."""
    cancel(org, SEND, definition_id=definition.definition_id)
    _expire(org, definition)
    return _give_up(org, "definition_id = :definition", {"definition": definition.definition_id}, code)


def _expire(org: Org, definition: Definition) -> int:
    """Give up what has waited too long, at the moment when that was."""
    return org.run(
        """UPDATE send_recipients SET state = 'not sent', code = :code, done_at = at + :limit
            WHERE definition_id = :definition AND state = 'queued' AND at <= :now - :limit""",
        {"definition": definition.definition_id, "code": EXPIRED, "limit": QUEUE_LIMIT, "now": org.now},
    )


def _give_up(org: Org, where: str, params: dict[str, Any], code: int) -> int:
    return org.run(
        f"""UPDATE send_recipients SET state = 'not sent', code = :code, done_at = :now
             WHERE state = 'queued' AND {where}""",
        {**params, "code": code, "now": org.now},
    )


@handler(SEND)
def send(org: Org, entry: Entry) -> Outcome:
    """Send what waits: args = {"definition_id"}. Somebody who is asked for twice gets two messages, in two batches."""
    definition = by_id(org, entry.args["definition_id"])
    if definition.status != "Active":
        return Outcome(f"{definition.name} does not run", quiet=True)
    expired = _expire(org, definition)
    sent = excluded = 0
    with business_units.acting(org, definition.mid):
        while _take(org, definition):
            mailed = _send_mobile(org, definition) if definition.channel == "sms" else _send_email(org, definition)
            taken = int(org.value("SELECT count(*) FROM temp.taken"))
            sent, excluded = sent + mailed, excluded + taken - mailed
        org.run("DROP TABLE IF EXISTS temp.taken")
    counts = {"sent": sent, "excluded": excluded, "expired": expired}
    changes = {what: count for what, count in counts.items() if count}
    said = ", ".join(f"{count:,} {what}" for what, count in changes.items()) or "nothing waits"
    return Outcome(f"{definition.name}: {said}", changes, "triggered-sends", quiet=not changes)


def _take(org: Org, definition: Definition) -> int:
    """TEMP table `taken` (recipient_no, contact_key, address): of each contact the first message that waits."""
    org.run("DROP TABLE IF EXISTS temp.taken")
    org.run(
        """CREATE TEMP TABLE taken (recipient_no INTEGER PRIMARY KEY, contact_key TEXT UNIQUE COLLATE NOCASE,
                                    address TEXT, attributes TEXT)"""
    )
    return org.run(
        """INSERT OR IGNORE INTO temp.taken
           SELECT recipient_no, contact_key, address, attributes FROM send_recipients
            WHERE definition_id = ? AND state = 'queued' ORDER BY recipient_no""",
        definition.definition_id,
    )


_STILL = """SELECT t.* FROM temp.taken t CROSS JOIN send_recipients r
             ON r.recipient_no = t.recipient_no AND r.state = 'queued'"""
_KNOWN = f"({_STILL}) AS t JOIN contacts AS k ON k.contact_key = t.contact_key"


def _send_email(org: Org, definition: Definition) -> int:
    """Send an email to those who are taken; returns to how many it went."""
    assert definition.job_id is not None
    job = get_job(org, definition.job_id)
    _insert_rows(org, definition)
    if definition.auto_add:
        contacts.establish(org, f"SELECT contact_key FROM ({_STILL}) ORDER BY recipient_no", {}, source="API send")
        reachable = f"SELECT k.contact_id, t.address FROM {_KNOWN} ORDER BY t.recipient_no"
        contacts.subscribe(org, reachable, {}, add_method="API")
    strangers = "recipient_no IN (SELECT t.recipient_no FROM temp.taken t WHERE NOT EXISTS ({}))"
    unknown = "SELECT 1 FROM contacts k WHERE k.contact_key = t.contact_key"
    _give_up(org, strangers.format(unknown), {}, NOT_A_SUBSCRIBER)
    if definition.auto_update:
        contacts.change_addresses(org, f"SELECT k.contact_id, t.address FROM {_KNOWN}")
    elif org.assumption("api_send_to_another_address") == "not sent":
        other = f"""recipient_no IN (SELECT t.recipient_no FROM {_KNOWN} JOIN all_subscribers s USING (contact_id)
                                      WHERE s.email_address <> trim(t.address))"""
        _give_up(org, other, {}, ADDRESS_MISMATCH)
    if org.value(f"SELECT 1 FROM {_KNOWN} LIMIT 1") is None:
        return 0
    audience = gather(org, job, f"SELECT k.contact_id, t.address FROM {_KNOWN}", {})
    batch = send_to_cohort(org, job, audience)
    _settle(org, job.job_id, batch.batch_id, "send_exclusions")
    return batch.mailed


def _send_mobile(org: Org, definition: Definition) -> int:
    """Send a text to those who are taken; a number makes whoever has it a contact."""
    assert definition.job_id is not None
    message = message_by_id(org, definition.job_id)
    contacts.establish(org, f"SELECT contact_key FROM ({_STILL}) ORDER BY recipient_no", {}, source="API send")
    people = f"SELECT k.contact_id, t.address FROM {_KNOWN}"
    cohort, size = cohort_of(org, -message.message_id, people, {})
    numbers = "SELECT contact_id, email_address FROM temp.messaging_people"
    batch = send_mobile(org, message, MobileAudience(cohort, size, numbers, subscribe=definition.auto_add))
    _settle(org, -message.message_id, batch.batch_id, "mobile_exclusions")
    return batch.sent


def _settle(org: Org, sender: int, batch_id: int, exclusions: str) -> None:
    """Write what became of each who is taken: the batch, who it is there, and why it was not sent to."""
    org.run(
        f"""UPDATE send_recipients AS r
               SET state = iif(n.code IS NULL, 'sent', 'not sent'), code = n.code, done_at = :now, batch_id = :batch,
                   visit = n.visit
              FROM (SELECT t.recipient_no, (s.sends - 1) << 32 | k.contact_id AS visit, x.code
                      FROM {_KNOWN} JOIN sends_outside AS s ON s.job_id = :sender AND s.contact_id = k.contact_id
                           LEFT JOIN {exclusions} AS x
                             ON x.batch_id = :batch AND x.visit = ((s.sends - 1) << 32 | k.contact_id)) AS n
             WHERE r.recipient_no = n.recipient_no""",
        {"now": org.now, "batch": batch_id, "sender": sender},
    )
    org.run("DROP TABLE temp.messaging_people")


def _insert_rows(org: Org, definition: Definition) -> None:
    """A row per recipient in the definition's data extension. Source: SFD:updateMessageDefinition, each request a row.

    The values were converted when they came; a key that is there already is the reason 21.
    """
    de = data_extensions.find(org, definition.data_extension) if definition.data_extension else None
    if de is None:
        return
    values = [f"attributes ->> '$.{_path(each.name)}'" for each in de.fields]
    for key in de.primary_key:
        path = f"'$.{_path(key)}'"
        doubled = f"""recipient_no IN (
            SELECT t.recipient_no FROM ({_STILL}) AS t
             WHERE EXISTS (SELECT 1 FROM {quoted(de.table_name)} o WHERE o.{quoted(key)} = t.attributes ->> {path})
                OR t.recipient_no > (SELECT min(u.recipient_no) FROM temp.taken u
                                      WHERE u.attributes ->> {path} = t.attributes ->> {path}))"""
        if len(de.primary_key) == 1:
            _give_up(org, doubled, {}, DUPLICATE_ROW)
    rows = f"SELECT {', '.join(values)} FROM ({_STILL}) ORDER BY recipient_no"
    try:
        data_extensions.bulk_insert(org, de, [each.name for each in de.fields], rows, {})
    except Refused:  # several key fields that are doubled, or a field that became required since
        _give_up(org, "recipient_no IN (SELECT recipient_no FROM temp.taken)", {}, INSERT_FAILED)


def _path(name: str) -> str:
    """A field's place in the JSON of the attributes, inside a SQL text."""
    return '"' + name.replace("'", "''") + '"'
