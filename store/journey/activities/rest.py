"""Custom activity: POSTs each contact to a URL of your own. Type REST.

The one activity that looks at its contacts one by one, because the world outside does: bodies are made from one SELECT,
calls run at once within the activity's limit, and what came back divides the cohort set-based again.
Source: SFD:custom-activity-config, SFD:rest, and the official example activities (domain E7).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from store.errors import Refused
from store.journey import calls
from store.journey.activities.base import Activity, Decision, Finding, Read, activity, as_number
from store.journey.activities.forced import forced_parts
from store.journey.binding import Binder, Bound, members_of, merged, sql_instance_id
from store.journey.calls import Answer, Call
from store.journey.cohorts import Part
from store.journey.spec import ActivitySpec, Branch, Interaction

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

# Source: domain E7: default 60,000 ms, 1,000 to 100,000; retryCount 0. ASSUMED: how many calls run at once.
TIMEOUT, SHORTEST, LONGEST = 60_000, 1_000, 100_000
MOST_RETRIES = 5
AT_ONCE, MOST_AT_ONCE = 5, 10
PROCESSED, EJECTED, RETRY = "processed", "ejected", "retry"


@activity("REST", "Custom Activity")
class Rest(Activity):
    """`arguments.execute`: url, inArguments, useJwt, customerKey, timeout, retryCount, retryDelay, concurrentRequests.

    It is a split when its outcomes have a `branchResult`, as the official example writes its split. A server error or
    silence is tried again `retryCount` times, `retryDelay` milliseconds later on the simulated clock.
    """

    def __init__(self, spec: ActivitySpec, journey: Interaction | None = None) -> None:
        super().__init__(spec, journey)
        self.is_split = any("branchResult" in branch.arguments for branch in self.outcomes)

    # ---- the definition

    @property
    def execute(self) -> Mapping[str, Any]:
        """What is called for each contact."""
        found = self.spec.arguments.get("execute")
        return found if isinstance(found, dict) else {}

    @property
    def url(self) -> str:
        """Where contacts are posted to."""
        return str(self.execute.get("url") or "")

    def _limit(self, name: str, default: int, lowest: int, highest: int) -> int:
        number = as_number(self.execute.get(name))
        return default if number is None else int(min(max(number, lowest), highest))

    @property
    def timeout_ms(self) -> int:
        """Milliseconds that one call may take."""
        return self._limit("timeout", TIMEOUT, SHORTEST, LONGEST)

    @property
    def retries(self) -> int:
        """How many times a call is tried again."""
        return self._limit("retryCount", 0, 0, MOST_RETRIES)

    @property
    def retry_after(self) -> int:
        """Seconds between two attempts, on the simulated clock."""
        return -(-self._limit("retryDelay", 0, 0, 86_400_000) // 1000)

    @property
    def at_once(self) -> int:
        """How many calls are out at a time."""
        return self._limit("concurrentRequests", AT_ONCE, 1, MOST_AT_ONCE)

    def lifecycle(self, name: str) -> Mapping[str, Any]:
        """The call for save, validate, publish or stop; empty when there is none."""
        found = self.spec.configuration.get(name)
        return found if isinstance(found, dict) and found.get("url") else {}

    def _branch(self, result: object) -> Branch | None:
        wanted = str(result)
        return next((one for one in self.outcomes if str(one.arguments.get("branchResult")) == wanted), None)

    @property
    def out_names(self) -> list[str]:
        """The names of the out arguments that the schema declares."""
        schema = self.spec.raw.get("schema")
        listed: Any = schema
        for name in ("arguments", "execute", "outArguments"):
            listed = listed.get(name) if isinstance(listed, dict) else None
        declared = [name for one in listed or [] if isinstance(one, dict) for name in one]
        more = self.spec.configuration.get("outArgumentSchema")
        return list(dict.fromkeys([*declared, *(more if isinstance(more, dict) else ())]))

    # ---- checking

    def check(self, checking: Checking) -> Iterator[Finding]:
        """A URL that may be called, bindings that exist, a secret for JWTs, outcomes that differ."""
        name, org = self.spec.name, checking.org
        if not self.url:
            yield self.error(f"{name}: arguments.execute has no url.")
        binder = Binder(org, checking.version, self.spec)
        for value in _leaves(self.execute.get("inArguments") or []):
            problem = binder.problem(value)
            if problem:
                yield self.error(f"{name}: inArguments: {problem}")
        for unknown in dict.fromkeys(binder.unknown):
            yield self.warning(f"{name}: inArguments: the context has no '{unknown}', it will be empty.")
        asked = [self.execute, *(self.lifecycle(one) for one in ("save", "validate", "publish", "stop"))]
        for each in asked:
            key = str(each.get("customerKey") or "")
            if _is_true(each.get("useJwt")) and not calls.secret_for(org, key):
                what = f"the key {key}" if key else "the installed package"
                yield self.error(
                    f"{name}: useJwt needs the secret of {what}: journey.set_calls jwt_secret=... sets it."
                )
                break
        if self.is_split:
            results = [str(branch.arguments.get("branchResult")) for branch in self.outcomes]
            if len(set(results)) < len(results) or "None" in results:
                yield self.error(f"{name}: each outcome needs a branchResult of its own.")
        for url in dict.fromkeys(str(each.get("url")) for each in asked if each.get("url")):
            if not calls.target(org, url):
                yield self.warning(
                    f"{name}: {url} is not called: it is no address of this machine and mapped to none"
                    " (journey.map_url)."
                )

    def probe(self, checking: Checking) -> Iterator[Finding]:
        """Whether anything listens at the URL now."""
        if self.url and (problem := calls.reachable(checking.org, self.url)):
            yield self.warning(f"{self.spec.name}: nothing answers at {self.url}: {problem}")

    # ---- its life: save, validate and publish at publication, stop at the end

    def prepare(self, org: Org, version: Version) -> str | None:
        """Save, validate and publish must answer 200, or the journey is not published. Source: domain E7."""
        for name in ("save", "validate", "publish"):
            answer = self._tell(org, version, name)
            if answer is not None and answer.status != 200:
                said = f"answered {answer.status}" if answer.status else f"did not answer: {answer.text}"
                raise Refused(
                    f"The journey '{version.name}' cannot be published: {self.spec.name} ({name}) {said}",
                    cause=f"{self.lifecycle(name)['url']} must answer 200.",
                    fix="Start the server, map its address with journey.map_url, or try with `mctui echo`.",
                )
        return None

    def stopped(self, org: Org, version: Version) -> None:
        """Tell the server; the journey is stopped whatever it says (ASSUMED)."""
        self._tell(org, version, "stop")

    def _tell(self, org: Org, version: Version, name: str) -> Answer | None:
        called = self.lifecycle(name)
        if not called:
            return None
        body = {  # ASSUMED: the names of the example activities; no page shows the whole body
            "activityObjectID": version.activity_id(org, self.key),
            "interactionId": version.guid(org),
            "originalDefinitionId": org.value("SELECT guid FROM journeys WHERE journey_id = ?", version.journey_id),
            "interactionKey": version.key,
            "interactionVersion": str(version.number),
            "isPublished": name == "stop",
        }
        call = Call(str(called["url"]), body, TIMEOUT, self._secret(org, called))
        (answer,) = calls.send_all(org, [call], at_once=1)
        calls.note(org, version.version_id, self.key, name, [(None, call, answer, "")])
        return answer

    def _secret(self, org: Org, called: Mapping[str, Any]) -> str:
        return calls.secret_for(org, str(called.get("customerKey") or "")) if _is_true(called.get("useJwt")) else ""

    # ---- execute

    def run(self, run: Run, cohort: Cohort) -> None:
        """Call for every member who has no forced outcome; then everyone goes where the answer says, set-based."""
        attempt = self._attempt(run.org, cohort)
        forced = forced_parts(run, cohort, self) if self.is_split else []
        visits, sent = self._bodies(run, cohort, attempt)
        results = self._call(run, visits, sent)
        run.org.run("CREATE TEMP TABLE called (visit INTEGER PRIMARY KEY, result TEXT NOT NULL)")
        run.org.db.executemany("INSERT INTO temp.called VALUES (?, ?)", zip(visits, results, strict=True))
        self._go_on(run, cohort, attempt, forced)
        run.org.run("DROP TABLE temp.called")

    def _attempt(self, org: Org, cohort: Cohort) -> int:
        """Which attempt this is: a cohort that is held came of `retry 2` and so on."""
        if not cohort.held:
            return 1
        outcome = org.value("SELECT outcome FROM journey_cohorts WHERE cohort_id = ?", cohort.cohort_id)
        return int(str(outcome).rsplit(" ", 1)[-1])

    def _bodies(self, run: Run, cohort: Cohort, attempt: int) -> tuple[list[int], list[Call]]:
        """The visits in order, and what is posted for each."""
        org, version = run.org, run.version
        leaves = _Leaves(Binder(org, version, self.spec))
        arguments = leaves.template(self.execute.get("inArguments") or [])
        instance = sql_instance_id(org.seed, version, "m.visit")
        key = Bound("k.contact_key", needs_contact=True)
        columns = ", ".join(["m.visit", "k.contact_key", instance, *(bound.sql for bound in leaves.bound)])
        source = members_of(version, [cohort.cohort_id], [key, *leaves.bound], cohort.root_id)
        held = "SELECT used_visit FROM journey_forced WHERE version_id = :_version AND activity_key = :_activity"
        rows = org.rows(
            f"SELECT {columns} {source} AND m.visit NOT IN ({held} AND used_visit IS NOT NULL) ORDER BY m.visit",
            {**merged(leaves.bound), "_version": version.version_id, "_activity": self.key},
        )
        activity_id, journey_id = version.activity_id(org, self.key), version.guid(org)
        secret = self._secret(org, self.execute)
        visits, sent = [], []
        for row in rows:
            body = {
                "inArguments": leaves.fill(arguments, list(row)[3:]),
                "outArguments": [],
                "activityObjectID": activity_id,
                "journeyId": journey_id,
                "activityId": activity_id,
                "definitionInstanceId": row[2],
                "activityInstanceId": _instance_of(row[2], activity_id),
                "keyValue": row[1],
                "mode": 0,
            }
            visits.append(row[0])
            sent.append(Call(self.url, body, self.timeout_ms, secret, attempt))
        return visits, sent

    def _call(self, run: Run, visits: list[int], sent: list[Call]) -> list[str]:
        """Call all, again at once where no delay is asked for, until all are answered or given up; the results."""
        results = [""] * len(sent)
        pending = list(range(len(sent)))
        now = list(sent)
        while pending:
            answers = calls.send_all(run.org, [now[n] for n in pending], at_once=self.at_once)
            for n, answer in zip(pending, answers, strict=True):
                results[n] = self._result(answer, now[n].attempt)
            rows = [(visits[n], now[n], answer, results[n]) for n, answer in zip(pending, answers, strict=True)]
            calls.note(run.org, run.version.version_id, self.key, "execute", rows)
            self._keep_outputs(run, [(visits[n], a) for n, a in zip(pending, answers, strict=True) if a.processed])
            pending = [n for n in pending if results[n] == RETRY and not self.retry_after]
            for n in pending:
                one = now[n]
                now[n] = Call(one.url, one.body, one.timeout_ms, one.signed_with, one.attempt + 1)
        return results

    def _result(self, answer: Answer, attempt: int) -> str:
        """What becomes of a contact. Source: domain E7; ASSUMED: a branchResult that no outcome has ejects it."""
        if answer.worth_retrying and attempt <= self.retries:
            return RETRY
        if not answer.processed:
            return EJECTED
        if not self.is_split:
            return PROCESSED
        branch = self._branch(answer.json.get("branchResult"))
        return f"outcome {branch.key}" if branch else EJECTED

    def _keep_outputs(self, run: Run, answered: list[tuple[int, Answer]]) -> None:
        """Keep the out arguments that the schema declares, for `{{Interaction.<key>.<name>}}`."""
        names = {name.lower(): name for name in self.out_names}
        if not names:
            return
        rows = [
            (run.version.version_id, self.key, names[name.lower()], visit, _text(value))
            for visit, answer in answered
            for name, value in _flat(answer.json).items()
            if name.lower() in names
        ]
        run.org.db.executemany("INSERT OR REPLACE INTO journey_outputs VALUES (?, ?, ?, ?, ?)", rows)

    def _go_on(self, run: Run, cohort: Cohort, attempt: int, forced: list[Part]) -> None:
        select = """SELECT visit FROM journey_members WHERE cohort_id = :parent
                    INTERSECT SELECT visit FROM temp.called WHERE result = :result"""
        ejected = Part(EJECTED, None, select, {"result": EJECTED}, state="ejected")
        again = Part(
            f"{RETRY} {attempt + 1}", None, select, {"result": RETRY}, until=run.now + max(self.retry_after, 1)
        )
        if self.is_split:
            ways = [Part(one.key, one.next, select, {"result": f"outcome {one.key}"}) for one in self.outcomes]
        else:
            ways = [Part(PROCESSED, self.next, select, {"result": PROCESSED})]
        counts = {row[0]: row[1] for row in run.org.rows("SELECT result, count(*) FROM temp.called GROUP BY result")}
        if not self.is_split and counts == {PROCESSED: cohort.size}:
            run.count(PROCESSED, cohort.size)
            run.move(cohort, self.next)
            return
        sizes = run.divide(cohort, self.key, [*forced, *ways, again, ejected])
        for branch in self.outcomes if self.is_split else ():
            run.count(branch.label or str(branch.arguments.get("branchResult")), sizes.get(branch.key, 0))
        run.count(PROCESSED, sizes.get(PROCESSED, 0))
        run.count("to be tried again", sizes.get(again.outcome, 0))

    # ---- telling

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        last = org.row(
            """SELECT url, status, response FROM custom_calls
               WHERE visit = ? AND version_id = ? AND activity_key = ? ORDER BY call_id DESC LIMIT 1""",
            visit, version.version_id, self.key,
        )  # fmt: skip
        if last is None:
            return None
        said = f"HTTP {last['status']}" if last["status"] else "no answer"
        rule = "it answered 200" if outcome == PROCESSED else f"the server's answer: {outcome}"
        return Decision(rule, (Read(last["url"], f"{said}: {last['response'][:200]}", "custom activity"),))

    def facts(self, org: Org, version: Version) -> list[tuple[str, str]]:
        found = org.rows(
            """SELECT coalesce('HTTP ' || status, response) AS answer, count(*) AS calls FROM custom_calls
               WHERE version_id = ? AND activity_key = ? AND call = 'execute' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5""",
            version.version_id, self.key,
        )  # fmt: skip
        return [(str(row["answer"]), f"{row['calls']:,} calls") for row in found]

    def explain(self) -> str:
        signed = ", as a JWT" if _is_true(self.execute.get("useJwt")) else ""
        return f"Posts each contact to {self.url or 'nothing'}{signed}."


class _Leaves:
    """The data-bound values inside nested arguments: each becomes a column of one SELECT."""

    def __init__(self, binder: Binder) -> None:
        self.binder, self.bound = binder, list[Bound]()

    def template(self, value: Any) -> Any:
        """The value with each binding replaced by its place among the columns."""
        if isinstance(value, dict):
            return {name: self.template(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.template(each) for each in value]
        if not isinstance(value, str) or "{{" not in value:
            return value
        self.bound.append(self.binder.compile(value))
        return _Place(len(self.bound) - 1)

    def fill(self, template: Any, row: list[Any]) -> Any:
        """The template with one row's values."""
        if isinstance(template, dict):
            return {name: self.fill(each, row) for name, each in template.items()}
        if isinstance(template, list):
            return [self.fill(each, row) for each in template]
        if isinstance(template, _Place):
            return _said(row[template.number], self.bound[template.number].kind)
        return template


