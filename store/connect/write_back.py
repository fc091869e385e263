"""Tracking write-back: every hour what became of the tracked sends goes to the CRM, and unsubscribes with it.

One Email Send per send job, one Individual Email Result per recipient of a batch, one Individual Link per link that
somebody clicked. Only who has a record: the Subscriber Key is the id of a Contact or Lead. source: domain C4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import crm, messaging
from store.agenda import Entry, cancel, schedule
from store.assumptions import assume
from store.clock import HOUR
from store.commands import Outcome, after_step, command, handler
from store.connect.multi_org import org_here, refuse_unless_connected
from store.connect.package import EMAIL_SEND, LINK, MERGE_ID, RESULT, install_package
from store.connect.state import crm_of, is_connected
from store.errors import Refused

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

RUN = "connect.write_back"
OPTS_OUT = assume(
    "connect.unsubscribe_opts_out",
    True,
    (True, False),
    "Whether an unsubscribe from a tracked send checks Email Opt Out of the Contact or Lead.",
    "domain C4: reported, no page found",
)
_TRACKED = "b.job_id NOT IN (SELECT u.job_id FROM write_back_untracked u)"  # about a batch b
_MERGE = "printf('%d_%d_%d', {m}.job_id, {m}.batch_id, {m}.subscriber_id)"


@dataclass(frozen=True)
class WriteBackRun:
    """What one hourly run wrote to an org ('' is the first).

    `unmatched` are messages whose Subscriber Key is no Contact's or Lead's id.
    """

    org: str
    at: int
    results: int
    updated: int
    links: int
    opted_out: int
    unmatched: int
    refused: int


def write_back_runs(org: Org, limit: int = 50) -> list[WriteBackRun]:
    """The last runs that wrote something, newest first."""
    rows = org.rows(
        """SELECT org, at, results, updated, links, opted_out, unmatched, refused
             FROM write_back_runs ORDER BY run_id DESC LIMIT ?""",
        limit,
    )
    return [WriteBackRun(**dict(row)) for row in rows]


def sql_unmatched() -> str:
    """A SELECT of the messages of tracked sends that the CRM knows nothing of: send, subscriber_key, email_address."""
    return """SELECT j.name AS send, s.subscriber_key, s.email_address
                FROM write_back_unmatched AS u JOIN send_batches AS b USING (batch_id) JOIN jobs AS j USING (job_id)
                     JOIN subscribers AS s USING (contact_id)
               ORDER BY u.batch_id, u.contact_id"""


# ---- commands


@command("connect.enable_write_back")
def enable(org: Org) -> Outcome:
    """Write the tracking of all sends from now on to the CRM, every hour."""
    of = org_here(org)
    refuse_unless_connected(org, of, "Writing tracking back")
    with crm.working_in(of):
        return _enable(org)


def _enable(org: Org) -> Outcome:
    if _state(org) is not None:
        raise Refused("Tracking is written back already.", fix="connect.track_send leaves a send out.")
    made = install_package(org)
    batch = int(org.value("SELECT coalesce(max(batch_id), 0) FROM send_batches"))
    org.run(
        "INSERT INTO write_back VALUES (:org, :now, :batch, :batch, :now, NULL)",
        {"org": crm.working_org(), "now": org.now, "batch": batch},
    )
    said = crm_of(crm.working_org())
    return Outcome(f"Tracking of sends is written to {said}, hourly", {"objects": made} if made else {}, "write-back")


@command("connect.disable_write_back")
def disable(org: Org) -> Outcome:
    """Write no more; the records that were written stay in the CRM."""
    of = org_here(org)
    if not org.run("DELETE FROM write_back WHERE org = ?", of):
        raise Refused("Tracking is not written back.", fix="connect.enable_write_back starts it.")
    cancel(org, RUN, org=of or None)
    return Outcome(f"Tracking is no longer written to {crm_of(of)}", {}, "write-back")


@command("connect.track_send")
def track_send(org: Org, *, job_id: int, tracked: bool) -> Outcome:
    """Whether the results of a send job go to the CRM; unless told otherwise they do."""
    job = messaging.get_job(org, job_id)
    org.run("DELETE FROM write_back_untracked WHERE job_id = ?", job_id)
    if not tracked:
        org.run("INSERT INTO write_back_untracked VALUES (?)", job_id)
    for state in org.rows("SELECT * FROM write_back ORDER BY org"):
        with crm.working_in(state["org"]):
            _no_run(org)
            _expect_next(org, {"first_batch": state["first_batch"], "until": org.now})
    said = "are written to the CRM" if tracked else "are kept out of the CRM"
    return Outcome(f"Results of {job.name} {said}", {}, "write-back")


# ---- the hourly run


def _state(org: Org) -> sqlite3.Row | None:
    return org.row("SELECT * FROM write_back WHERE org = ?", crm.working_org())


@after_step
def wake(org: Org) -> None:
    """Put the next hourly run on the agenda once a send or a person's hand gave it something to write."""
    for state in org.rows("SELECT * FROM write_back ORDER BY org"):
        if not is_connected(org, state["org"]):
            continue
        with crm.working_in(state["org"]):
            tracked = _tracked(org)
        new = org.value(
            f"""SELECT 1 FROM send_batches b
                 WHERE {tracked} AND (batch_id > :last_batch
                    OR (by_hand AND batch_id > :first_batch AND last_event_at >= :written_until))""",
            dict(state),
        )
        if new:
            with crm.working_in(state["org"]):
                _run_at(org, state, state["enabled_at"] + ((org.now - state["enabled_at"]) // HOUR + 1) * HOUR)


def suspend(org: Org, of: str) -> None:
    """No run to an org until `go_on`: the connection is broken."""
    with crm.working_in(of):
        _no_run(org)


def go_on(org: Org, of: str) -> None:
    """The connection is there again: what was missed is written with the next hourly run (ASSUMED: nothing is lost)."""
    with crm.working_in(of):
        state = _state(org)
        if state is not None:
            _expect_next(org, {"first_batch": state["first_batch"], "until": state["written_until"]})


def _no_run(org: Org) -> None:
    """Take the next run to the org that is worked in off the agenda; an entry for the first org names none."""
    cancel(org, RUN, org=crm.working_org() or None)
    org.run("UPDATE write_back SET next_at = NULL WHERE org = ?", crm.working_org())


def _run_at(org: Org, state: sqlite3.Row, at: int) -> None:
    """The next run is due then, unless an earlier one is on the agenda."""
    if state["next_at"] is not None and state["next_at"] <= at:
        return
    _no_run(org)
    schedule(org, at, RUN, {}, f"MC Connect writes tracking to {crm_of(crm.working_org())}")
    org.run("UPDATE write_back SET next_at = ? WHERE org = ?", at, crm.working_org())


@handler(RUN)
def write(org: Org, entry: Entry) -> Outcome:
    """Write the sends since the last run, and what those who were mailed have done."""
    del entry
    state = _state(org)
    assert state is not None, "the run is taken off the agenda when write-back is disabled"
    window = {
        "first_batch": state["first_batch"], "last_batch": state["last_batch"], "since": state["written_until"],
        "until": org.now,
    }  # fmt: skip
    counts = dict.fromkeys(("results", "updated", "links", "opted_out", "unmatched", "refused"), 0)
    _stage_messages(org, window)
    _write_sends(org)
    _write_results(org, counts)
    _write_responses(org, window, counts)
    _write_totals(org)
    org.run("DROP TABLE temp.write_back_new")
    if any(counts.values()):
        names = ", ".join(counts)
        marks = ", ".join(f":{name}" for name in counts)
        org.run(
            f"INSERT INTO write_back_runs(org, at, {names}) VALUES (:org, :at, {marks})",
            {"org": crm.working_org(), "at": org.now, **counts},
        )
    last = int(org.value("SELECT coalesce(max(batch_id), 0) FROM send_batches"))
    org.run(
        "UPDATE write_back SET last_batch = ?, written_until = ?, next_at = NULL WHERE org = ?",
        last, org.now, crm.working_org(),
    )  # fmt: skip
    _expect_next(org, window)
    return _outcome(counts)


def _expect_next(org: Org, window: dict[str, int]) -> None:
    """The run after the next event is due: one that would find nothing is no event."""
    following = org.value(f"SELECT {messaging.sql_next_event(_tracked(org))}", window)
    state = _state(org)
    if following is not None and state is not None:
        at = max(following, org.now + 1)
        _run_at(org, state, state["enabled_at"] - (state["enabled_at"] - at) // HOUR * HOUR)


def _stage_messages(org: Org, window: dict[str, int]) -> None:
    """The messages since the last run to people of this org, with their record: TEMP table write_back_new."""
    # crm ids compare with case, as their index does; a Subscriber Key in another case is another person's.
    org.run("DROP TABLE IF EXISTS temp.write_back_new")
    org.run(
        f"""CREATE TEMP TABLE write_back_new AS
            SELECT m.*, c.Id AS contact, l.Id AS lead, {_MERGE.format(m="m")} AS merge_id
              FROM ({messaging.sql_messages(_TRACKED)}) AS m
                   LEFT JOIN {crm.table_here("Contact")} AS c ON c.Id = m.subscriber_key AND +c.IsDeleted = 0
                   LEFT JOIN {crm.table_here("Lead")} AS l ON l.Id = m.subscriber_key AND +l.IsDeleted = 0
             WHERE {_of_this_org(org, "m.subscriber_key")}
             ORDER BY m.batch_id, m.contact_id""",
        window,
    )


def _tracked(org: Org) -> str:
    """SQL for whether a batch b has something to write to the org that is worked in."""
    if not crm.several_orgs(org):
        return _TRACKED
    return f"({_TRACKED} AND {messaging.sql_mails_to(_of_this_org(org, 's.subscriber_key'))})"


def _of_this_org(org: Org, key: str) -> str:
    """SQL for whether a Subscriber Key is of the org that is worked in; what is no org's id is the first one's."""
    codes = {each.name: f"'{each.instance}'" for each in crm.orgs(org) if each.instance}
    if crm.working_org():
        return f"substr({key}, 4, 2) = {codes[crm.working_org()]}"
    return f"substr({key}, 4, 2) NOT IN ({', '.join(codes.values())})" if codes else "1"


def _write_sends(org: Org) -> None:
    """An Email Send for each job that mails for the first time."""
    _make_email_sends(org, "SELECT job_id, min(sent_at) AS sent_at FROM temp.write_back_new GROUP BY job_id", {})


def write_email_send(org: Org, job_id: int) -> None:
    """The Email Send of a send that a person makes in the CRM; it is there at once, its results come hourly."""
    install_package(org)
    _make_email_sends(org, "SELECT :job AS job_id, :now AS sent_at", {"job": job_id, "now": org.now})


def _make_email_sends(org: Org, jobs: str, params: dict[str, int]) -> None:
    select = f"""
        SELECT n.job_id AS key, substr(j.name, 1, 80) AS Name, substr(e.name, 1, 255) AS et4ae5__EmailName__c,
               substr(j.subject, 1, 255) AS et4ae5__Subject__c, substr(e.from_name, 1, 255) AS et4ae5__FromName__c,
               e.from_email AS et4ae5__FromEmail__c, n.sent_at AS et4ae5__DateSent__c, j.job_id AS et4ae5__JobId__c,
               'Completed' AS et4ae5__SendStatus__c, CAST(j.job_id AS TEXT) AS {MERGE_ID}
          FROM ({jobs}) AS n JOIN jobs AS j USING (job_id) JOIN emails AS e USING (email_id)
         WHERE NOT EXISTS (SELECT 1 FROM {crm.table_here(EMAIL_SEND)} AS s
                            WHERE s.{MERGE_ID} = CAST(n.job_id AS TEXT) AND s.IsDeleted = 0)"""
    with crm.bulk.create_checked(org, EMAIL_SEND, select, params):
        pass


def _write_results(org: Org, counts: dict[str, int]) -> None:
    """An Individual Email Result for each new message whose recipient has a record; the others are evidence."""
    counts["unmatched"] = org.run(
        """INSERT OR IGNORE INTO write_back_unmatched
           SELECT batch_id, contact_id FROM temp.write_back_new WHERE contact IS NULL AND lead IS NULL"""
    )
    select = f"""
        SELECT n.rowid AS key, substr(j.name, 1, 80) AS Name, s.Id AS et4ae5__SendDefinition__c,
               n.contact AS et4ae5__Contact__c, n.lead AS et4ae5__Lead__c,
               substr(j.subject, 1, 255) AS et4ae5__SubjectLine__c,
               substr(j.name, 1, 255) AS et4ae5__TriggeredSendDefinitionName__c, n.job_id AS et4ae5__JobId__c,
               n.batch_id AS et4ae5__BatchId__c, n.subscriber_id AS et4ae5__SubscriberId__c,
               n.sent_at AS et4ae5__DateSent__c, n.merge_id AS et4ae5__MergeId__c
          FROM temp.write_back_new AS n JOIN jobs AS j USING (job_id)
               LEFT JOIN {crm.table_here(EMAIL_SEND)} AS s
                 ON s.et4ae5__MergeId__c = CAST(n.job_id AS TEXT) AND s.IsDeleted = 0
         WHERE n.contact IS NOT NULL OR n.lead IS NOT NULL"""
    with crm.bulk.create_checked(org, RESULT, select, {}) as made:
        counts["results"] = made.saved
        counts["refused"] += made.refused


def _result_of() -> str:
    """JOIN of the Individual Email Result (r) of what somebody did, in the org that is worked in."""
    return f"""
    JOIN send_batches AS b USING (batch_id)
    JOIN subscribers AS s ON s.contact_id = did.contact_id
    JOIN {crm.table_here(RESULT)} AS r
      ON r.{MERGE_ID} = printf('%d_%d_%d', b.job_id, b.batch_id, s.subscriber_id) AND +r.IsDeleted = 0"""


def _write_responses(org: Org, window: dict[str, int], counts: dict[str, int]) -> None:
    """What recipients have done, as of now: on their result, by link, and as Email Opt Out."""
    org.run("DROP TABLE IF EXISTS temp.write_back_did")
    org.run(f"CREATE TEMP TABLE write_back_did AS {messaging.sql_responses(_TRACKED)}", window)
    responses = f"""
        SELECT did.rowid AS key, r.row_id, did.opened_at IS NOT NULL AS et4ae5__Opened__c,
               did.opened_at AS et4ae5__DateOpened__c, did.clicks > 0 AS et4ae5__Clicked__c,
               did.clicks AS et4ae5__NumberOfTotalClicks__c, did.links AS et4ae5__NumberOfUniqueClicks__c,
               did.hard AS et4ae5__HardBounce__c, did.soft AS et4ae5__SoftBounce__c,
               did.bounced_at AS et4ae5__DateBounced__c, did.unsubscribed_at AS et4ae5__DateUnsubscribed__c
          FROM temp.write_back_did AS did {_result_of()}"""
    with crm.bulk.update_checked(org, RESULT, responses, {}) as done:
        counts["updated"] = done.saved
        counts["refused"] += done.refused
    _write_links(org, window, counts)
    if org.assumption(OPTS_OUT.name):
        _opt_out(org, window, counts)
    org.run("DROP TABLE temp.write_back_did")


def _write_links(org: Org, window: dict[str, int], counts: dict[str, int]) -> None:
    org.run("DROP TABLE IF EXISTS temp.write_back_clicks")
    org.run(
        f"""CREATE TEMP TABLE write_back_clicks AS
            SELECT r.Id AS result, r.{MERGE_ID} || '_' || did.link AS merge_id, did.clicks, did.first_at, did.last_at,
                   substr(e.links ->> ('$[' || did.link || '].name'), 1, 255) AS name,
                   substr(e.links ->> ('$[' || did.link || '].url'), 1, 255) AS url
              FROM ({messaging.sql_clicks(_TRACKED)}) AS did {_result_of()}
                   JOIN jobs AS j ON j.job_id = b.job_id JOIN emails AS e USING (email_id)
             ORDER BY did.batch_id, did.contact_id, did.link""",
        window,
    )
    there = f"{crm.table_here(LINK)} AS r ON r.{MERGE_ID} = k.merge_id AND +r.IsDeleted = 0"
    counted = "k.clicks AS et4ae5__Clicks__c, k.last_at AS et4ae5__DateLastClicked__c"
    again = f"SELECT k.rowid AS key, r.row_id, {counted} FROM temp.write_back_clicks AS k JOIN {there}"
    with crm.bulk.update_checked(org, LINK, again, {}) as done:
        counts["links"] = done.saved
        counts["refused"] += done.refused
    first = f"""
        SELECT k.rowid AS key, substr(k.name, 1, 80) AS Name, k.result AS et4ae5__IndividualEmailResult__c,
               k.name AS et4ae5__LinkName__c, k.url AS et4ae5__URL__c, k.first_at AS et4ae5__DateFirstClicked__c,
               k.merge_id AS {MERGE_ID}, {counted}
          FROM temp.write_back_clicks AS k LEFT JOIN {there} WHERE r.Id IS NULL"""
    with crm.bulk.create_checked(org, LINK, first, {}) as made:
        counts["links"] += made.saved
        counts["refused"] += made.refused
    org.run("DROP TABLE temp.write_back_clicks")


def _opt_out(org: Org, window: dict[str, int], counts: dict[str, int]) -> None:
    """Email Opt Out of each Contact or Lead that unsubscribed since the last run, from all or from a business unit.

    Who only leaves a list or a publication list has not opted out. source: SFH:mc_co_unsubscribes.
    """
    left = "(s.status = 'unsubscribed' OR s.contact_id IN (SELECT u.contact_id FROM business_unit_unsubscribes u))"
    for name in ("Contact", "Lead"):
        select = f"""
            SELECT r.row_id AS key, r.row_id, 1 AS HasOptedOutOfEmail
              FROM temp.write_back_did AS did JOIN subscribers AS s USING (contact_id)
                   JOIN {crm.table_here(name)} AS r ON r.Id = s.subscriber_key AND +r.IsDeleted = 0
             WHERE did.unsubscribed_at >= :since AND {left} AND NOT r.HasOptedOutOfEmail GROUP BY r.row_id"""
        with crm.bulk.update_checked(org, name, select, window) as done:
            counts["opted_out"] += done.saved
            counts["refused"] += done.refused


def _write_totals(org: Org) -> None:
    """The numbers of each Email Send whose results changed now."""
    results = crm.table_here(RESULT)
    crm.update_from_select(
        org,
        EMAIL_SEND,
        f"""SELECT s.row_id, count(r.Id) AS et4ae5__NumSent__c, sum(r.et4ae5__Opened__c) AS et4ae5__NumOpened__c,
                   sum(r.et4ae5__Clicked__c) AS et4ae5__NumClicked__c,
                   sum(r.et4ae5__HardBounce__c OR r.et4ae5__SoftBounce__c) AS et4ae5__NumBounced__c,
                   sum(r.et4ae5__DateUnsubscribed__c IS NOT NULL) AS et4ae5__NumUnsubscribed__c
              FROM {crm.table_here(EMAIL_SEND)} AS s
                   JOIN {results} AS r ON r.et4ae5__SendDefinition__c = s.Id
             WHERE s.IsDeleted = 0 AND r.IsDeleted = 0
               AND s.Id IN (SELECT t.et4ae5__SendDefinition__c FROM {results} AS t WHERE t.SystemModstamp = :now)
             GROUP BY s.row_id""",
        {"now": org.now},
    )


def _outcome(counts: dict[str, int]) -> Outcome:
    words: dict[str, Any] = {
        "results": "results", "updated": "updated", "links": "links", "opted_out": "opted out",
        "unmatched": "without a record", "refused": "refused by the CRM",
    }  # fmt: skip
    said = ", ".join(f"{counts[name]:,} {word}" for name, word in words.items() if counts[name])
    shown = {words[name]: count for name, count in counts.items() if count}
    title = f"MC Connect wrote tracking to {crm_of(crm.working_org())}: {said or 'nothing new'}"
    return Outcome(title, shown, "write-back", quiet=not said)
