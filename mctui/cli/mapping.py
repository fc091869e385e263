"""`mctui mapping`: from the CRM's objects to flat data extensions, shown, or made as one step."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from mctui.cli.data import in_unit, report_step
from mctui.cli.output import print_json
from store import Org, business_units
from store.errors import Refused


def mapping(arguments: Namespace) -> None:
    """Show the plan with its T-SQL; with --apply make it."""
    given = _given(arguments)
    if arguments.apply:
        with Org.open(arguments.file) as org:
            step = org.do("mapping.apply", **given, synchronize=arguments.synchronize, **in_unit(arguments))
        report_step(step, arguments)
        return
    from mctui.reading.model_mapping import text
    from store.advice import model_mapping

    with Org.open(arguments.file, readonly=True) as org, business_units.acting(org, arguments.bu):
        plan = model_mapping.planned(org, **given)
    if arguments.json:
        print_json(plan)
    else:
        print("\n".join(text(plan)))


def _given(arguments: Namespace) -> dict[str, Any]:
    """The arguments of mapping.apply."""
    given: dict[str, Any] = {"object": arguments.object, "prefix": arguments.prefix}
    if arguments.related is None:
        return given
    via = dict(_pair(each) for each in arguments.via)
    related = []
    for each in filter(None, (part.strip() for part in arguments.related.split(","))):
        name, _, ways = each.partition(":")
        related.append({"object": name, "as": ways, "via": via.get(name.lower(), "")})
    return given | {"related": related}


def _pair(text: str) -> tuple[str, str]:
    name, given, value = text.partition("=")
    if not given:
        raise Refused(f"'{text}' is not OBJECT=FIELD.", fix="Such as --via Opportunity=AccountId.")
    return name.strip().lower(), value.strip()
