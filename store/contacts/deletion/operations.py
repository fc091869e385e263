"""Deletion operations: asked for, one at a time through the queue, suppressed first and deleted after the period."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from store import agenda, business_units, data_extensions
from store.agenda import Entry
from store.assumptions import assume
from store.clock import DAY, HOUR, system_text
from store.commands import Outcome, command, handler
from store.contacts.deletion.reach import DOOMED, DOOMED_COLUMNS, Whom, delete_all
from store.contacts.tables import OF_SUBSCRIBERS
from store.errors import Refused
from store.scratch import scratch

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

MOST = 1_000_000  # contacts per operation; source: domain A5, SFD:DeleteByContactIDs
PHASE = "contacts.deletion"

assume(
    "contact_deletion_hours",
    2,
    (),
    "Hours that the queue works on one phase of a deletion before it takes the next operation.",
    "SFD:DeleteByContactIDs: one call at a time, each can take several hours; how many is not documented",
)
assume(
    "contact_deletion_can_be_restored",
    False,
    (False, True),
    "A suppressed contact can be restored before the end of the suppression period.",
    "SFH:mc_cab_best_practices: a deletion cannot be canceled after it is started; but the setting of the period is"
    " named SuppressionRestoreUntilDays",
)


# ---- what a person asks for


@command("contacts.delete")
def delete_contacts(
    org: Org,
    *,
    contact_keys: list[str] | None = None,
    contact_ids: list[int] | None = None,
    data_extension: str = "",
    all_subscribers: bool = False,
    delete_data_extension: bool = False,
) -> Outcome:
    """Delete contacts: by their keys, their ids, or all of a sendable data extension or of the list All Subscribers.

    They are suppressed when the queue comes to the operation, and deleted when the suppression period has passed.
    """
    _refuse_in_child(org)
    if delete_data_extension and not data_extension:
        raise Refused("Only a deletion by data extension can delete a data extension.", fix="Name it: data_extension.")
    whom, by, kind, listed = whom_of(org, contact_keys, contact_ids, data_extension, all_subscribers)
    count = int(org.value(f"SELECT count(*) FROM ({whom.ids})", whom.params))
    refuse_unless_fits(count, by, listed)
    org.run(
        """INSERT INTO contact_deletions(requested_at, by, list_kind, list_key, delete_list, contacts, status)
           VALUES (?, ?, ?, ?, ?, ?, 'Queued')""",
        org.now, by, kind, listed, int(delete_data_extension), count,
    )  # fmt: skip
    number = int(org.value("SELECT max(operation_id) FROM contact_deletions"))
    org.run(
        f"INSERT INTO contact_deletion_members SELECT {number}, contact_id FROM ({whom.ids}) WHERE 1 ORDER BY 2",
        whom.params,
    )
    free_at = _free_at(org)
    if free_at > org.now:
        _schedule(org, number, "suppress", free_at)
        until = f"another operation runs until {system_text(free_at)}"
        title = f"Contact deletion {number}: {_people(count)} queued, {until}"
        return Outcome(title, {"queued": count}, "deletions")
    return _suppress(org, _operation(org, number))


def whom_of(
    org: Org,
    contact_keys: list[str] | None,
    contact_ids: list[int] | None,
    data_extension: str,
    all_subscribers: bool,
) -> tuple[Whom, str, str, str]:
    """(the contacts meant that are not in another operation, how they were named, kind of list, its key)."""
    if sum(map(bool, (contact_keys, contact_ids, data_extension, all_subscribers))) != 1:
        raise Refused(
            "A deletion is by one of: contact_keys, contact_ids, data_extension, all_subscribers.",
            fix="""Such as: mctui do FILE contacts.delete '{"contact_keys": ["KEY"]}'""",
        )
    free = """contact_id NOT IN (SELECT m.contact_id FROM contact_deletion_members m)"""
    if contact_keys:
        named: dict[str, Any] = {"deleted_keys": json.dumps([key.strip() for key in contact_keys])}
        theirs = "contact_key IN (SELECT value COLLATE NOCASE FROM json_each(:deleted_keys))"
        return Whom(f"SELECT contact_id FROM contacts WHERE {theirs} AND {free}", named), "keys", "", ""
    if contact_ids:
        named = {"deleted_ids": json.dumps(contact_ids)}
        theirs = "contact_id IN (SELECT value FROM json_each(:deleted_ids))"
        return Whom(f"SELECT contact_id FROM contacts WHERE {theirs} AND {free}", named), "ids", "", ""
    if not data_extension:
        sql = f"SELECT contact_id FROM all_subscribers WHERE {free}"
        return Whom(sql, {}), "listReference", "list", "All Subscribers"
    de = data_extensions.get(org, data_extension)
    if not de.is_sendable or de.sendable_field is None:
        raise Refused(
            f"Contacts cannot be deleted by the data extension {de.name}: it is not sendable.",
            cause="A deletion finds contacts by the send relationship.",
            fix="Copy the keys into a sendable data extension, or name contact_keys.",
        )
    field = f"{data_extensions.quoted(de.sendable_field)} COLLATE NOCASE"
    rows = f"SELECT {field} FROM {data_extensions.quoted(de.table_name)}"
    theirs = f"contact_key IN ({rows})"
    if "email" in (de.sendable_to or "").lower():
        theirs = f"contact_id IN (SELECT s.contact_id FROM all_subscribers s WHERE s.email_address IN ({rows}))"
    sql = f"SELECT contact_id FROM contacts WHERE {theirs} AND {free}"
    return Whom(sql, {}), "listReference", "data extension", de.path


@command("contacts.set_suppression")
def set_suppression(org: Org, *, days: int) -> Outcome:
    """Set how many days contacts stay suppressed before they are deleted (SuppressionRestoreUntilDays); -1 is 0 too.

    Source: domain A5. Operations that are suppressed already keep the end that they have.
    """
    _refuse_in_child(org)
    if days < -1:
        raise Refused(f"{days} days is no suppression period.", fix="Give 0 or -1 for none, or a number of days.")
    days = max(days, 0)
    org.run("UPDATE contact_deletion_settings SET suppression_days = ?", days)
    return Outcome(f"Deleted contacts stay suppressed for {days} days", {"settings": 1}, "deletions")


@command("contacts.restore")
def restore(org: Org, *, operation: int) -> Outcome:
    """Restore the contacts of an operation before they are deleted, where the assumption in force allows it."""
    found = _operation(org, operation)
    if not org.assumption("contact_deletion_can_be_restored"):
        raise Refused(
            f"Contact deletion {operation} cannot be taken back.",
            cause="A deletion cannot be canceled after it is started, and nothing restores a deleted contact.",
            fix="Here `mctui back` undoes the step; or switch the assumption contact_deletion_can_be_restored.",
        )
    if found["status"] not in ("Queued", "Suppressed"):
        raise Refused(f"Contact deletion {operation} is {found['status'].lower()}: nothing is left to restore.")
    agenda.cancel(org, PHASE, operation=operation)
    org.run("DELETE FROM suppressed_contacts WHERE operation_id = ?", operation)
    org.run("DELETE FROM contact_deletion_members WHERE operation_id = ?", operation)
    org.run(
        "UPDATE contact_deletions SET status = 'Restored', finished_at = ? WHERE operation_id = ?", org.now, operation
    )
    title = f"Contact deletion {operation}: {_people(found['contacts'])} restored"
    return Outcome(title, {"restored": found["contacts"]}, "deletions")


@command("contacts.retry_deletion")
def retry(org: Org, *, operation: int) -> Outcome:
    """Give a failed operation to the queue again. Source: SFD:RetryContactDelete."""
    found = _operation(org, operation)
    if found["status"] != "Failed":
        raise Refused(f"Contact deletion {operation} is {found['status'].lower()}; only a failed one is retried.")
    org.run(
        "UPDATE contact_deletions SET status = ?, retries = retries + 1, problem = '' WHERE operation_id = ?",
        "Queued" if found["suppressed_at"] is None else "Suppressed", operation,
    )  # fmt: skip
    phase = "suppress" if found["suppressed_at"] is None else "delete"
    _schedule(org, operation, phase, max(_free_at(org), org.now))
    return Outcome(f"Contact deletion {operation} is in the queue again", {"retried": 1}, "deletions")


@command("contacts.delete_subscriber")
def delete_subscriber(org: Org, *, contact_key: str) -> Outcome:
    """Delete a subscriber in Email Studio: the contact stays in All Contacts, and is billed. Source: domain A5."""
    from store.contacts.contacts import contact_id_of

    contact_id = contact_id_of(org, contact_key)
    gone = org.run("DELETE FROM all_subscribers WHERE contact_id = ?", contact_id)
    if not gone:
        raise Refused(
            f"{contact_key} is a contact, but not a subscriber.", fix="contacts.delete deletes the contact itself."
        )
    for table in OF_SUBSCRIBERS:
        org.run(f"DELETE FROM {table} WHERE contact_id = ?", contact_id)
    org.run("INSERT OR REPLACE INTO deleted_subscribers VALUES (?, ?)", contact_id, org.now)
    title = f"{contact_key} deleted from All Subscribers; the contact stays"
    return Outcome(title, {"subscribers deleted": 1}, f"contact/{contact_key}")


# ---- what the queue does


@handler(PHASE)
def work(org: Org, entry: Entry) -> Outcome:
    """The next phase of an operation: args = {"operation", "phase"}. It waits while the queue works on another."""
    found, phase = _operation(org, entry.args["operation"]), entry.args["phase"]
    if _free_at(org) > org.now:
        _schedule(org, found["operation_id"], phase, _free_at(org))
        title = f"Contact deletion {found['operation_id']} waits for the queue until {system_text(_free_at(org))}"
        return Outcome(title, subject="deletions")
    if problem := _problem(org, found):
        org.run(
            "UPDATE contact_deletions SET status = 'Failed', problem = ? WHERE operation_id = ?",
            problem, found["operation_id"],
        )  # fmt: skip
        return Outcome(f"Contact deletion {found['operation_id']} failed: {problem}", {"errors": 1}, "deletions")
    return _suppress(org, found) if phase == "suppress" else _delete(org, found)


def _suppress(org: Org, found: sqlite3.Row) -> Outcome:
    """Hide and block the contacts until the period is over."""
    number, days = found["operation_id"], int(org.value("SELECT suppression_days FROM contact_deletion_settings"))
    org.run(
        """INSERT OR IGNORE INTO suppressed_contacts
           SELECT contact_id, operation_id FROM contact_deletion_members WHERE operation_id = ?""",
        number,
    )
    _occupy(org)
    delete_at = org.now + days * DAY
    org.run(
        "UPDATE contact_deletions SET status = 'Suppressed', suppressed_at = ?, delete_at = ? WHERE operation_id = ?",
        org.now, delete_at, number,
    )  # fmt: skip
    _schedule(org, number, "delete", max(delete_at, _free_at(org)))
    until = f"until {system_text(delete_at)}" if days else "and deleted as soon as the queue is free"
    title = f"Contact deletion {number}: {_people(found['contacts'])} suppressed {until}"
    return Outcome(title, {"suppressed": found["contacts"]}, "deletions")


def _delete(org: Org, found: sqlite3.Row) -> Outcome:
    """Delete what the product deletes of the suppressed contacts, and the contacts."""
    number = found["operation_id"]
    reached = expunge(org, f"SELECT contact_id FROM suppressed_contacts WHERE operation_id = {number}", number)
    org.run("DELETE FROM suppressed_contacts WHERE operation_id = ?", number)
    org.run("DELETE FROM contact_deletion_members WHERE operation_id = ?", number)
    problem = ""
    if found["delete_list"]:
        try:
            data_extensions.delete(org, found["list_key"])
            reached["data extensions"] = 1
        except Refused as error:  # something uses it: the contacts are deleted all the same
            problem = f"{found['list_key']} stays: {error.message}"
    _occupy(org)
    org.run(
        """UPDATE contact_deletions SET status = 'Deleted', finished_at = ?, reached = ?, problem = ?
            WHERE operation_id = ?""",
        org.now, json.dumps(reached), problem, number,
    )  # fmt: skip
    title = f"Contact deletion {number}: {_people(found['contacts'])} deleted"
    return Outcome(title, {"contacts deleted": found["contacts"], **reached}, "deletions")


def expunge(org: Org, ids: str, operation: int | None) -> dict[str, int]:
    """Delete the contacts of a SELECT from all rooms; their ids never come again. Returns what went, by name."""
    scratch(org, "expunged", DOOMED_COLUMNS)
    org.run(
        f"""INSERT INTO temp.expunged
            SELECT c.contact_id, c.contact_key, s.email_address
              FROM contacts c LEFT JOIN all_subscribers s USING (contact_id)
             WHERE c.contact_id IN ({ids}) ORDER BY c.contact_id"""
    )
    reached = delete_all(org, DOOMED)
    org.run(
        "INSERT INTO deleted_contacts SELECT contact_id, contact_key, ?, ? FROM temp.expunged ORDER BY contact_id",
        operation, org.now,
    )  # fmt: skip
    org.run(f"DELETE FROM contacts WHERE contact_id IN ({DOOMED.ids})")
    org.run("DELETE FROM temp.expunged")
    return reached


# ---- small things


def _refuse_in_child(org: Org) -> None:
    unit = business_units.current(org)
    if not unit.is_enterprise:
        raise Refused(
            f"Contacts are not deleted in the business unit {unit.name}.",
            cause="Contact deletion runs in the parent of an Enterprise 2.0 account, and then holds for all of it.",
            fix="Give the command in the enterprise.",
        )  # source: domain A5


def refuse_unless_fits(count: int, by: str, listed: str) -> None:
    """Raises Refused when a deletion would be of nobody, or of too many."""
    if not count:
        raise Refused(
            f"Nobody of {listed} is a contact that could be deleted."
            if listed
            else f"None of these {by} is of a contact that could be deleted.",
            cause="Such contacts are not in All Contacts, or another operation has them already.",
            fix="`mctui show FILE contacts` and `mctui show FILE deletions` list them.",
        )
    if count > MOST:
        raise Refused(
            f"{count:,} contacts are too many for one deletion.",
            cause=f"An operation takes {MOST:,} contacts at most.",
            fix="Split them over several data extensions: data_extensions.split.",
        )


def _operation(org: Org, number: int) -> sqlite3.Row:
    found = org.row("SELECT * FROM contact_deletions WHERE operation_id = ?", number)
    if found is None:
        raise Refused(f"There is no contact deletion {number}.", fix="`mctui show FILE deletions` lists them.")
    return found


def _problem(org: Org, found: sqlite3.Row) -> str:
    """Why an operation cannot go on."""
    if found["list_kind"] == "data extension" and data_extensions.find(org, found["list_key"]) is None:
        return f"the data extension {found['list_key']} is gone"
    return ""


def _free_at(org: Org) -> int:
    return int(org.value("SELECT busy_until FROM contact_deletion_settings"))


def _occupy(org: Org) -> None:
    hours = int(org.assumption("contact_deletion_hours"))
    org.run("UPDATE contact_deletion_settings SET busy_until = ?", org.now + hours * HOUR)


def _schedule(org: Org, operation: int, phase: str, at: int) -> None:
    verb = "suppress" if phase == "suppress" else "delete"
    agenda.schedule(
        org, at, PHASE, {"operation": operation, "phase": phase}, f"Contact deletion {operation}: {verb} the contacts"
    )


def _people(count: int) -> str:
    return f"{count:,} contact" if count == 1 else f"{count:,} contacts"
