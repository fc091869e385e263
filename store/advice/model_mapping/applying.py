"""The command `mapping.apply`: all of a plan in one step, ready to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store.advice.model_mapping.model import Plan
from store.advice.model_mapping.planning import default_related, plan
from store.advice.model_mapping.wish import Wish, wish
from store.commands import Outcome, command, run_command
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org


def planned(
    org: Org,
    object: str,  # noqa: A002 (the CRM's word)
    related: Sequence[str | Mapping[str, Any]] | None = None,
    prefix: str = "",
    fields: Sequence[str] = (),
    schedule: dict[str, Any] | None = None,
) -> Plan:
    """The plan that mapping.apply would make of these arguments; nothing is made."""
    wanted = wish(object, related or (), prefix, fields)
    if related is None:
        wanted = Wish(wanted.object, default_related(org, wanted.object), wanted.prefix, wanted.fields, True)
    return plan(org, wanted, schedule)


@command("mapping.apply")
def apply(
    org: Org,
    *,
    object: str,  # noqa: A002
    related: list[str | dict[str, Any]] | None = None,
    prefix: str = "",
    fields: list[str] | None = None,
    schedule: dict[str, Any] | None = None,
    synchronize: bool = False,
) -> Outcome:
    """Make the data extensions, queries, automation and Data Designer links of a mapping.

    `related` are objects, `Object:way+way` with ways of denormalise, child and roll-up, or {object, as, via, fields};
    without it, the synchronized ones that any record of the master has. What is not synchronized yet is refused, or
    with `synchronize` started.
    """
    found = planned(org, object, related, prefix, fields or (), schedule)
    if found.needs and not synchronize:
        raise Refused(
            f"{found.needs[0].said}.",
            cause="The queries of a mapping read Synchronized Data Extensions.",
            fix="Synchronize it first (connect.synchronize), or apply the mapping with synchronize=true.",
        )
    for need in found.needs:
        run_command(org, need.command, need.arguments)
    for each in found.extensions:
        run_command(org, "data_extensions.create", {"definition": each.definition})
    for one in found.queries:
        made = {"name": one.key, "key": one.key, "target": one.target, "action": one.action, "sql": one.sql}
        run_command(org, "query.create", made)
    run_command(org, "automation.create", found.automation)
    if found.group is not None:
        run_command(org, "contacts.create_attribute_group", found.group)
    extensions, queries = len(found.extensions), len(found.queries)
    changes = {"data extensions": extensions, "queries": queries, "automations": 1}
    title = f"Mapping of {found.object} made: {extensions} data extensions, {queries} queries, an automation"
    return Outcome(title, changes, f"automation/{found.automation['key']}")
