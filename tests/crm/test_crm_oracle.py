"""Random lives of accounts and contacts against a plain dictionary."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import crm
from store.org import Org

NAMES = st.sampled_from(["Ada", "ada", "Bob", "Cy", None])
PICK = st.integers(0, 9)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("account"), NAMES),
        st.tuples(st.just("contact"), NAMES, PICK),
        st.tuples(st.just("update"), NAMES, PICK),
        st.tuples(st.just("delete"), st.sampled_from(["Account", "Contact"]), PICK),
        st.tuples(st.just("undelete"), st.sampled_from(["Account", "Contact"]), PICK),
    ),
    max_size=14,
)


class Oracle:
    """The same rules over dictionaries: an account takes its live contacts along and brings those back."""

    def __init__(self):
        self.records = {}

    def of(self, object_name, deleted=False):
        return [key for key, rec in self.records.items() if rec["object"] == object_name and rec["deleted"] == deleted]

    def delete(self, record_id):
        for other in (record_id, *[key for key, rec in self.records.items() if rec["account"] == record_id]):
            if not self.records[other]["deleted"]:
                self.records[other].update(deleted=True, root=record_id)

    def undelete(self, record_id):
        """Whether it comes back: not while its account is in the bin, and then it goes with the account."""
        account = self.records[record_id]["account"]
        if account and self.records[account]["deleted"]:
            return False
        for rec in self.records.values():
            if rec["root"] == record_id:
                rec.update(deleted=False, root=None)
        self.records[record_id].update(deleted=False, root=None)
        return True


def play(org, oracle, action, *rest):
    if action == "account":
        step = org.do("crm.create", object="Account", records=[{"Name": rest[0] or "x"}])
        oracle.records[step.subject.split("/")[-1]] = dict(
            object="Account", name=rest[0] or "x", account=None, deleted=False, root=None
        )
        return
    if action == "contact":
        accounts = oracle.of("Account")
        account = accounts[rest[1] % len(accounts)] if accounts else None
        values = {"LastName": "L", "FirstName": rest[0], "AccountId": account}
        step = org.do("crm.create", object="Contact", records=[values])
        oracle.records[step.subject.split("/")[-1]] = dict(
            object="Contact", name=rest[0], account=account, deleted=False, root=None
        )
        return
    object_name = "Contact" if action == "update" else rest[0]
    candidates = oracle.of(object_name, deleted=action == "undelete")
    if not candidates:
        return
    chosen = candidates[rest[1] % len(candidates)]
    if action == "update":
        org.do("crm.update", object="Contact", records=[{"Id": chosen, "FirstName": rest[0]}])
        oracle.records[chosen]["name"] = rest[0]
    elif action == "delete":
        org.do("crm.delete", object=object_name, ids=[chosen])
        oracle.delete(chosen)
    else:
        try:
            org.do("crm.undelete", object=object_name, ids=[chosen])
            came_back = True
        except crm.Rejected:
            came_back = False
        assert came_back == oracle.undelete(chosen)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_the_crm_agrees_with_a_dictionary_at_every_moment(steps):
    with tempfile.TemporaryDirectory() as folder, Org.create(Path(folder) / "w.mctui") as org:
        oracle = Oracle()
        past = []
        for step in steps:
            org.db.execute("UPDATE world SET now = now + 60")
            play(org, oracle, *step)
            past.append((org.now, {key: (rec["name"], rec["deleted"]) for key, rec in oracle.records.items()}))
        for at, then in past:
            for key, (name, is_deleted) in then.items():
                record = crm.record(org, key)
                field = "Name" if record.object == "Account" else "FirstName"
                assert crm.value_at(org, record.object, record.row_id, field, at) == name
                assert crm.value_at(org, record.object, record.row_id, "IsDeleted", at) == is_deleted
        assert org.rows("PRAGMA foreign_key_check") == []
        changes = [row[0] for name in ("Account", "Contact") for row in org.rows(f"SELECT change_no FROM crm_{name}")]
        assert len(set(changes)) == len(changes)
