"""Who can be reached on a mobile phone: numbers, consent to keywords, devices. All set-based, over SELECTs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from store import contacts, data_extensions
from store.chance import SCALE, share, sql_chance
from store.commands import Outcome, command
from store.errors import Refused
from store.ids import guid, sql_guid

if TYPE_CHECKING:
    from store.org import Org

# Source: domain D4, opt-in and opt-out methods; the texts are the product's.
BY_API, BY_IMPORT, BY_APPLICATION, BY_MOBILE = 2, 4, 6, 12
METHODS = {
    0: "Unspecified", 1: "WebCollect", 2: "API", 3: "FTAF", 4: "Import", 5: "MoveCopy", 6: "Application",
    7: "SalesForce", 8: "Segmentation", 9: "GenericExtension", 10: "CustomObject", 11: "RMM", 12: "Mobile Opt-In",
    13: "DeviceRegistration",
}  # fmt: skip
# Source: MobileConnect help, reserved keywords: each opts out of the code; the last one opts in.
STOP_WORDS = ("STOP", "END", "QUIT", "CANCEL", "UNSUBSCRIBE", "STOPALL")
NOT_OPTED_IN, OPTED_IN = 0, 2


def sql_mobile_number(contact_id: str) -> str:
    """SQL for the mobile number of a contact, given SQL for its Contact ID; NULL for none."""
    return f"(SELECT n.mobile_number FROM mobile_numbers n WHERE n.contact_id = {contact_id})"


def sql_digits(number: str) -> str:
    """SQL for a number as MobileConnect keeps it: digits, without the signs and brackets that people write."""
    for sign in (" ", "-", "(", ")", ".", "/", "+"):
        number = f"replace({number}, '{sign}', '')"
    return f"trim(CASE WHEN substr({number}, 1, 2) = '00' THEN substr({number}, 3) ELSE {number} END)"


def sql_is_number(digits: str) -> str:
    """SQL for whether these are 7 to 15 digits. Source: E.164; the data view's field has 15."""
    return f"(length({digits}) BETWEEN 7 AND 15 AND {digits} NOT GLOB '*[^0-9]*')"


def keyword_id(org: Org, code: str, keyword: str) -> int:
    """The keyword of a code, made when it is not there."""
    found = org.value("SELECT keyword_id FROM mobile_keywords WHERE code = ? AND keyword = ?", code, keyword)
    if found is not None:
        return int(found)
    number = int(org.value("SELECT coalesce(max(keyword_id), 0) + 1 FROM mobile_keywords"))
    org.run(
        "INSERT INTO mobile_keywords VALUES (?, ?, ?, ?, ?, ?)",
        number, guid(org.seed, "keyword", code, keyword.lower()), code, keyword, country_of(code), org.now,
    )  # fmt: skip
    return number


# Dialing prefixes of the countries whose codes the samples have, the longest first; everything else is the US.
_COUNTRIES = (("49", "DE"), ("43", "AT"), ("41", "CH"), ("44", "GB"), ("39", "IT"), ("33", "FR"), ("34", "ES"))


def country_of(number: str) -> str:
    """The country of a number or long code by its prefix. ASSUMED: a short list, else US."""
    return next((name for prefix, name in _COUNTRIES if number.startswith(prefix) and len(number) > 8), "US")


def add_numbers(org: Org, select: str, params: Mapping[str, Any], *, method: int, overwrite: bool) -> int:
    """Give contacts the numbers of a SELECT of (contact_id, number); returns how many are new or changed.

    What is no number is left out. Without `overwrite` a contact keeps the number that it has.
    """
    digits = sql_digits("g.number")
    change = (
        """DO UPDATE SET mobile_number = excluded.mobile_number, modified_at = excluded.modified_at, bounce_count = 0,
             first_bounce_at = NULL, held_at = NULL
           WHERE mobile_number <> excluded.mobile_number"""
        if overwrite
        else "DO NOTHING"
    )
    return org.run(
        f"""INSERT INTO mobile_numbers(contact_id, mobile_number, source, created_at, modified_at)
            SELECT contact_id, digits, :method, :now, :now
            FROM (SELECT g.contact_id AS contact_id, {digits} AS digits
                  FROM (WITH given(contact_id, number) AS ({select}) SELECT * FROM given) g)
            WHERE {sql_is_number("digits")} ORDER BY contact_id
            ON CONFLICT (contact_id) {change}""",
        {**params, "method": method, "now": org.now},
    )


