"""Send classifications: what a message is by law, who it is from and how it is delivered, under one name.

A classification has a type (Commercial or Transactional; the SOAP API says Marketing and Operational), a sender
profile, a delivery profile, whether transactional sends honour opt-outs from publication lists, and a priority.
Source: domain G; SFD:sendclassification. Every account starts with Default Commercial and Default Transactional, which
use the profiles called Default: recorded answers of the API.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units
from store.business_units import ENTERPRISE_MID
from store.commands import Outcome, command
from store.errors import Refused, did_you_mean
from store.ids import guid

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

COMMERCIAL, TRANSACTIONAL = "Commercial", "Transactional"
DEFAULT = "Default"
PRIORITIES = ("Burst", "Normal", "Low")  # source: domain G, SendPriority
_TYPES = {"commercial": COMMERCIAL, "marketing": COMMERCIAL, "transactional": TRANSACTIONAL,
          "operational": TRANSACTIONAL}  # fmt: skip

DDL = """
CREATE TABLE sender_profiles (          -- who messages are from
  profile_id  INTEGER PRIMARY KEY,
  mid         INTEGER NOT NULL,
  profile_key TEXT NOT NULL COLLATE NOCASE,
  object_id   TEXT NOT NULL,            -- GUID
  name        TEXT NOT NULL COLLATE NOCASE,
  from_name   TEXT,                     -- NULL, as the next one, in the profile Default: whom the email names
  from_email  TEXT,
  UNIQUE (mid, profile_key)
);
CREATE TABLE delivery_profiles (        -- by which address and with which header and footer they are delivered
  profile_id  INTEGER PRIMARY KEY,
  mid         INTEGER NOT NULL,
  profile_key TEXT NOT NULL COLLATE NOCASE,
  object_id   TEXT NOT NULL,
  name        TEXT NOT NULL COLLATE NOCASE,
  description TEXT NOT NULL,
  UNIQUE (mid, profile_key)
);
CREATE TABLE send_classifications (
  classification_id   INTEGER PRIMARY KEY,
  mid                 INTEGER NOT NULL,
  classification_key  TEXT NOT NULL COLLATE NOCASE,
  object_id           TEXT NOT NULL,
  name                TEXT NOT NULL COLLATE NOCASE,
  type                TEXT NOT NULL CHECK (type IN ('Commercial', 'Transactional')),
  sender_profile_id   INTEGER NOT NULL REFERENCES sender_profiles(profile_id),
  delivery_profile_id INTEGER NOT NULL REFERENCES delivery_profiles(profile_id),
  honors_opt_outs     INTEGER NOT NULL, -- transactional sends honour opt-outs from publication lists
  priority            TEXT NOT NULL CHECK (priority IN ('Burst', 'Normal', 'Low')),
  UNIQUE (mid, classification_key)
);
"""


@dataclass(frozen=True)
class SenderProfile:
    """Who a message is from; without a name and address of its own it is whom the email names."""

    profile_id: int
    mid: int
    key: str
    object_id: str
    name: str
    from_name: str | None
    from_email: str | None


@dataclass(frozen=True)
class DeliveryProfile:
    """How a message is delivered."""

    profile_id: int
    mid: int
    key: str
    object_id: str
    name: str
    description: str


@dataclass(frozen=True)
class SendClassification:
    """One send classification with its profiles."""

    classification_id: int
    mid: int
    key: str
    object_id: str
    name: str
    type: str
    sender: SenderProfile
    delivery: DeliveryProfile
    honors_opt_outs: bool
    priority: str

    @property
    def is_transactional(self) -> bool:
        """Whether what is sent by it reaches unsubscribed subscribers too."""
        return self.type == TRANSACTIONAL


def install(org: Org) -> None:
    """What every account has."""
    org.run(
        "INSERT INTO sender_profiles VALUES (1, ?, ?, ?, ?, NULL, NULL)",
        ENTERPRISE_MID, DEFAULT, guid(org.seed, "sender profile", 1), DEFAULT,
    )  # fmt: skip
    org.run(
        "INSERT INTO delivery_profiles VALUES (1, ?, ?, ?, ?, 'Account defaults')",
        ENTERPRISE_MID, DEFAULT, guid(org.seed, "delivery profile", 1), DEFAULT,
    )  # fmt: skip
    for number, kind in enumerate((COMMERCIAL, TRANSACTIONAL), start=1):
        org.run(
            "INSERT INTO send_classifications VALUES (?1, ?2, ?3, ?4, ?3, ?5, 1, 1, 0, 'Normal')",
            number, ENTERPRISE_MID, f"{DEFAULT} {kind}", guid(org.seed, "send classification", number), kind,
        )  # fmt: skip


def _rows(org: Org, table: str, key: str) -> list[sqlite3.Row]:
    """Those of the business unit that is worked in, then the enterprise's."""
    return org.rows(
        f"SELECT * FROM {table} WHERE mid IN (?1, ?2) ORDER BY mid <> ?1, {key}",
        business_units.current_mid(), ENTERPRISE_MID,
    )  # fmt: skip


