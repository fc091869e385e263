"""The attributes that criteria and data-binding name: journey data, frozen at entry, and contact data, read live."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attribute:
    """`kind` is event, contact, key, output, context or default; `source` the event key or the data extension.

    `field` is the field in it; of an output, `source` is `Interaction.<activity key>` and `field` the argument's name.
    """

    kind: str
    source: str
    field: str

    @property
    def said(self) -> str:
        """For a sentence: journey data by its field, contact data with its data extension."""
        if self.kind == "key":
            return "Contact Key"
        return self.field if self.kind in ("event", "context", "default") else f"{self.source}.{self.field}"


def attribute(key: str) -> Attribute:
    """The attribute that a key means.

    `Event.<event key>.<Field>`, `Contact.Attribute.<Set>.<Field>`, `<Set>.<Field>`, `Contact.Key`; a bare field name is
    journey data. Quotes around names do not count. `Interaction.<activity>.<argument>`, `Context.<name>`,
    `InteractionDefaults.Email` and `Contact.Default.Email` are kinds of their own. Source: domain E2, recorded splits.
    """
    parts = key.replace('"', "").strip()
    lower = parts.lower()
    if lower in ("contact.key", "contact.contactkey"):
        return Attribute("key", "", "")
    if lower.startswith("event."):
        source, _, name = parts[6:].partition(".")
        return Attribute("event", source, name)
    if lower.startswith("contact.attribute."):
        source, _, name = parts[18:].rpartition(".")
        return Attribute("contact", source, name)
    if lower.startswith("interaction."):
        source, _, name = parts.rpartition(".")
        return Attribute("output", source, name)
    if lower.startswith(("context.", "datetime.")):
        return Attribute("context", "", parts)
    if lower.startswith(("contact.default.", "interactiondefaults.")):
        return Attribute("default", "", parts)
    source, dot, name = parts.rpartition(".")
    return Attribute("contact", source, name) if dot else Attribute("event", "", parts)