class _Place:
    """Where a value comes from: a column of the row."""

    def __init__(self, number: int) -> None:
        self.number = number


def _said(value: Any, kind: str) -> str:
    """A data-bound value as the product sends it: text, dates and booleans as .NET writes them.

    Source: a recorded execute body (`"PurchaseDate": "10/4/2023 12:00:00 AM"`); booleans and nothing are ASSUMED.
    """
    if value is None:
        return ""
    if kind == "Boolean":
        return "True" if value else "False"
    if kind == "Date":
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            return str(value)
        hour = moment.hour % 12 or 12
        half = "PM" if moment.hour >= 12 else "AM"
        return f"{moment.month}/{moment.day}/{moment.year} {hour}:{moment:%M:%S} {half}"
    return str(value)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    else:
        yield value


def _flat(answer: dict[str, Any]) -> dict[str, Any]:
    """The values of an answer by name: at the top, or in `outArguments` as a list of objects."""
    listed = answer.get("outArguments")
    inside = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return {name: value for one in [answer, *inside] for name, value in one.items()}


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _instance_of(definition_instance: str, activity_id: str) -> str:
    """An id of its own for each visit to this activity."""
    return f"{activity_id[:8]:0<8}{definition_instance[8:]}"


def _is_true(value: object) -> bool:
    return str(value).lower() in ("true", "1")
