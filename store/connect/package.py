"""The objects of the managed package that tracking is written to, as far as MC Connect fills them here.

source: domain C4; the names of the objects and most fields of the Individual Email Result as public repositories with
the package's metadata have them. ASSUMED: the totals of the Email Send, the fields of the Individual Link, MergeId.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import crm

if TYPE_CHECKING:
    from store.org import Org

EMAIL_SEND = "et4ae5__SendDefinition__c"
RESULT = "et4ae5__IndividualEmailResult__c"
LINK = "et4ae5__IndividualLink__c"

# Object -> its labels and fields: name without the namespace, type, what it points to.
_OBJECTS: dict[str, tuple[str, str, tuple[tuple[str, str, str], ...]]] = {
    EMAIL_SEND: (
        "Email Send",
        "Email Sends",
        (
            ("EmailName", "string", ""), ("Subject", "string", ""), ("FromName", "string", ""),
            ("FromEmail", "email", ""), ("DateSent", "datetime", ""), ("JobId", "int", ""),
            ("SendStatus", "string", ""), ("NumSent", "int", ""), ("NumOpened", "int", ""),
            ("NumClicked", "int", ""), ("NumBounced", "int", ""), ("NumUnsubscribed", "int", ""),
        ),
    ),
    RESULT: (
        "Individual Email Result",
        "Individual Email Results",
        (
            ("SendDefinition", "reference", EMAIL_SEND), ("Contact", "reference", "Contact"),
            ("Lead", "reference", "Lead"), ("Email", "email", ""), ("SubjectLine", "string", ""),
            ("TriggeredSendDefinitionName", "string", ""), ("JobId", "int", ""), ("BatchId", "int", ""),
            ("SubscriberId", "int", ""), ("DateSent", "datetime", ""), ("Opened", "boolean", ""),
            ("DateOpened", "datetime", ""), ("Clicked", "boolean", ""), ("NumberOfTotalClicks", "int", ""),
            ("NumberOfUniqueClicks", "int", ""), ("HardBounce", "boolean", ""), ("SoftBounce", "boolean", ""),
            ("DateBounced", "datetime", ""), ("DateUnsubscribed", "datetime", ""),
        ),
    ),
    LINK: (
        "Individual Link",
        "Individual Links",
        (
            ("IndividualEmailResult", "reference", RESULT), ("LinkName", "string", ""), ("URL", "url", ""),
            ("Clicks", "int", ""), ("DateFirstClicked", "datetime", ""), ("DateLastClicked", "datetime", ""),
        ),
    ),
}  # fmt: skip
MERGE_ID = "et4ae5__MergeId__c"  # by which a later run finds the record again: job, batch and subscriber


def install_package(org: Org) -> int:
    """Add the objects that the CRM does not have yet; returns how many."""
    missing = [name for name in _OBJECTS if crm.find_object(org, name) is None]
    for name in missing:
        label, plural, fields = _OBJECTS[name]
        own = tuple(_field(*field) for field in fields)
        merge = crm.Field(name=MERGE_ID, type="string", length=80, label="Merge Id", external_id=True)
        crm.define_object(org, crm.custom_object(name, (*own, merge), label=label, plural=plural))
    return len(missing)


def _field(name: str, kind: str, target: str) -> crm.Field:
    api_name = f"et4ae5__{name}__c"
    if kind == "reference":
        # source: Object Reference, a detail record goes with its master; a result stays when its person is deleted.
        how = "cascade" if target.startswith("et4ae5__") else "clear"
        return crm.Field(name=api_name, type="reference", reference_to=(target,), on_delete=how)  # type: ignore[arg-type]
    digits = {"precision": 18, "scale": 0} if kind == "int" else {}
    return crm.Field(name=api_name, type=kind, **digits)  # type: ignore[arg-type]
