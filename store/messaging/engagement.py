"""Drawing how the people of a batch respond, all at once, with times in the future.

One INSERT ... SELECT asks all questions of the batch; only answers that differ from silence are written. A draw depends
on the seed, the job and the visit, never on the order or size of the batch. Times are made with + - * / on integers
only, because the results of libm functions differ between machines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.chance import SCALE, share, sql_chance_of, sql_mix
from store.messaging.bounces import MAILBOX_FULL, USER_UNKNOWN
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.org import Org

_TAIL = SCALE * 51 // 50  # 1.02 in the scale of the draws: a delay is at most 50 times the typical one


def sql_who(visit: str) -> str:
    """SQL for the number that a draw about a visit is made for: the contact, moved on for each earlier entry."""
    return f"(({visit} + ({visit} >> 32) * 1013904223) & {SCALE})"


def who(visit: int) -> int:
    """The same in Python."""
    return (visit + (visit >> 32) * 1013904223) & SCALE


class Questions:
    """What is asked of the people of one batch of a job, each question with its SQL."""

    def __init__(self, org: Org, job_id: int, *, links: int, re_entered: bool) -> None:
        from store.messaging.model import read

        self.org, self.seed, self.job_id, self.links = org, org.seed, job_id, links
        self.model = read(org)
        # Two numbers per row: w is the visit scattered, for what differs by message, and c the contact, for traits that
        # last. On everyone's first entry they are the same; scattering only once saves a third of the time.
        self.c = "c" if re_entered else "w"
        self.mixed, self._carried = f"{sql_mix('visit')} AS w", "w"
        if re_entered:
            contact = f"(visit & {CONTACT_OF_VISIT})"
            self.mixed, self._carried = f"{sql_mix(sql_who('visit'))} AS w, {sql_mix(contact)} AS c", "w, c"

    def draw(self, batch_id: int, cohort_id: int) -> None:
        """Write all responses to come of a batch, none of the excluded."""
        params = {"batch": batch_id, "cohort": cohort_id, "sent_at": self.org.now, "links": self.links}
        self.org.run(self._responses(), params)
        # Few are excluded: to take back what they would have done costs a tenth of asking who is, for each member.
        self.org.run(
            """DELETE FROM responses WHERE batch_id = :batch
                 AND visit IN (SELECT visit FROM send_exclusions WHERE batch_id = :batch)""",
            params,
        )

    def _draw(self, what: str) -> str:
        return sql_chance_of(self.seed, f"{what}|job {self.job_id}", "w")

    def _passes(self, what: str, rate: str) -> str:
        return f"{self._draw(what)} < {share(getattr(self.model, rate))}"

    def _trait(self, what: str) -> str:
        return sql_chance_of(self.seed, what, self.c)

    def _later(self, than: str, least: int, what: str, typical: int) -> str:
        """SQL for a moment at least so many seconds later: `typical * v / (1.02 - v)` more, v drawn once."""
        return f"{than} + {least - typical} + {typical * _TAIL} / ({_TAIL} - {self._draw(what)})"

    def _link(self, what: str) -> str:
        return f"{self._draw(what)} * :links / {SCALE}"

    def _responses(self) -> str:
        """All that each will do, in one pass over the cohort.

        A second open or click is by some of those who did it once. A spam complaint unsubscribes, and nobody
        unsubscribes twice from one message. Source: domain A3.
        """
        model, later = self.model, self._later
        clicks, clicks_again = self._passes("click", "click_rate"), self._passes("reclick", "reclick_rate")
        # LIMIT -1, with a WHERE outside of it, keeps SQLite from merging an inner SELECT into the outer, which would
        # compute at each mention.
        return f"""
            INSERT INTO responses
            SELECT :batch, visit, 0, opened_at,
                   CASE WHEN {self._passes("reopen", "reopen_rate")}
                        THEN {later("opened_at", 600, "reopen delay", model.reopen_delay)} END,
                   clicked_at,
                   CASE WHEN clicked_at IS NOT NULL THEN {self._link("link")} END,
                   CASE WHEN clicked_at IS NOT NULL AND {clicks_again}
                        THEN {later("clicked_at", 600, "reclick delay", model.reopen_delay)} END,
                   CASE WHEN clicked_at IS NOT NULL AND {clicks_again} THEN {self._link("reclick link")} END,
                   CASE WHEN opened_at IS NULL
                        THEN :sent_at + CASE WHEN {self._dead} THEN 60 ELSE {model.soft_bounce_delay} END END,
                   CASE WHEN opened_at IS NULL
                        THEN CASE WHEN {self._dead} THEN {USER_UNKNOWN} ELSE {MAILBOX_FULL} END END,
                   complained_at,
                   CASE WHEN complained_at IS NOT NULL THEN complained_at
                        WHEN {self._passes("unsubscribe", "unsubscribe_rate")}
                        THEN {later("opened_at", 20, "unsubscribe delay", model.click_delay)} END
            FROM (SELECT visit, {self._carried}, opened_at,
                         CASE WHEN :links AND {clicks}
                              THEN {later("opened_at", 5, "click delay", model.click_delay)} END AS clicked_at,
                         CASE WHEN {self._passes("complaint", "complaint_rate")}
                              THEN {later("opened_at", 20, "complaint delay", model.click_delay)} END AS complained_at
                  FROM {self._responders()} LIMIT -1)
            WHERE 1"""

    @property
    def _dead(self) -> str:
        return f"{self._trait('dead address')} < {share(self.model.dead_address_rate)}"

    def _responders(self) -> str:
        """Those who open or bounce, as a FROM; who bounces has no opened_at, and no moment after it."""
        # The rate of EngagementModel with its factors drawn together: fewer operations for each member.
        trait, rate = self._trait("openness"), share(self.model.open_rate)
        opens = f"{self._draw('open')} < {0.25 * rate!r} + {2.25 * rate / SCALE / SCALE!r} * ({trait} * {trait})"
        bounces = f"{self._dead} OR {self._passes('soft bounce', 'soft_bounce_rate')}"
        opened_at = self._later(":sent_at", 120, "open delay", self.model.open_delay)
        return f"""(SELECT visit, {self._carried}, CASE WHEN {bounces} THEN NULL ELSE {opened_at} END AS opened_at
                    FROM (SELECT visit, {self.mixed} FROM journey_members WHERE cohort_id = :cohort LIMIT -1)
                    WHERE {opens} OR {bounces} LIMIT -1)"""


def sql_openness(seed: int, contact_id: str) -> str:
    """SQL for the trait by which a person opens email, in [0, SCALE): what a model of Einstein may learn."""
    return sql_chance_of(seed, "openness", sql_mix(contact_id))
