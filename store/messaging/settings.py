"""The engagement model of a file: its defaults at the start, and the command that changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.commands import Outcome, command
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org


def install(org: Org) -> None:
    """Keep the defaults in a new file."""
    from store.messaging.model import EngagementModel

    org.run("INSERT INTO engagement_model VALUES (?)", EngagementModel().model_dump_json())


@command("messaging.set_engagement")
def set_engagement(org: Org, *, values: dict[str, Any]) -> Outcome:
    """Change rates or delays of the engagement model, for sends from now on."""
    from pydantic import ValidationError

    from store.messaging.model import EngagementModel, read

    try:
        model = EngagementModel.model_validate(read(org).model_dump() | values)
    except ValidationError as error:
        problem = error.errors()[0]
        name = ".".join(map(str, problem["loc"]))
        fix = did_you_mean(name, EngagementModel.model_fields) or ", ".join(EngagementModel.model_fields)
        raise Refused(f"engagement model, {name}: {problem['msg']}.", fix=fix) from None
    org.run("UPDATE engagement_model SET model = ?", model.model_dump_json())
    changed = ", ".join(f"{name} = {value}" for name, value in values.items())
    return Outcome(f"Engagement model: {changed}")
