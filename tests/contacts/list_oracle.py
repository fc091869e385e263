"""What subscribers, lists, levels and sends come to, said in plain Python: a status each, and a set for each level.

Source: domain A2 (statuses), A3 (levels of unsubscribing), G (what a send leaves out, and in which order).
"""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = {"News": "publication list", "Offers": "publication list", "Staff": "list", "Rivals": "suppression list"}
LEFT_OUT = {"held": 2, "unsubscribed": 1, "opted out": 28, "suppressed": 27, "global": 24}


@dataclass(frozen=True)
class Send:
    """What a send names."""

    unit: str = ""
    transactional: bool = False
    honors: bool = False
    list: str = ""
    suppression: tuple[str, ...] = ()
    exclude: str = ""


@dataclass
class Oracle:
    """What is so, in sets; a person in `status` is in All Subscribers."""

    status: dict[str, str] = field(default_factory=dict)
    left_germany: set[str] = field(default_factory=set)
    globally: set[str] = field(default_factory=set)
    kinds: dict[str, str] = field(default_factory=lambda: dict(KINDS))
    on: dict[tuple[str, str], str] = field(default_factory=dict)
    last: dict[str, Send] = field(default_factory=dict)  # the last message that each got

    def why_not(self, key: str, send: Send) -> tuple[int, str] | None:
        """The first reason that holds, with what was kept of it; None for who is mailed."""
        if (send.exclude, key) in self.on:
            return LEFT_OUT["suppressed"], f"exclusion list {send.exclude}"
        for name in send.suppression:
            if self.on.get((name, key)) == "unsubscribed":
                return LEFT_OUT["suppressed"], f"suppression list {name}"
        if key in self.globally:
            return LEFT_OUT["global"], "global unsubscribe"
        if self.status[key] == "held":
            return LEFT_OUT["held"], ""
        if self.status[key] == "unsubscribed" and not send.transactional:
            return LEFT_OUT["unsubscribed"], ""
        if key in self.left_germany and send.unit == "Germany" and not send.transactional:
            return LEFT_OUT["unsubscribed"], "business unit Germany"
        if self.on.get((send.list, key)) == "unsubscribed" and (not send.transactional or send.honors):
            kind = self.kinds[send.list]
            code = LEFT_OUT["opted out" if kind == "publication list" else "unsubscribed"]
            return code, f"{kind} {send.list}"
        return None

    # ---- what happens

    def joins(self, key: str) -> None:
        self.status.setdefault(key, "active")

    def leaves_all(self, key: str) -> None:
        """A master unsubscribe marks the lists too. Source: SFH:mc_es_universal_unsubscribe."""
        self.status[key] = "unsubscribed"
        for name, of in self.on:
            if of == key and self.kinds[name] != "suppression list":
                self.on[name, of] = "unsubscribed"

    def imported(self, name: str, key: str, status: str) -> bool:
        """One row of an import or of the API; whether it is taken."""
        if key in self.globally or (name != "All Subscribers" and status == "held"):
            return False
        self.joins(key)
        if name == "All Subscribers":
            if status == "unsubscribed":
                self.leaves_all(key)
            elif status == "active" and self.status[key] != "unsubscribed":
                self.status[key] = "active"
            elif status == "held" and self.status[key] != "unsubscribed":
                self.status[key] = "held"
            return True
        default = "unsubscribed" if self.kinds[name] == "suppression list" else "active"
        self.on[name, key] = status or self.on.get((name, key), default)
        return True

    def responds(self, key: str, kind: str) -> None:
        send = self.last[key]
        if kind == "open" and self.status[key] in ("held", "bounced"):
            self.status[key] = "active"
        if kind == "hard bounce" and self.status[key] == "active":
            self.status[key] = "bounced"
        if kind == "unsubscribe" and send.list:
            self.on[send.list, key] = "unsubscribed"
        elif kind in ("unsubscribe", "complaint"):
            if send.unit == "Germany":
                self.left_germany.add(key)
            else:
                self.leaves_all(key)

    def sent(self, keys: list[str], send: Send) -> dict[str, tuple[int, str]]:
        """Send; who is left out with what. Whoever stands in the audience is on the publication list from then on."""
        found = {key: why for key in keys if (why := self.why_not(key, send)) is not None}
        for key in keys:
            if send.list:
                self.on.setdefault((send.list, key), "active")
            if key not in found:
                self.last[key] = send
        return found
