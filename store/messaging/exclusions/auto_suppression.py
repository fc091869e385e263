"""Auto-suppression lists: addresses that sends in a context leave out, without naming the list.

Each is a data extension of the template CONTEXTUAL_SUPPRESSION_LISTS with the contexts in which it applies; lists that
apply together add up. Source: SFD:suppressionlistdefinition, SFD:suppressionlistcontext (AppliesToAllSends), domain G
(SuppressionListContextEnum); SFH:mc_es_auto_suppresion_lists: one made in a child business unit is for it alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units, data_extensions
from store.business_units import ENTERPRISE_MID
from store.commands import Outcome, command, run_command
from store.data_extensions import DataExtension
from store.errors import Refused, did_you_mean
from store.messaging.classification import find_classification, find_sender_profile

if TYPE_CHECKING:
    from store.messaging.emails import Job
    from store.org import Org

TEMPLATE, ADDRESS = "CONTEXTUAL_SUPPRESSION_LISTS", "Email Address"
CONTEXTS = ("Enterprise", "BusinessUnit", "SendClassification", "Send", "Global", "SenderProfile")
ALL_SENDS = "All"
SENDS = (ALL_SENDS, "Commercial", "Transactional")


@dataclass(frozen=True)
class AutoSuppression:
    """One auto-suppression list: its addresses, and (context, value, sends) of where it applies."""

    de: DataExtension
    addresses: int
    contexts: tuple[tuple[str, str, str], ...]


@command("messaging.create_auto_suppression")
def create_auto_suppression(org: Org, *, name: str, contexts: list[dict[str, str]]) -> Outcome:
    """Make an auto-suppression list; a context is {"context", "value", "sends"}.

    Its addresses are rows of the data extension of that name: data_extensions.insert or an import puts them there.
    """
    run_command(org, "data_extensions.create", {"definition": {"name": name, "template": TEMPLATE}})
    de = data_extensions.get(org, name)
    said = _keep(org, de, contexts)
    return Outcome(f"Auto-suppression list {de.path} created: {said}", {"lists": 1}, f"de/{de.path}")


@command("messaging.set_suppression_contexts")
def set_suppression_contexts(org: Org, *, name: str, contexts: list[dict[str, str]]) -> Outcome:
    """Say anew where an auto-suppression list applies; no context turns it off."""
    de = data_extensions.get(org, name)
    if de.template != TEMPLATE:
        raise Refused(f"{de.path} is no auto-suppression list.", fix="messaging.create_auto_suppression makes one.")
    org.run("DELETE FROM suppression_contexts WHERE de_id = ?", de.de_id)
    said = _keep(org, de, contexts) if contexts else "it applies nowhere"
    return Outcome(f"Auto-suppression list {de.path}: {said}", {"contexts": len(contexts)}, f"de/{de.path}")


def _keep(org: Org, de: DataExtension, contexts: list[dict[str, str]]) -> str:
    """Keep the contexts of a list, and say them. Raises Refused for what there is not."""
    if not contexts:
        raise Refused("An auto-suppression list needs a context.", fix=f"There are: {', '.join(CONTEXTS)}.")
    said = []
    for given in contexts:
        unknown = sorted(set(given) - {"context", "value", "sends"})
        if unknown:
            raise Refused(f"A context has no '{unknown[0]}'.", fix="It has context, value and sends.")
        context = _one_of(given.get("context", ""), CONTEXTS, "context")
        sends = _one_of(given.get("sends", ALL_SENDS), SENDS, "kind of sends")
        value = _value(org, de, context, str(given.get("value", "")).strip())
        org.run(
            "INSERT INTO suppression_contexts(de_id, context, value, sends) VALUES (?, ?, ?, ?)",
            de.de_id, context, value, sends,
        )  # fmt: skip
        said.append(_said(context, value, sends))
    return "; ".join(said)


def _one_of(written: str, known: tuple[str, ...], what: str) -> str:
    found = next((one for one in known if one.lower() == written.strip().replace(" ", "").lower()), None)
    if found is None:
        fix = did_you_mean(written, known) or f"There are: {', '.join(known)}."
        raise Refused(f"'{written}' is no {what}.", fix=fix)
    return found


def _value(org: Org, de: DataExtension, context: str, value: str) -> str:
    """What a context is about, as jobs know it."""
    if context == "BusinessUnit":
        mid = business_units.get(org, value).mid if value else de.mid
        if de.mid not in (ENTERPRISE_MID, mid):
            raise Refused(f"{de.path} belongs to a child business unit.", fix="It can apply to that one only.")
        return str(mid)
    if context == "SendClassification":
        return find_classification(org, value).name
    if context == "SenderProfile":
        return find_sender_profile(org, value).name
    if context == "Send" and not value:
        raise Refused("Which send?", fix="Give its customer key or its name as value.")
    return value if context == "Send" else ""


def _said(context: str, value: str, sends: str) -> str:
    of = f" {value}" if value else ""
    return f"{context}{of}" + ("" if sends == ALL_SENDS else f", {sends.lower()} sends")


def applying(org: Org, job: Job) -> Iterator[tuple[DataExtension, str]]:
    """The auto-suppression lists that a job is in the context of, with what it is; each once."""
    if org.value("SELECT 1 FROM suppression_contexts LIMIT 1") is None:
        return
    rows = org.rows(
        """SELECT c.de_id, c.context, c.value, c.sends, min(c.context_id) FROM suppression_contexts c
            WHERE (c.sends = 'All' OR c.sends = :type)
              AND CASE c.context WHEN 'BusinessUnit' THEN c.value = CAST(:mid AS TEXT)
                                 WHEN 'SendClassification' THEN c.value = :classification
                                 WHEN 'SenderProfile' THEN c.value = :profile
                                 WHEN 'Send' THEN c.value IN (:key, :name)
                                 ELSE 1 END
            GROUP BY c.de_id ORDER BY c.de_id""",
        {
            "type": job.classification, "mid": job.mid, "classification": job.send_classification,
            "profile": job.sender_profile, "key": job.definition_key, "name": job.name,
        },
    )  # fmt: skip
    for row in rows:
        de = data_extensions.find_by_id(org, row["de_id"])
        if de and de.mid in (ENTERPRISE_MID, job.mid):
            yield de, _said(row["context"], row["value"], row["sends"])


def auto_suppressions(org: Org) -> list[AutoSuppression]:
    """All auto-suppression lists with their contexts."""
    found = []
    for de in data_extensions.all_definitions(org):
        if de.template == TEMPLATE:
            rows = org.rows(
                "SELECT context, value, sends FROM suppression_contexts WHERE de_id = ? ORDER BY context_id", de.de_id
            )
            contexts = tuple((row["context"], row["value"], row["sends"]) for row in rows)
            found.append(AutoSuppression(de, data_extensions.count(org, de.path), contexts))
    return found
