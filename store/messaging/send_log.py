"""The Send Log: one row for each attempted email of a business unit that has a data extension of that template.

source: domain G (MD:enhanced-send-log). A row is written when the email is built, so it is there for those who were
excluded too, with the error code; a column that the data extension has besides is filled from what has its name: a
personalization string, else a field of the sendable data extension. AMPscript variables are not simulated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import data_extensions
from store.data_extensions import SEND_LOG, Field, quoted
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.messaging.emails import Job
    from store.messaging.send import Audience
    from store.org import Org

# Column of the log -> SQL over the subscriber s, the exclusion x and the row r of the audience.
_OWN = {
    "jobid": ":job",
    "listid": ":list",
    "batchid": ":batch",
    "subid": "s.subscriber_id",
    "triggeredsendid": ":definition",
    "errorcode": "x.code",
}
# source: MD:enhanced-send-log, personalization strings that a column of the same name captures
_STRINGS = {
    "emailaddr": "s.email_address",
    "emailname_": "(SELECT e.name FROM emails e WHERE e.email_id = :email)",
    "subscriberid": "s.subscriber_id",
}
# Fields whose values are stored alike: numbers, texts.
_NUMBERS = ("Number", "Decimal", "Boolean")


def write_send_log(org: Org, job: Job, batch_id: int, audience: Audience) -> int:
    """Write a row for each member of the audience; returns how many. Without a send log there are none."""
    log = data_extensions.made_of(org, job.mid, SEND_LOG)
    if log is None:
        return 0
    columns = {field.name: _filled(field, audience) for field in log.fields}
    given = {name: value for name, value in columns.items() if value}
    rows = f"LEFT JOIN ({audience.rows}) r ON r.visit = m.visit" if audience.rows else ""
    select = f"""
        SELECT {", ".join(given.values())}
          FROM journey_members m LEFT JOIN subscribers s ON s.contact_id = m.visit & {CONTACT_OF_VISIT}
               LEFT JOIN send_exclusions x ON x.batch_id = :batch AND x.visit = m.visit
               {rows}
         WHERE m.cohort_id = :cohort ORDER BY m.visit"""
    params = {
        **audience.params, "job": job.job_id, "batch": batch_id, "definition": job.definition_object_id,
        "email": job.email_id, "cohort": audience.cohort_id, "list": job.list_id,
    }  # fmt: skip
    return data_extensions.bulk_insert(org, log, list(given), select, params, about=audience.size)


def _filled(field: Field, audience: Audience) -> str:
    """The SQL of what a column of the log gets; '' when nothing has its name, so that it gets its default."""
    name = field.name.lower()
    if name in _OWN:
        return _OWN[name]
    if name in _STRINGS:
        return _fitting(field, _STRINGS[name])
    row = next((each for each in audience.fields if each.name.lower() == name), None)
    if row is None or _kind(row) != _kind(field):
        return ""
    return _fitting(field, f"r.{quoted(row.name)}")


def _kind(field: Field) -> str:
    return "number" if field.type in _NUMBERS else "date" if field.type == "Date" else "text"


def _fitting(field: Field, value: str) -> str:
    """ASSUMED: what is longer than the column is cut off, as a log must not stop a send."""
    return f"substr({value}, 1, {field.length})" if field.type == "Text" and field.length else value
