"""Validation rules: a formula that must not be true of a saved record, with the message that a person reads.

source: Salesforce Help, "Validation Rules"; SOAP API Developer Guide, FIELD_CUSTOM_VALIDATION_EXCEPTION.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.crm.formula import compile_formula
from store.crm.objects import Object, describe
from store.crm.problems import Problem
from store.crm.saving import Batch, RowsRefused, stage
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

DDL = """
CREATE TABLE crm_validation_rules (     -- one row is one rule
  object       TEXT NOT NULL REFERENCES crm_objects(name),
  name         TEXT NOT NULL,
  condition    TEXT NOT NULL,           -- formula; true: the record is refused
  message      TEXT NOT NULL,
  field        TEXT NOT NULL,           -- where the message stands; empty: at the top of the page
  active       INTEGER NOT NULL,
  PRIMARY KEY (object, name)
) WITHOUT ROWID;
"""
CODE = "FIELD_CUSTOM_VALIDATION_EXCEPTION"


@dataclass(frozen=True)
class ValidationRule:
    """One rule, see the table."""

    object: str
    name: str
    condition: str
    message: str
    field: str
    active: bool


def validation_rules(org: Org, object_name: str = "") -> list[ValidationRule]:
    """The rules of an object, or all, by name."""
    sql = "SELECT * FROM crm_validation_rules WHERE object = ?1 OR ?1 = '' ORDER BY object, name"
    return [ValidationRule(**{**dict(row), "active": bool(row["active"])}) for row in org.rows(sql, object_name)]


def _active(org: Org, obj: Object) -> bool:
    return org.value("SELECT 1 FROM crm_validation_rules WHERE object = ? AND active LIMIT 1", obj.name) is not None


@stage("validation_rules", _active)
def validate(org: Org, batch: Batch) -> None:
    """Refuse the records of which a rule's condition is true; what is deleted is not validated."""
    if batch.by_system or batch.kind not in ("create", "update"):
        return
    found: dict[int, Problem] = {}
    for rule in validation_rules(org, batch.obj.name):
        if not rule.active:
            continue
        condition = compile_formula(org, batch.obj, rule.condition, "r", batch.prior_alias).sql
        sql = f"SELECT r.row_id FROM {batch.table} WHERE r.row_id IN ({batch.rows}) AND {condition} ORDER BY r.row_id"
        fields = (rule.field,) if rule.field else ()
        for row in org.rows(sql):
            found.setdefault(row["row_id"], Problem(row["row_id"], CODE, rule.message, fields))
    if found:
        raise RowsRefused(batch.obj.name, dict(sorted(found.items())))


@command("crm.define_validation_rule")
def define_validation_rule(
    org: Org,
    *,
    object: str,  # noqa: A002 (the product's word)
    name: str,
    condition: str,
    message: str,
    field: str = "",
    active: bool = True,
) -> Outcome:
    """Add a validation rule, or change the one of that name. The condition is a formula; true refuses the record."""
    obj = describe(org, object)
    made = compile_formula(org, obj, condition, "r")
    if made.kind != "boolean":
        raise Refused(f"Error: The condition of {name} is {made.kind}; it must be true or false.")
    if not message.strip():
        raise Refused(f"{name} needs an error message.")
    where = obj.field(field).name if field else ""
    org.run(
        "INSERT OR REPLACE INTO crm_validation_rules VALUES (?, ?, ?, ?, ?, ?)",
        obj.name, name, condition, message, where, int(active),
    )  # fmt: skip
    return Outcome(f"Validation rule {name} of {obj.label}: {message}", {"validation rules": 1}, f"crm/{obj.name}")


@command("crm.activate_validation_rule")
def activate_validation_rule(org: Org, *, object: str, name: str, active: bool = True) -> Outcome:  # noqa: A002
    """Switch a validation rule on or off."""
    obj = describe(org, object)
    sql = "UPDATE crm_validation_rules SET active = ? WHERE object = ? AND name = ?"
    if not org.run(sql, int(active), obj.name, name):
        raise Refused(f"{obj.name} has no validation rule {name}.")
    state = "active" if active else "inactive"
    return Outcome(f"Validation rule {name} of {obj.label} is {state}", {"validation rules": 1}, f"crm/{obj.name}")