def _named(rows: list[sqlite3.Row], key: str, written: str, what: str, makes: str) -> sqlite3.Row:
    """The row of that key, name or ObjectID. Raises Refused with the nearest name."""
    wanted = written.strip().lower()
    for column in (key, "name", "object_id"):
        for row in rows:
            if row[column].lower() == wanted:
                return row
    known = [row["name"] for row in rows]
    fix = did_you_mean(written, known) or f"There are: {', '.join(known)}. {makes} makes one."
    raise Refused(f"There is no {what} '{written}'.", fix=fix)


def find_sender_profile(org: Org, written: str) -> SenderProfile:
    """The sender profile of that key, name or ObjectID. Raises Refused."""
    rows = _rows(org, "sender_profiles", "profile_id")
    return SenderProfile(*_named(rows, "profile_key", written, "sender profile", "messaging.create_sender_profile"))


def find_delivery_profile(org: Org, written: str) -> DeliveryProfile:
    """The delivery profile of that key, name or ObjectID. Raises Refused."""
    rows = _rows(org, "delivery_profiles", "profile_id")
    makes = "messaging.create_delivery_profile"
    return DeliveryProfile(*_named(rows, "profile_key", written, "delivery profile", makes))


def find_classification(org: Org, written: str) -> SendClassification:
    """The send classification of that key, name or ObjectID; a type alone means its default. Raises Refused."""
    kind = _TYPES.get(written.strip().lower())
    rows = _rows(org, "send_classifications", "classification_id")
    makes = "messaging.create_send_classification"
    row = _named(rows, "classification_key", f"{DEFAULT} {kind}" if kind else written, "send classification", makes)
    return _classification(org, row)


def classifications(org: Org) -> list[SendClassification]:
    """All of them, by business unit."""
    rows = org.rows("SELECT * FROM send_classifications ORDER BY mid, classification_id")
    return [_classification(org, row) for row in rows]


def _classification(org: Org, row: sqlite3.Row) -> SendClassification:
    sender = org.row("SELECT * FROM sender_profiles WHERE profile_id = ?", row["sender_profile_id"])
    delivery = org.row("SELECT * FROM delivery_profiles WHERE profile_id = ?", row["delivery_profile_id"])
    assert sender is not None and delivery is not None
    return SendClassification(
        row["classification_id"], row["mid"], row["classification_key"], row["object_id"], row["name"], row["type"],
        SenderProfile(*sender), DeliveryProfile(*delivery), bool(row["honors_opt_outs"]), row["priority"],
    )  # fmt: skip


# ---- commands


def _new(org: Org, table: str, number: str, key_column: str, name: str, key: str, what: str) -> tuple[int, str, str]:
    """(number, key, name) of a new one. Raises Refused when the key is taken in this business unit."""
    name, key = name.strip(), key.strip() or name.strip()
    if not name:
        raise Refused(f"A {what} needs a name.")
    if org.value(f"SELECT 1 FROM {table} WHERE mid = ? AND {key_column} = ?", business_units.current_mid(), key):
        raise Refused(f"There is a {what} '{key}' already.", fix="Choose another name or key.")
    return int(org.value(f"SELECT max({number}) + 1 FROM {table}")), key, name