def opt_in(org: Org, keyword: int, select: str, params: Mapping[str, Any], *, method: int, again: bool) -> int:
    """Subscribe the contacts of a SELECT of contact_id to a keyword; returns how many are now that were not.

    Who opted out stays out unless `again`: only the person can take that back. Source: domain D4; ASSUMED.
    """
    returning = "1" if again else "opt_out_status = 0"
    changed = org.run(
        f"""INSERT INTO mobile_subscriptions(contact_id, keyword_id, opt_in_status, opt_in_method, opt_in_at,
                                             opt_out_status, created_at, modified_at)
            SELECT contact_id, :keyword, {OPTED_IN}, :method, :now, 0, :now, :now
            FROM (SELECT DISTINCT contact_id FROM (WITH given(contact_id) AS ({select}) SELECT * FROM given))
            WHERE 1 ORDER BY contact_id
            ON CONFLICT (contact_id, keyword_id) DO UPDATE SET
              opt_in_status = excluded.opt_in_status, opt_in_method = excluded.opt_in_method,
              opt_in_at = excluded.opt_in_at, opt_out_status = 0, opt_out_method = NULL, opt_out_at = NULL,
              modified_at = excluded.modified_at
            WHERE (opt_in_status <> {OPTED_IN} OR opt_out_status = 1) AND {returning}""",
        {**params, "keyword": keyword, "method": method, "now": org.now},
    )
    log(org, keyword)
    return changed


def opt_out(org: Org, code: str, select: str, params: Mapping[str, Any], *, method: int) -> int:
    """Take the contacts of a SELECT of contact_id off all keywords of a code; returns how many consents that ended."""
    changed = org.run(
        f"""UPDATE mobile_subscriptions SET opt_out_status = 1, opt_out_method = :method, opt_out_at = :now,
              opt_in_status = {NOT_OPTED_IN}, modified_at = :now
            WHERE opt_out_status = 0 AND contact_id IN ({select})
              AND keyword_id IN (SELECT keyword_id FROM mobile_keywords WHERE code = :code)""",
        {**params, "code": code, "method": method, "now": org.now},
    )
    for row in org.rows("SELECT keyword_id FROM mobile_keywords WHERE code = ? ORDER BY keyword_id", code):
        log(org, row["keyword_id"])
    return changed


def log(org: Org, keyword: int) -> None:
    """Write the state of the consents to a keyword that changed at this moment."""
    org.run(
        """INSERT INTO mobile_subscription_log(subscription_id, at, opt_in_status, opt_in_method, opt_in_at,
                                               opt_out_status, opt_out_method, opt_out_at)
           SELECT s.subscription_id, :now, s.opt_in_status, s.opt_in_method, s.opt_in_at, s.opt_out_status,
                  s.opt_out_method, s.opt_out_at
           FROM mobile_subscriptions s
           WHERE s.keyword_id = :keyword AND s.modified_at = :now
             AND NOT EXISTS (SELECT 1 FROM mobile_subscription_log l
                             WHERE l.subscription_id = s.subscription_id AND l.at = :now
                               AND l.opt_in_status = s.opt_in_status AND l.opt_out_status = s.opt_out_status)
           ORDER BY s.subscription_id""",
        {"keyword": keyword, "now": org.now},
    )


# ---- what a person does


@command("messaging.import_mobile")
def import_mobile(org: Org, *, de: str, number: str, code: str, keyword: str, contact_key: str = "") -> Outcome:
    """Import mobile numbers from a data extension and opt its people in to a keyword, as an import to a list does.

    `number` is the field with the mobile number, `contact_key` the one with the Contact Key (default: the field that
    the data extension is sent by). People who are no contacts yet become some.
    """
    source = data_extensions.get(org, de)
    key = source.field(contact_key).name if contact_key else source.sendable_field
    if not key:
        raise Refused(f"{source.name} does not say which field has the Contact Key.", fix="Give contact_key.")
    table = data_extensions.quoted(source.table_name)
    keys = f"SELECT {data_extensions.quoted(key)} FROM {table}"
    made = contacts.establish(org, keys, {}, source="MobileConnect import")
    select = f"""SELECT k.contact_id, t.{data_extensions.quoted(source.field(number).name)}
                 FROM {table} t JOIN contacts k ON k.contact_key = t.{data_extensions.quoted(key)}
                  WHERE {contacts.deletion.sql_not_suppressed(org, "k.contact_id")}"""
    numbers = add_numbers(org, select, {}, method=BY_IMPORT, overwrite=True)
    with_number = f"SELECT contact_id FROM ({select}) WHERE contact_id IN (SELECT contact_id FROM mobile_numbers)"
    subscribed = opt_in(org, keyword_id(org, code, keyword), with_number, {}, method=BY_IMPORT, again=False)
    changes = {"numbers": numbers, "opted in": subscribed, "new contacts": made}
    title = f"{numbers} mobile numbers imported from {source.name}, {subscribed} opted in to {keyword} on {code}"
    return Outcome(title, {what: count for what, count in changes.items() if count}, f"de/{source.name}")


