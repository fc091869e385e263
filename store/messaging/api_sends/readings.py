"""What a person may want to know of sends that an API asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.errors import Refused
from store.messaging.api_sends.definitions import TRIGGERED, Definition, definitions
from store.messaging.api_sends.errors import why
from store.messaging.readings import job_counts

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class DefinitionRow:
    """A definition with what became of the messages that were asked for."""

    definition: Definition
    requests: int
    queued: int
    sent: int
    not_sent: dict[str, int]  # by reason


@dataclass(frozen=True)
class Request:
    """One request with its answer. `at` is UTC seconds."""

    number: int
    api: str
    key: str
    door: str
    at: int
    answer: dict[str, Any]


def definition_rows(org: Org, api: str) -> list[DefinitionRow]:
    """The definitions of an API, by business unit and key; archived ones too."""
    found = []
    for each in definitions(org, api):
        asked = org.value("SELECT count(*) FROM send_requests WHERE definition_id = ?", each.definition_id)
        rows = org.rows(
            """SELECT state, code, count(*) AS n FROM send_recipients WHERE definition_id = ?
               GROUP BY 1, 2 ORDER BY 1, 2""",
            each.definition_id,
        )
        counts = {state: sum(row["n"] for row in rows if row["state"] == state) for state in ("queued", "sent")}
        reasons = {why(each.channel, row["code"]): row["n"] for row in rows if row["state"] == "not sent"}
        found.append(DefinitionRow(each, asked, counts["queued"], counts["sent"], reasons))
    return found


def api_requests(org: Org, limit: int = 100) -> list[Request]:
    """The requests that were answered, the latest first."""
    rows = org.rows(
        """SELECT q.*, d.api, d.key FROM send_requests q JOIN send_definitions d USING (definition_id)
           ORDER BY q.request_no DESC LIMIT ?""",
        limit,
    )
    return [
        Request(row["request_no"], row["api"], row["key"], row["door"], row["at"], json.loads(row["answer"]))
        for row in rows
    ]


def answer_of(org: Org, number: int) -> dict[str, Any]:
    """The answer of a request. Raises Refused for a number that there is not."""
    text = org.value("SELECT answer FROM send_requests WHERE request_no = ?", number)
    if text is None:
        raise Refused(f"There is no request {number}.", fix="`mctui show FILE triggered-sends` lists them.")
    answer: dict[str, Any] = json.loads(text)
    return answer


def summary(org: Org, key: str) -> dict[str, int | str]:
    """TriggeredSendSummary of a definition. Source: WSDL, its names; opens and clicks are of all its jobs."""
    rows = definition_rows(org, TRIGGERED)
    row = next((each for each in rows if each.definition.key.lower() == key.lower()), None)
    if row is None:
        raise Refused(f"There is no Triggered Send Definition '{key}'.")
    jobs = org.rows("SELECT job_id FROM jobs WHERE definition_object_id = ?", row.definition.object_id)
    counts = [job_counts(org, each["job_id"]) for each in jobs]
    missing = dict(row.not_sent)
    opted_out, held = missing.pop("Unsubscribed", 0), missing.pop("Held", 0)
    return {
        "CustomerKey": row.definition.key, "ObjectID": row.definition.object_id, "Sent": row.sent,
        "NotSentDueToOptOut": opted_out, "NotSentDueToUndeliverable": held,
        "Bounces": sum(each.bounced for each in counts), "Opens": sum(each.opens for each in counts),
        "Clicks": sum(each.clicks for each in counts), "UniqueOpens": sum(each.opened for each in counts),
        "UniqueClicks": sum(each.clicked for each in counts), "OptOuts": sum(each.unsubscribed for each in counts),
        "Queued": row.queued, "InProcess": 0, "NotSentDueToError": sum(missing.values()),
    }  # fmt: skip


def attributes_of(org: Org, cohort_id: int, visit: int) -> dict[str, object]:
    """What the request for a message brought along, for personalization; nothing where no API asked for it."""
    text = org.value(
        """SELECT r.attributes FROM send_batches b
                  JOIN send_recipients r INDEXED BY send_recipients_batch ON r.batch_id = b.batch_id AND r.visit = ?
                  JOIN send_definitions d ON d.definition_id = r.definition_id AND d.channel = 'email'
            WHERE b.cohort_id = ?""",
        visit, cohort_id,
    )  # fmt: skip
    found: dict[str, object] = json.loads(text) if text else {}
    return found