@command("messaging.create_sender_profile")
def create_sender_profile(
    org: Org, *, name: str, from_name: str, from_email: str, key: str = "", object_id: str = ""
) -> Outcome:
    """Make a sender profile: the name and address that messages are from."""
    if "@" not in from_email:
        raise Refused(f"'{from_email}' is no address to send from.")
    number, key, name = _new(org, "sender_profiles", "profile_id", "profile_key", name, key, "sender profile")
    org.run(
        "INSERT INTO sender_profiles VALUES (?, ?, ?, ?, ?, ?, ?)",
        number, business_units.current_mid(), key, object_id or guid(org.seed, "sender profile", number), name,
        from_name, from_email,
    )  # fmt: skip
    return Outcome(f"Sender profile {name} created", {"profiles": 1}, "send-classifications")


@command("messaging.create_delivery_profile")
def create_delivery_profile(
    org: Org, *, name: str, description: str = "", key: str = "", object_id: str = ""
) -> Outcome:
    """Make a delivery profile."""
    number, key, name = _new(org, "delivery_profiles", "profile_id", "profile_key", name, key, "delivery profile")
    org.run(
        "INSERT INTO delivery_profiles VALUES (?, ?, ?, ?, ?, ?)",
        number, business_units.current_mid(), key, object_id or guid(org.seed, "delivery profile", number), name,
        description,
    )  # fmt: skip
    return Outcome(f"Delivery profile {name} created", {"profiles": 1}, "send-classifications")


@command("messaging.create_send_classification")
def create_send_classification(
    org: Org,
    *,
    name: str,
    type: str = COMMERCIAL,
    sender_profile: str = DEFAULT,
    delivery_profile: str = DEFAULT,
    honors_publication_list_opt_outs: bool = False,
    priority: str = "Normal",
    key: str = "",
    object_id: str = "",
) -> Outcome:
    """Make a send classification. Sends keep what it said when they were published."""
    kind = _TYPES.get(type.strip().lower())
    if kind is None:
        raise Refused(f"'{type}' is no type of a send classification.", fix=f"{COMMERCIAL} or {TRANSACTIONAL}.")
    if priority not in PRIORITIES:
        raise Refused(f"'{priority}' is no priority.", fix=f"Choose one of: {', '.join(PRIORITIES)}.")
    sender, delivery = find_sender_profile(org, sender_profile), find_delivery_profile(org, delivery_profile)
    number, key, name = _new(
        org, "send_classifications", "classification_id", "classification_key", name, key, "send classification"
    )
    org.run(
        "INSERT INTO send_classifications VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        number, business_units.current_mid(), key, object_id or guid(org.seed, "send classification", number), name,
        kind, sender.profile_id, delivery.profile_id, int(honors_publication_list_opt_outs), priority,
    )  # fmt: skip
    return Outcome(f"Send classification {name} created ({kind})", {"classifications": 1}, "send-classifications")


@command("messaging.update_send_classification")
def update_send_classification(
    org: Org,
    *,
    name: str,
    type: str = "",
    sender_profile: str = "",
    honors_publication_list_opt_outs: bool | None = None,
    priority: str = "",
) -> Outcome:
    """Change a send classification, for what is published from now on."""
    found = find_classification(org, name)
    if priority and priority not in PRIORITIES:
        raise Refused(f"'{priority}' is no priority.", fix=f"Choose one of: {', '.join(PRIORITIES)}.")
    kind = _TYPES.get(type.strip().lower(), "") if type else found.type
    if not kind:
        raise Refused(f"'{type}' is no type of a send classification.", fix=f"{COMMERCIAL} or {TRANSACTIONAL}.")
    sender = find_sender_profile(org, sender_profile) if sender_profile else found.sender
    honors = found.honors_opt_outs if honors_publication_list_opt_outs is None else honors_publication_list_opt_outs
    org.run(
        """UPDATE send_classifications SET type = ?, sender_profile_id = ?, honors_opt_outs = ?, priority = ?
            WHERE classification_id = ?""",
        kind, sender.profile_id, int(honors), priority or found.priority, found.classification_id,
    )  # fmt: skip
    return Outcome(f"Send classification {found.name} changed", {"classifications": 1}, "send-classifications")
