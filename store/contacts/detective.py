"""Addresses that are not sent to whatever their subscriber's status: malformed, or known to List Detective.

List Detective is a database of names and domains that cause trouble, the global unsubscribes among them. It is asked
when a list is imported, and at the send for whoever comes from a data extension, who then is in All Subscribers all the
same. Source: SFH:mc_es_list_detective, SFH:000221426, SFH:000393413. It is no format fixer: addresses with spaces or
commas or without a dot are kicked out besides. Source: SFH:000317612.

Almost every address is plainly sendable. Finding the others costs one look at an address, when its owner is sent to for
the first time; they are noted then, or when the address changes, and later sends look at those noted alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.assumptions import assume
from store.commands import Outcome, command
from store.contacts.contacts import Params
from store.contacts.subscribers import BY_PERSON, unsubscribe
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

# Send log error codes. Source: domain G.
INVALID_ADDRESS, LIST_DETECTIVE = 5, 24

assume(
    "list_detective",
    "abuse,mailer-daemon,no-reply,noreply,postmaster,root,spam,webmaster",
    (),
    "Names before the @, separated by commas, that List Detective excludes; the product's list is not public",
    "domain C3 names List Detective, not its list",
)
assume(
    "list_detective_domains",
    "",
    (),
    "Domains, separated by commas, that List Detective excludes; the product's list is not public",
    "SFH:mc_es_list_detective: domains that no longer provide email, not which",
)
assume(
    "list_detective_at_send",
    True,
    (True, False),
    "Whether sends ask List Detective; imports to lists and the Salesforce Data event always do",
    "SFH:000393413: at send time, for those who come from a data extension",
)

DDL = """
CREATE TABLE custom_list_detective (    -- what the account adds to List Detective, or takes out of it
  entry   TEXT PRIMARY KEY COLLATE NOCASE,  -- the name before the @, or the domain behind it
  is_deny INTEGER NOT NULL,
  at      INTEGER NOT NULL              -- UTC seconds
) WITHOUT ROWID;
CREATE TABLE global_unsubscribes (      -- addresses that want no mail of any account
  email_address TEXT PRIMARY KEY COLLATE NOCASE,
  at            INTEGER NOT NULL        -- UTC seconds
) WITHOUT ROWID;
CREATE TABLE odd_addresses (            -- subscribers whose address each send has a look at; all others are sendable
  contact_id INTEGER PRIMARY KEY
);
"""
_MALFORMED = "({a} NOT LIKE '_%@_%._%' OR instr({a}, ' ') > 0{comma})"
_GLOBALLY = "{a} COLLATE NOCASE IN (SELECT g.email_address FROM global_unsubscribes g)"


def _listed(text: object) -> list[str]:
    return sorted({each.strip().lower() for each in str(text).split(",") if each.strip()})


def _quoted(words: list[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def _denied(org: Org) -> list[str]:
    """Names and domains that are excluded, without those that the account allows."""
    allowed = {row[0].lower() for row in org.rows("SELECT entry FROM custom_list_detective WHERE NOT is_deny")}
    denied = {row[0].lower() for row in org.rows("SELECT entry FROM custom_list_detective WHERE is_deny")}
    built_in = _listed(org.assumption("list_detective")) + _listed(org.assumption("list_detective_domains"))
    return sorted(denied | (set(built_in) - allowed))


def sql_detected(org: Org, address: str) -> str:
    """SQL for whether List Detective knows an address, given SQL for it."""
    name = f"lower(substr({address}, 1, instr({address}, '@') - 1))"
    domain = f"lower(substr({address}, instr({address}, '@') + 1))"
    denied = _quoted(_denied(org))
    return f"""({name} IN ({denied}) OR {domain} IN ({denied})
                OR {_GLOBALLY.format(a=address)})"""


def sql_globally_unsubscribed(org: Org, address: str) -> str:
    """SQL for whether an address is globally unsubscribed; empty when sends do not ask, or there is none."""
    if not org.assumption("list_detective_at_send") or not org.value("SELECT 1 FROM global_unsubscribes LIMIT 1"):
        return ""
    return _GLOBALLY.format(a=address)


def sql_address_code(org: Org, address: str) -> str:
    """SQL for the send log error code of an address: malformed, known to List Detective, else NULL."""
    malformed = _MALFORMED.format(a=address, comma=f" OR instr({address}, ',') > 0")
    asks = org.assumption("list_detective_at_send")
    detected = f"WHEN {sql_detected(org, address)} THEN {LIST_DETECTIVE}" if asks else ""
    return f"CASE WHEN {malformed} THEN {INVALID_ADDRESS} {detected} END"


def sql_maybe_odd(org: Org, address: str) -> str:
    """SQL for whether an address may have such a code: true for a few more, and cheap, as everyone's is looked at."""
    denied = _denied(org) if org.assumption("list_detective_at_send") else []
    names = sorted({f"{word}@"[:3] for word in denied if "." not in word})
    domains = [word for word in denied if "." in word]
    tests = [_MALFORMED.format(a=address, comma="")]
    if names:
        tests.append(f"substr({address}, 1, 3) COLLATE NOCASE IN ({_quoted(names)})")
    if domains:
        tests.append(f"lower(substr({address}, instr({address}, '@') + 1)) IN ({_quoted(domains)})")
    if org.value("SELECT 1 FROM global_unsubscribes LIMIT 1"):
        tests.append(_GLOBALLY.format(a=address))
    return f"({' OR '.join(tests)})"


