"""What a migration would do: which keys map, which merge, which have no partner. Nothing is changed.

The mapping is a data extension with a field of old keys and one of new ones, such as OldSubKey and NewSubKey, or a
Synchronized Data Extension itself: Email is the old key, Id the new one.
Source: WEB:digitalmarketingoncloud.com, what the mapping must fulfil; domain A6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import data_extensions
from store.assumptions import assume
from store.contacts.contacts import MAX_KEY_LENGTH
from store.contacts.deletion.suppressed import SUPPRESSED
from store.contacts.migration.hooks import Touched, touched
from store.scratch import reading_only, scratch

if TYPE_CHECKING:
    from store.org import Org

OLD, NEW = "OldSubKey", "NewSubKey"  # source: WEB:digitalmarketingoncloud.com
# A suppressed contact is hidden; one whose deletion waits in the queue keeps the key by which it was named.
GOING = "SELECT contact_id FROM contact_deletion_members"
KEYS = "SELECT old_key FROM temp.key_mapping WHERE outcome IN ('changed', 'merged')"

assume(
    "key_migration_merges",
    True,
    (True, False),
    "Several old keys of one new key, or a new key that is a contact already, are merged; otherwise only the"
    " oldest contact of a free new key gets it and the others are left out.",
    "domain A6, history is kept at the lowest level; WEB:digitalmarketingoncloud.com: no duplicates in NewSubKey",
)

_COLUMNS = """old_key TEXT PRIMARY KEY COLLATE NOCASE, new_key TEXT COLLATE NOCASE, contact_id INTEGER,
              target_id INTEGER, outcome TEXT"""


@dataclass(frozen=True)
class KeyPlan:
    """Counts of old keys by what would become of them, and what else the migration meets.

    `changed` get the new key alone; `merged` go into a contact that has it or gets it too; `twice` have several new
    keys in the mapping; `bad` have an empty or overlong one, or one that is an old key itself; `left_out` are in the
    queue for deletion, or would go into such a contact; `unknown` are no contacts. `without_partner` are contacts that
    the mapping does not name: they keep their keys.
    """

    mapping: str
    old_field: str
    new_field: str
    changed: int
    merged: int
    collisions: int
    twice: int
    bad: int
    left_out: int
    unknown: int
    without_partner: int
    touched: tuple[Touched, ...]

    @property
    def blocked(self) -> tuple[Touched, ...]:
        """What must be stopped first."""
        return tuple(one for one in self.touched if one.blocks)


def key_plan(org: Org, mapping: str, old_key: str = OLD, new_key: str = NEW) -> KeyPlan:
    """The plan of a migration by a mapping. Raises Refused for a data extension or field that is not there."""
    de = data_extensions.get(org, mapping)
    old, new = de.field(old_key).name, de.field(new_key).name
    with reading_only(org):
        read_mapping(org, mapping, old, new)
        plan = _counted(org, de.path, old, new)
        org.run("DELETE FROM temp.key_mapping")
    return plan


def _counted(org: Org, path: str, old: str, new: str) -> KeyPlan:
    """The plan of the mapping that was read."""
    counts = {
        row[0]: int(row[1]) for row in org.rows("SELECT outcome, count(*) FROM temp.key_mapping GROUP BY outcome")
    }
    collisions = org.value("SELECT count(*) FROM temp.key_mapping WHERE outcome = 'merged' AND target_id IS NOT NULL")
    named = "SELECT contact_id FROM temp.key_mapping WHERE contact_id IS NOT NULL"
    targets = "SELECT target_id FROM temp.key_mapping WHERE target_id IS NOT NULL"
    without = f"SELECT count(*) FROM contacts WHERE contact_id NOT IN ({named}) AND contact_id NOT IN ({targets})"
    return KeyPlan(
        path, old, new, counts.get("changed", 0), counts.get("merged", 0), int(collisions), counts.get("twice", 0),
        counts.get("bad", 0), counts.get("left out", 0), counts.get("unknown", 0), int(org.value(without)),
        tuple(touched(org, KEYS)),
    )  # fmt: skip


def read_mapping(org: Org, mapping: str, old: str, new: str) -> None:
    """Fill the TEMP table key_mapping: one row is an old key with its new key, contacts and outcome."""
    de = data_extensions.get(org, mapping)
    scratch(org, "key_mapping", _COLUMNS)
    given = f"""SELECT trim({data_extensions.quoted(old)}) COLLATE NOCASE AS old_key,
                       trim({data_extensions.quoted(new)}) COLLATE NOCASE AS new_key
                  FROM {data_extensions.quoted(de.table_name)}"""
    org.run(
        f"""INSERT INTO temp.key_mapping
            SELECT g.old_key, min(g.new_key), k.contact_id, t.contact_id,
                   CASE WHEN k.contact_id IS NULL OR k.contact_id IN ({SUPPRESSED}) THEN 'unknown'
                        WHEN count(DISTINCT g.new_key) > 1 THEN 'twice'
                        WHEN coalesce(length(min(g.new_key)), 0) NOT BETWEEN 1 AND {MAX_KEY_LENGTH}
                             OR min(g.new_key) = g.old_key
                             OR min(g.new_key) IN (SELECT old_key FROM ({given})) THEN 'bad'
                        WHEN t.contact_id IN ({GOING}) OR k.contact_id IN ({GOING}) THEN 'left out'
                        ELSE 'changed' END
              FROM ({given}) g LEFT JOIN contacts k ON k.contact_key = g.old_key
                   LEFT JOIN contacts t ON t.contact_key = g.new_key
             WHERE g.old_key <> ''
             GROUP BY g.old_key ORDER BY g.old_key"""
    )
    org.run("CREATE INDEX IF NOT EXISTS temp.key_mapping_new ON key_mapping(new_key)")  # who else gets the same key
    several = "merged" if org.assumption("key_migration_merges") else "left out"
    # Of several old keys the contact that is oldest gets the new key; whoever has it already stays.
    org.run(
        """UPDATE temp.key_mapping AS m SET outcome = :several
            WHERE outcome = 'changed' AND (target_id IS NOT NULL OR contact_id > (
                  SELECT min(o.contact_id) FROM temp.key_mapping o
                   WHERE o.new_key = m.new_key AND o.outcome IN ('changed', :several)))""",
        {"several": several},
    )
