"""One step: what it was and what it changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mctui.reading.memo import fields_of
from mctui.views import Change, StepView

if TYPE_CHECKING:
    from store import Org

LISTED = 8  # changes shown of one step; the diff lists all
_STAMPS = ("SystemModstamp", "LastModifiedDate")


def step(org: Org, k: int) -> StepView | None:
    """Step `k`, or None for the world as it was made and for a step that was undone."""
    from store import clock

    row = org.row("SELECT * FROM steps WHERE k = ?", k)
    if row is None:
        return None
    about, changes = _changes(org, row["subject"], row["at"])
    return StepView(
        k=k,
        title=row["title"],
        kind=row["kind"],
        at=row["at"],
        utc=clock.utc_text(row["at"]),
        system=clock.system_text(row["at"]),
        person=row["command"] is not None,
        subject=row["subject"],
        counts=tuple((name, count) for name, count in json.loads(row["changes"]).items() if count),
        about=about,
        changes=changes[:LISTED],
        more=max(len(changes) - LISTED, 0),
    )


def _changes(org: Org, subject: str, at: int) -> tuple[str, tuple[Change, ...]]:
    """Fields before and after, where the rooms keep them: the history of the one CRM record that it was about."""
    kind, _, key = subject.partition("/")
    return _of_record(org, key.rpartition("/")[2], at) if kind == "crm" and "/" in key else ("", ())


def _of_record(org: Org, record_id: str, at: int) -> tuple[str, tuple[Change, ...]]:
    from store import crm
    from store.errors import OrgError

    try:
        whole = crm.record(org, record_id)
    except OrgError:
        return "", ()
    newest = max((change.change_no for change in whole.history if change.at == at), default=0)
    found = [one for one in whole.history if one.change_no == newest and one.field not in _STAMPS]
    fields = fields_of(org, whole.object)
    return whole.name, tuple(
        Change(one.field, crm.shown(fields[one.field], one.old), crm.shown(fields[one.field], one.new)) for one in found
    )