def note_odd(org: Org, select_sql: str, params: Params | None = None) -> int:
    """Note which of the subscribers whose Contact IDs a SELECT gives have an odd address; returns how many are new."""
    return org.run(
        f"""INSERT OR IGNORE INTO odd_addresses
            SELECT s.contact_id FROM (WITH given(contact_id) AS ({select_sql}) SELECT contact_id FROM given) AS g
                   JOIN all_subscribers AS s USING (contact_id)
             WHERE {sql_maybe_odd(org, "s.email_address")}""",
        params or {},
    )


def sql_odd_addresses() -> str:
    """A SELECT of the Contact IDs of subscribers whose address was noted."""
    return "SELECT contact_id FROM odd_addresses"


@command("contacts.list_detective")
def custom_list_detective(org: Org, *, entry: str, allow: bool = False, remove: bool = False) -> Outcome:
    """Custom List Detective: deny a name before the @ or a domain, allow one that is denied, or remove the entry.

    Whoever has a denied address is unsubscribed, and stays it when the entry is removed. Source: SFH:000316767.
    """
    word = entry.strip().lower()
    if not word or "@" in word or " " in word:
        raise Refused(f"'{entry}' is no entry of List Detective.", fix="The name or the domain alone, without the @.")
    there = org.value("SELECT is_deny FROM custom_list_detective WHERE entry = ?", word)
    if remove:
        if there is None:
            raise Refused(f"Custom List Detective has no entry '{word}'.")
        org.run("DELETE FROM custom_list_detective WHERE entry = ?", word)
        return Outcome(f"Custom List Detective: {word} removed", {"entries": 1}, "suppression")
    if there is not None and bool(there) != allow:
        raise Refused(f"{word} is {'allowed' if allow else 'denied'} already.")
    org.run("INSERT OR REPLACE INTO custom_list_detective VALUES (?, ?, ?)", word, int(not allow), org.now)
    if allow:
        return Outcome(f"Custom List Detective: {word} allowed", {"entries": 1}, "suppression")
    matching = """SELECT contact_id FROM all_subscribers
                   WHERE lower(substr(email_address, 1, instr(email_address, '@') - 1)) = :word
                      OR lower(substr(email_address, instr(email_address, '@') + 1)) = :word"""
    org.run(f"INSERT OR IGNORE INTO odd_addresses {matching}", {"word": word})
    gone = unsubscribe(org, matching, {"word": word}, reason=BY_PERSON)
    changes = {"entries": 1} | ({"unsubscribed": gone} if gone else {})
    return Outcome(f"Custom List Detective: {word} denied", changes, "suppression")


@command("contacts.global_unsubscribe")
def global_unsubscribe(org: Org, *, email_address: str) -> Outcome:
    """The owner of an address asks for no mail of any account of Marketing Cloud. Source: domain A3, level 4."""
    address = email_address.strip()
    if "@" not in address:
        raise Refused(f"'{email_address}' is not an address.", fix="A global unsubscribe is of an address, not a key.")
    if not org.run("INSERT OR IGNORE INTO global_unsubscribes VALUES (?, ?)", address, org.now):
        raise Refused(f"{address} is globally unsubscribed already.")
    people = org.run(
        "INSERT OR IGNORE INTO odd_addresses SELECT contact_id FROM all_subscribers WHERE email_address = ?", address
    )
    changes = {"global": 1} | ({"subscribers": people} if people else {})
    return Outcome(f"{address} globally unsubscribed", changes, "suppression")


@command("contacts.global_resubscribe")
def global_resubscribe(org: Org, *, email_address: str) -> Outcome:
    """The owner asks to be taken off the global unsubscribes, which nobody else can. Source: SFH:000221189."""
    if not org.run("DELETE FROM global_unsubscribes WHERE email_address = ?", email_address.strip()):
        raise Refused(f"{email_address} is not globally unsubscribed.")
    return Outcome(f"{email_address.strip()} off the global unsubscribes", {"global": 1}, "suppression")
