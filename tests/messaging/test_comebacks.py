"""Whose mail came back becomes active again with the next open or click, whichever message it is of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from store import Org
from store.invariants import check
from tests.journey import worlds

PEOPLE = 60
BOUNCING = {"soft_bounce_rate": 0.3, "soft_bounce_delay": 3600, "open_rate": 0.4, "open_delay": 86400}


def _twice(folder: Path, tiers: tuple[str, ...]) -> Org:
    """A row for each tier of everyone; one message goes to Gold, another to the others, a third to all."""
    org = worlds.world(folder)
    org.do("messaging.set_engagement", values=BOUNCING)
    fields = [{**field, "is_primary_key": False} for field in worlds.data_extension()["fields"]]
    org.do("data_extensions.create", definition=worlds.data_extension("Twice", key="twice", fields=fields))
    rows: list[dict[str, Any]] = [worlds.person(n, Tier=tier) for tier in tiers for n in range(PEOPLE)]
    org.do("data_extensions.insert", de="Twice", rows=rows)
    spec = worlds.journey(
        worlds.decision("Tier", (worlds.where("Tier", "Equal", "Gold"), "E1"), remainder="E2"),
        worlds.email("E1", "W", 1), worlds.email("E2", "W", 2), worlds.wait("W", "E3", 2), worlds.email("E3", None, 3),
    )  # fmt: skip
    return worlds.published(org, spec, worlds.event_definition("Twice"))


@pytest.mark.parametrize("tiers", [("Gold",), ("Gold", "Silver")], ids=["entered once", "entered twice at once"])
def test_what_is_to_come_is_noted_when_mail_comes_back(tmp_path: Path, tiers: tuple[str, ...]) -> None:
    """Source: domain A2, an open or click makes a bounced subscriber active. The check looks at all who bounced."""
    with _twice(tmp_path, tiers) as org:
        active = 0
        while (step := org.step()) is not None:
            assert check(org) == []
            active += step.changes.get("now active", 0)
        assert active > 0
        other_way = """SELECT count(*) FROM comebacks c JOIN send_batches b USING (batch_id)
                        WHERE EXISTS (SELECT 1 FROM responses r JOIN send_batches o USING (batch_id)
                                       WHERE r.bounced_at IS NOT NULL AND r.visit & 4294967295 = c.contact_id
                                         AND o.cohort_id <> b.cohort_id AND o.sent_at = b.sent_at)"""
        assert (org.value(other_way) > 0) == (len(tiers) == 2)
