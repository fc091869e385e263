"""Definitions that APIs send by, as the two APIs write them: what each says, and what publishing makes of it.

Settings are the JSON of the API, unchanged: `subscriptions.autoAddSubscriber` of the one is `AutoAddSubscribers` of the
other. What is sent is what was published last.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import business_units, contacts
from store.clock import system_text
from store.errors import Refused
from store.ids import guid
from store.messaging.classification import find_classification
from store.messaging.emails import Email, create_job, find_email, find_email_of_asset
from store.messaging.mobile import Draft, create_message, keyword_id, message_of

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

Json = dict[str, Any]
TRANSACTIONAL, TRIGGERED = "transactional", "triggered send"
COMMERCIAL_TYPE, TRANSACTIONAL_TYPE = "Commercial", "Transactional"


@dataclass(frozen=True)
class Definition:
    """One definition; `settings` as they are now, `published` as they are sent by."""

    definition_id: int
    api: str
    mid: int
    key: str
    object_id: str
    channel: str
    status: str
    settings: Json
    published: Json | None
    job_id: int | None
    created_at: int
    modified_at: int

    def part(self, name: str) -> Json:
        """An object inside the settings that are sent by, by its name in any case; empty when it is not there."""
        found = field(self.published or self.settings, name)
        return found if isinstance(found, dict) else {}

    def value(self, name: str, default: Any = None) -> Any:
        """A value of the settings that are sent by, by its name in any case."""
        found = field(self.published or self.settings, name)
        return default if found is None else found

    @property
    def name(self) -> str:
        return str(self.value("name") or self.key)

    @property
    def auto_add(self) -> bool:
        """Whether whoever is not in All Subscribers joins them (of SMS: is opted in to the keyword)."""
        if self.api == TRANSACTIONAL:
            return is_true(field(self.part("subscriptions"), "autoAddSubscriber"), default=True)
        return is_true(self.value("AutoAddSubscribers"))

    @property
    def auto_update(self) -> bool:
        """Whether All Subscribers gets the address that a request has."""
        if self.api == TRANSACTIONAL:
            return is_true(field(self.part("subscriptions"), "updateSubscriber"), default=True)
        return is_true(self.value("AutoUpdateSubscribers"))

    @property
    def classification(self) -> str:
        """Commercial or Transactional. A transactional definition is never anything else."""
        if self.api == TRANSACTIONAL:
            return TRANSACTIONAL_TYPE
        return type_of_classification(classification_key(self.published or self.settings))

    @property
    def data_extension(self) -> str:
        """The data extension that gets a row per recipient, empty for none."""
        if self.api == TRANSACTIONAL:
            return str(field(self.part("subscriptions"), "dataExtension") or "")
        return str(field(self.part("SendSourceDataExtension"), "CustomerKey") or "")


def field(settings: Json, name: str) -> Any:
    """A value by its name, case not counting."""
    return next((value for each, value in settings.items() if each.lower() == name.lower()), None)


def is_true(value: Any, *, default: bool = False) -> bool:
    """A flag that may be written as text."""
    return default if value is None else str(value).strip().lower() in ("true", "1")


def classification_key(settings: Json) -> str:
    """What names the send classification: text, or an object with its CustomerKey."""
    found = field(settings, "classification") or field(settings, "SendClassification")
    return str(field(found, "CustomerKey") or "") if isinstance(found, dict) else str(found or "")


def type_of_classification(key: str) -> str:
    """Commercial unless its key says otherwise. Source: WSDL, SendClassificationTypeEnum Operational, Marketing."""
    words = key.lower()
    return TRANSACTIONAL_TYPE if "transactional" in words or "operational" in words else COMMERCIAL_TYPE


def _definition(row: sqlite3.Row) -> Definition:
    published = json.loads(row["published"]) if row["published"] else None
    return Definition(
        row["definition_id"], row["api"], row["mid"], row["key"], row["object_id"], row["channel"], row["status"],
        json.loads(row["settings"]), published, row["job_id"], row["created_at"], row["modified_at"],
    )  # fmt: skip


def find(org: Org, api: str, key: str) -> Definition | None:
    """The definition of that key (of a triggered send: or that ObjectID) in this business unit, or None."""
    row = org.row(
        """SELECT * FROM send_definitions WHERE api = :api AND mid = :mid AND (key = :key OR object_id = lower(:key))
           ORDER BY key = :key DESC LIMIT 1""",
        {"api": api, "mid": business_units.current_mid(), "key": key.strip()},
    )
    return _definition(row) if row else None


def by_id(org: Org, definition_id: int) -> Definition:
    """The definition of that id."""
    row = org.row("SELECT * FROM send_definitions WHERE definition_id = ?", definition_id)
    assert row is not None
    return _definition(row)


def definitions(org: Org, api: str) -> list[Definition]:
    """All of an API, by business unit and key."""
    return [_definition(row) for row in org.rows("SELECT * FROM send_definitions WHERE api = ? ORDER BY mid, key", api)]


def definition_keys(org: Org) -> list[str]:
    """The keys of all definitions, which are those of their send jobs."""
    return [row[0] for row in org.rows("SELECT DISTINCT key FROM send_definitions ORDER BY key")]


def create(org: Org, api: str, key: str, channel: str, status: str, settings: Json) -> Definition:
    """Keep a new definition."""
    number = int(org.value("SELECT coalesce(max(definition_id), 0) + 1 FROM send_definitions"))
    org.run(
        "INSERT INTO send_definitions VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?)",
        number, api, business_units.current_mid(), key.strip(), guid(org.seed, "send definition", number), channel,
        status, json.dumps(settings, ensure_ascii=False), org.now, org.now,
    )  # fmt: skip
    return by_id(org, number)


def change(org: Org, definition: Definition, *, status: str = "", settings: Json | None = None) -> Definition:
    """Keep what was changed of a definition."""
    kept = definition.settings if settings is None else settings
    org.run(
        "UPDATE send_definitions SET status = ?, settings = ?, modified_at = ? WHERE definition_id = ?",
        status or definition.status, json.dumps(kept, ensure_ascii=False), org.now, definition.definition_id,
    )  # fmt: skip
    return by_id(org, definition.definition_id)


def blank(api: str, settings: Json) -> Definition:
    """A definition that is not kept yet, to be asked what its settings say."""
    return Definition(0, api, business_units.current_mid(), "", "", "email", "New", settings, None, None, 0, 0)


def email_of(org: Org, definition: Definition) -> Email | None:
    """The email that settings name: the asset's customer key, or the email's ID."""
    content, email = definition.value("content"), definition.value("Email")
    if isinstance(content, dict):
        key = str(field(content, "customerKey") or "")
        return find_email_of_asset(org, key, key)
    number = field(email, "ID") if isinstance(email, dict) else email
    return find_email(org, int(str(number))) if str(number or "").isdecimal() else None


def publish(org: Org, definition: Definition) -> Definition:
    """Make the settings as they are now those that are sent by: a new job, or a new mobile message."""
    org.run("UPDATE send_definitions SET published = settings WHERE definition_id = ?", definition.definition_id)
    published = by_id(org, definition.definition_id)
    with business_units.acting(org, published.mid):
        number = _message(org, published) if published.channel == "sms" else _job(org, published)
    org.run("UPDATE send_definitions SET job_id = ? WHERE definition_id = ?", number, definition.definition_id)
    return by_id(org, definition.definition_id)


def _job(org: Org, published: Definition) -> int:
    email = email_of(org, published)
    if email is None:
        raise Refused(f"The email of {published.key} is not there.", fix="Create it first: messaging.create_email.")
    options = {
        "object_id": published.object_id,
        "key": published.key,
        "subject": str(published.value("DynamicEmailSubject") or published.value("EmailSubject") or ""),
        "classification": _classification(org, published),
        "auto_add": published.auto_add,
        **_lists(org, published),
    }
    return create_job(org, email.email_id, published.name, definition=options).job_id


def _classification(org: Org, published: Definition) -> str:
    """The send classification that settings name, where it is there and of the right type; else the type's default."""
    try:
        found = find_classification(org, classification_key(published.published or published.settings))
    except Refused:
        return published.classification
    return published.classification if published.api == TRANSACTIONAL and not found.is_transactional else found.key


