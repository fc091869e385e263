"""What the integration user, whom MC Connect works as, may not see. What it cannot see it cannot synchronize.

source: Salesforce Help, "Field-Level Security"; Marketing Cloud Connect needs read access to the fields it reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.crm.objects import describe
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

DDL = """
CREATE TABLE crm_hidden_fields (        -- field-level security: fields that the integration user does not see
  object       TEXT NOT NULL,
  field        TEXT NOT NULL,
  PRIMARY KEY (object, field)
) WITHOUT ROWID;
"""
# source: Salesforce Help, field-level security cannot be set for fields that every record needs.
_ALWAYS_SEEN = frozenset(("Id", "IsDeleted", "CreatedDate", "LastModifiedDate", "SystemModstamp"))


def hidden_fields(org: Org, object_name: str) -> frozenset[str]:
    """The fields of an object that the integration user cannot see."""
    found = org.rows("SELECT field FROM crm_hidden_fields WHERE object = ?", object_name)
    return frozenset(row["field"] for row in found)


@command("crm.hide_fields")
def hide_fields(org: Org, *, object: str, fields: list[str]) -> Outcome:  # noqa: A002 (the product's word)
    """Hide fields of an object from the integration user: they are not offered for synchronization any more."""
    obj = describe(org, object)
    chosen = [obj.field(name) for name in fields]
    for field in chosen:
        if field.name in _ALWAYS_SEEN or (field.required and field.default is None):
            raise Refused(f"{obj.name}.{field.name} cannot be hidden.", cause="Every record needs it.")
        org.run("INSERT OR IGNORE INTO crm_hidden_fields VALUES (?, ?)", obj.name, field.name)
    names = ", ".join(field.name for field in chosen)
    return Outcome(f"The integration user does not see {obj.name}: {names}", {"fields": len(chosen)}, f"crm/{obj.name}")


@command("crm.show_fields")
def show_fields(org: Org, *, object: str, fields: list[str]) -> Outcome:  # noqa: A002
    """Let the integration user see fields again."""
    obj = describe(org, object)
    names = [obj.field(name).name for name in fields]
    for name in names:
        if not org.run("DELETE FROM crm_hidden_fields WHERE object = ? AND field = ?", obj.name, name):
            raise Refused(f"{obj.name}.{name} is not hidden.")
    shown = ", ".join(names)
    return Outcome(f"The integration user sees {obj.name}: {shown}", {"fields": len(names)}, f"crm/{obj.name}")