@command("messaging.text_in")
def text_in(org: Org, *, contact_key: str, code: str, text: str) -> Outcome:
    """A contact sends a text to a code now: a keyword opts in, STOP and the like opt out of the whole code."""
    contact_id = contacts.contact_id_of(org, contact_key)
    if org.value(f"SELECT {sql_mobile_number('?')}", contact_id) is None:
        raise Refused(f"{contact_key} has no mobile number.", fix="messaging.import_mobile brings numbers in.")
    org.run(
        "INSERT INTO mobile_inbound(contact_id, at, code, text) VALUES (?, ?, ?, ?)", contact_id, org.now, code, text
    )
    word = text.strip().split(" ")[0]
    this, params = "SELECT :contact", {"contact": contact_id}
    if word.upper() in STOP_WORDS:
        ended = opt_out(org, code, this, params, method=BY_MOBILE)
        return Outcome(f"{contact_key} texts {word} to {code}", {"opted out": ended}, f"contact/{contact_key}")
    found = org.value("SELECT keyword_id FROM mobile_keywords WHERE code = ? AND keyword = ?", code, word)
    began = opt_in(org, found, this, params, method=BY_MOBILE, again=True) if found is not None else 0
    return Outcome(f"{contact_key} texts '{text}' to {code}", {"opted in": began}, f"contact/{contact_key}")


@command("messaging.register_devices")
def register_devices(
    org: Org, *, application: str, percent: int = 100, platform: str = "", contact_keys: list[str] | None = None
) -> Outcome:
    """Contacts install an app (or follow a LINE channel: platform LINE): these, or a share of all drawn by the seed.

    `platform` is iOS, Android or LINE; without it half of the devices are iOS. The SDK would register them; here a
    person says who has the app.
    """
    if platform not in ("", "iOS", "Android", "LINE"):
        raise Refused(f"'{platform}' is no platform.", fix="Choose iOS, Android or LINE, or leave it out.")
    draw = sql_chance(org.seed, f"app|{application}", "k.contact_id")
    side = sql_chance(org.seed, "iOS", "k.contact_id")
    chosen, params = f"{draw} < {share(percent / 100)}", {"application": application, "now": org.now}
    if contact_keys is not None:
        ids = [contacts.contact_id_of(org, key) for key in contact_keys]
        chosen = f"k.contact_id IN ({', '.join(map(str, ids))})"
    named = f"'{platform}'" if platform else f"iif({side} < {SCALE // 2}, 'iOS', 'Android')"
    count = org.run(
        f"""INSERT INTO mobile_devices(device_id, contact_id, application, platform, opted_in, created_at, modified_at)
            SELECT {sql_guid(org.seed, f"device|{application}", "k.contact_id")}, k.contact_id, :application, {named},
                   1, :now, :now
            FROM contacts k WHERE {chosen} ORDER BY k.contact_id
            ON CONFLICT (application, contact_id) DO NOTHING""",
        params,
    )
    return Outcome(f"{count} contacts have {application} now", {"devices": count} if count else {})


@command("messaging.allow_push")
def allow_push(org: Org, *, contact_key: str, application: str, allowed: bool) -> Outcome:
    """A contact allows or forbids push messages of an app on the device."""
    changed = org.run(
        """UPDATE mobile_devices SET opted_in = ?, modified_at = ? WHERE application = ? AND contact_id = ?""",
        int(allowed), org.now, application, contacts.contact_id_of(org, contact_key),
    )  # fmt: skip
    if not changed:
        raise Refused(f"{contact_key} does not have {application}.", fix="messaging.register_devices installs it.")
    said = "allows" if allowed else "forbids"
    return Outcome(f"{contact_key} {said} push messages of {application}", {"devices": 1}, f"contact/{contact_key}")


def devices(org: Org, application: str) -> int:
    """How many contacts have an app."""
    return int(org.value("SELECT count(*) FROM mobile_devices WHERE application = ?", application))