def _lists(org: Org, published: Definition) -> dict[str, Any]:
    """The list and the exclusion lists that settings name, as far as they are there.

    The Transactional Messaging API has no suppression lists and no exclusion scripts. Source: domain G.
    """
    transactional = published.api == TRANSACTIONAL
    named = field(published.part("subscriptions"), "list") if transactional else field(published.part("List"), "ID")
    excluding = published.value("ExclusionListCollection") or []
    numbers = [field(each, "ID") for each in excluding if isinstance(each, dict)] if not transactional else []
    found = contacts.find_list(org, named) if named else None
    return {
        "list": found.list_id if found and found.kind != contacts.SUPPRESSION else None,
        "exclude": [number for number in numbers if number and contacts.find_list(org, number)],
        "suppresses": not transactional,
    }


def _message(org: Org, published: Definition) -> int:
    subscriptions = published.part("subscriptions")
    code, keyword = str(field(subscriptions, "shortCode") or ""), str(field(subscriptions, "keyword") or "")
    versions = org.value("SELECT count(*) FROM mobile_messages WHERE object_id GLOB ? || '*'", published.object_id)
    object_id = f"{published.object_id}-{versions + 1}" if versions else published.object_id
    draft = Draft(
        "sms", published.name, str(field(published.part("content"), "message") or ""), object_id, "", "", published.mid,
        keyword_id=keyword_id(org, code, keyword) if code and keyword else None,
    )  # fmt: skip
    create_message(org, draft)
    message = message_of(org, object_id)
    assert message is not None
    return message.message_id


def as_definition(org: Org, definition: Definition) -> Json:
    """A transactional definition as the API shows it. Source: domain F3, recorded answers."""
    known = ("name", "description", "classification", "content", "subscriptions", "options")
    given = {name: value for name in known if (value := field(definition.settings, name)) is not None}
    return {
        "requestId": guid(org.seed, "definition read", definition.definition_id, org.k),
        "name": definition.key, "definitionKey": definition.key, "definitionId": definition.object_id,
        "classification": "Default Transactional", **given, "status": definition.status,
        "createdDate": system_text(definition.created_at).replace(" ", "T"),
        "modifiedDate": system_text(definition.modified_at).replace(" ", "T"),
    }  # fmt: skip
