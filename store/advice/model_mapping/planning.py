"""Makes the plan of a mapping from what a person asked for, the CRM's objects and their records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import crm
from store.advice.model_mapping.building import Builder, build
from store.advice.model_mapping.fields import DELETED, synchronized_fields
from store.advice.model_mapping.model import Need, Plan, PlannedExtension, Proposal
from store.advice.model_mapping.proposals import propose
from store.advice.model_mapping.relations import measure, relation
from store.advice.model_mapping.wish import Related, Wish
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

WIDEST = 4000  # source: domain B2, characters of a row beyond which queries become slow
NIGHTLY = {"every": "daily", "at": "02:00"}


def plan(org: Org, wanted: Wish, schedule: dict[str, Any] | None = None) -> Plan:
    """The plan; nothing is made. Raises Refused when the master cannot be mapped, or a choice cannot be.

    A related object that the master is not related to is left out, with its reason.
    """
    master = crm.describe(org, wanted.object)
    _refuse_master(org, master)
    proposals: list[tuple[Proposal, tuple[str, ...]]] = []
    refused: list[tuple[str, str]] = []
    for each in wanted.related:
        related = crm.describe(org, crm.beside(master.name, each.object))
        try:
            found = relation(org, master, related, each.via)
        except Refused as error:
            refused.append((related.name, f"{error.message} {error.fix}".strip()))
            continue
        counted = measure(org, master, found)
        if wanted.is_open and counted.masters and not counted.with_any:
            refused.append((related.name, f"No {master.name} has any yet. Name it to have it taken along."))
            continue
        proposals.append((propose(master.name, found, counted, each), each.fields))
    builder = Builder(org, master, wanted)
    build(builder, proposals)
    steps = [[{"type": "query", "key": each.key} for each in builder.queries if each.step == step] for step in (1, 2)]
    automation = {
        "name": f"{builder.base} model",
        "key": f"{builder.base.lower()}-model",
        "steps": [step for step in steps if step],
        "schedule": schedule if schedule is not None else dict(NIGHTLY),
    }
    return Plan(
        master.name,
        crm.count(org, master.name),
        tuple(proposal for proposal, _ in proposals),
        tuple(refused),
        tuple(builder.extensions),
        tuple(builder.queries),
        automation,
        _group(builder),
        tuple(_needs(org, builder)),
        tuple(_notes(org, builder)),
    )


def _refuse_master(org: Org, master: crm.Object) -> None:
    if master.api_name == "Account" and master.find("IsPersonAccount") is not None:
        # source: domain A1, for Person Accounts the key is PersonContactId; with the Account's id people are two
        raise Refused(
            "Account cannot be the master object: this org has person accounts.",
            cause="The Contact Key of a Person Account is its PersonContactId (003), not the Account's id.",
            fix="Map Contact with Account: the contact of each person account is there, with the account's fields.",
        )
    if master.name.lower().endswith("__mdt"):
        raise Refused(f"{master.name} cannot be mapped: custom metadata types do not sync.")  # source: domain C1


def _group(builder: Builder) -> dict[str, Any] | None:
    """The attribute group; only people are linked to the Contact."""
    if not builder.is_person:
        return None
    flat = {"de": builder.flat, "by": builder.fields[0]["name"], "cardinality": "1:1"}
    about = f"The flat model of {builder.master.plural}"
    return {"name": f"{builder.base} model", "description": about, "links": [flat, *builder.links]}


def _needs(org: Org, builder: Builder) -> list[Need]:
    """What is not synchronized yet of the objects and fields that the queries read."""
    found = []
    for name, fields in builder.used.items():
        there = synchronized_fields(org, name)
        if there is None:
            listed = list(fields)
            said = f"{name} is not synchronized: {', '.join(listed)}"
            found.append(Need("connect.synchronize", {"object": name, "fields": listed}, said))
        elif missing := [field for field in fields if field not in there]:
            said = f"{name} is synchronized without {', '.join(missing)}"
            found.append(Need("connect.change_fields", {"object": name, "add": missing}, said))
    return found


def _notes(org: Org, builder: Builder) -> list[str]:
    notes = [_width(each) for each in builder.extensions]
    kept = [name for name in builder.used if not builder.keeps_deleted(name)]
    if kept:
        notes.append(f"{DELETED} is not synchronized of {', '.join(kept)}: rows of deleted records cannot be told.")
    if org.assumption("synchronized_de_deletes") == "kept":  # source: seed, "No delete sync"
        notes.append("A deletion in the CRM does not reach the Synchronized Data Extensions: its rows stay, here too.")
    notes.append(f"Rows of {builder.flat} whose record is deleted in the CRM stay: an Update never removes a row.")
    if not builder.is_person:
        notes.append(f"{builder.flat} is not sendable: a {builder.master.label} is no contact.")
    elif not any(each["type"] == "EmailAddress" for each in builder.fields):
        notes.append(f"{builder.flat} has no field of type EmailAddress: nobody can be mailed from it.")
    account = crm.beside(builder.master.name, "Account")
    if account in builder.used and crm.describe(org, account).find("IsPersonAccount"):
        notes.append("Of person accounts the fields that double the contact's are not copied (Person..., __pc).")
    return [note for note in notes if note]


def _width(planned: PlannedExtension) -> str:
    width = sum(int(each.get("length") or {"EmailAddress": 254, "Phone": 50}.get(each["type"], 0))
                for each in planned.definition["fields"])  # fmt: skip
    if width <= WIDEST:
        return ""
    return f"{planned.name} is {width:,} characters wide: more than {WIDEST:,} make queries slow. Choose fewer fields."


def related_to(org: Org, object_name: str) -> list[str]:
    """The names of the synchronized objects that are related to a master."""
    return [each.object for each in default_related(org, object_name)]


def default_related(org: Org, object_name: str) -> tuple[Related, ...]:
    """The synchronized objects that are related to a master: what a mapping without a choice takes, if any has them."""
    from store import connect

    master = crm.describe(org, object_name)
    found = []
    for source in connect.sources(org):
        if source.object != master.name:
            try:
                relation(org, master, crm.describe(org, source.object))
            except Refused:
                continue
            found.append(Related(source.object))
    return tuple(found)
