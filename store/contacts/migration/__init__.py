"""Subscriber-key migration: planned, done once, and what it leaves behind. Source: domain A6, seed."""

from __future__ import annotations

from store.contacts.migration import migrate as _migrate  # noqa: F401 (registers its command)
from store.contacts.migration.hooks import (
    MERGED,
    Touched,
    move_contacts,
    move_visits,
    on_contacts_merged,
    run_by_automations,
    touched_by_key_migration,
)
from store.contacts.migration.literals import keys_named
from store.contacts.migration.mappings import Mapping, possible_mappings
from store.contacts.migration.plan import NEW, OLD, KeyPlan, key_plan
from store.contacts.migration.readings import KeyMigration, aftermath, key_migration, sql_came_again
from store.contacts.migration.tables import DDL

__all__ = [
    "DDL",
    "MERGED",
    "NEW",
    "OLD",
    "KeyMigration",
    "KeyPlan",
    "Mapping",
    "Touched",
    "aftermath",
    "key_migration",
    "key_plan",
    "keys_named",
    "move_contacts",
    "move_visits",
    "on_contacts_merged",
    "possible_mappings",
    "run_by_automations",
    "sql_came_again",
    "touched_by_key_migration",
]
