"""Drawing how the people of a batch respond, all at once, with times in the future.

Each question is one INSERT ... SELECT over the batch; only answers that differ from silence are written. A draw depends
on the seed, the job and the visit, never on the order or size of the batch. Times are made with + - * / on integers
only, because the results of libm functions differ between machines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.chance import SCALE, share, sql_chance_of, sql_mix
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.org import Org

# Bounce subcategories. Source: domain A2, the data views' BounceSubcategoryID.
USER_UNKNOWN, MAILBOX_FULL = 2001, 3001
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
        self.mixed = f"{sql_mix(sql_who('visit'))} AS w" if re_entered else f"{sql_mix('visit')} AS w"
        self.traits = f", {sql_mix(f'(visit & {CONTACT_OF_VISIT})')} AS c" if re_entered else ""

    def draw(self, batch_id: int, cohort_id: int, *, excluded: bool) -> None:
        """Write all events to come of a batch."""
        params = {"batch": batch_id, "cohort": cohort_id, "sent_at": self.org.now, "links": self.links}
        self.org.run(self._first_responses(excluded), params)
        if self.links:
            self.org.run(self._clicks(), params)
            self.org.run(self._again("click", "reclick"), params)
        self.org.run(self._again("open", "reopen"), params)
        self.org.run(self._after_open("complaint", "complaint_rate"), params)
        # A spam complaint unsubscribes, and nobody unsubscribes twice from one message. Source: domain A3.
        self.org.run(
            """INSERT INTO tracking_events
               SELECT batch_id, 'unsubscribe', visit, seq, event_at, NULL FROM tracking_events
               WHERE batch_id = :batch AND kind = 'complaint'""",
            params,
        )
        self.org.run(self._after_open("unsubscribe", "unsubscribe_rate"), params)

    def _draw(self, what: str, mixed: str = "w") -> str:
        return sql_chance_of(self.seed, f"{what}|job {self.job_id}", mixed)

    def _passes(self, what: str, rate: str) -> str:
        return f"{self._draw(what)} < {share(getattr(self.model, rate))}"

    def _delay(self, what: str, typical: int) -> str:
        v = self._draw(what)
        return f"({typical} * {v} / ({_TAIL} - {v}))"

    def _trait(self, what: str) -> str:
        return sql_chance_of(self.seed, what, self.c)

    def _first_responses(self, excluded: bool) -> str:
        """Bounces and first opens, in one pass over the cohort."""
        trait = f"({self._trait('openness')} * 1.0 / {SCALE})"
        opens = f"{self._draw('open')} < {share(self.model.open_rate)} * (0.25 + 2.25 * {trait} * {trait})"
        dead = f"{self._trait('dead address')} < {share(self.model.dead_address_rate)}"
        soft = self._passes("soft bounce", "soft_bounce_rate")
        anyone = "visit NOT IN (SELECT visit FROM send_exclusions WHERE batch_id = :batch)" if excluded else "1"
        # LIMIT -1 keeps SQLite from merging the inner SELECTs into the outer ones, which would compute at each mention.
        return f"""
            INSERT INTO tracking_events
            SELECT :batch, CASE WHEN bounced IS NULL THEN 'open' ELSE 'bounce' END, visit, 1,
                   :sent_at + CASE WHEN bounced IS NULL THEN 120 + {self._delay("open delay", self.model.open_delay)}
                                   WHEN bounced = {USER_UNKNOWN} THEN 60
                                   ELSE {self.model.soft_bounce_delay} END,
                   bounced
            FROM (SELECT visit, w, CASE WHEN {dead} THEN {USER_UNKNOWN} WHEN {soft} THEN {MAILBOX_FULL} END AS bounced
                  FROM (SELECT visit, {self.mixed}{self.traits}
                        FROM journey_members WHERE cohort_id = :cohort LIMIT -1)
                  WHERE {opens} OR {dead} OR {soft} LIMIT -1)
            WHERE {anyone}"""

    def _first(self, kind: str) -> str:
        """The first events of a kind in this batch, as a FROM."""
        return f"""(SELECT visit, event_at, {self.mixed} FROM tracking_events
                    WHERE batch_id = :batch AND kind = '{kind}' AND seq = 1 LIMIT -1)"""

    def _clicks(self) -> str:
        """First clicks: of those who opened, soon after, on one of the links."""
        link = f"{self._draw('link')} * :links / {SCALE}"
        return f"""
            INSERT INTO tracking_events
            SELECT :batch, 'click', visit, 1,
                   event_at + 5 + {self._delay("click delay", self.model.click_delay)}, {link}
            FROM {self._first("open")}
            WHERE {self._passes("click", "click_rate")}"""

    def _again(self, kind: str, what: str) -> str:
        """A second open or click by some of those who did it once."""
        link = f"{self._draw(f'{what} link')} * :links / {SCALE}" if kind == "click" else "NULL"
        return f"""
            INSERT INTO tracking_events
            SELECT :batch, '{kind}', visit, 2,
                   event_at + 600 + {self._delay(f"{what} delay", self.model.reopen_delay)}, {link}
            FROM {self._first(kind)}
            WHERE {self._passes(what, f"{what}_rate")}"""

    def _after_open(self, kind: str, rate: str) -> str:
        """What a few of those who opened do soon after it, unless they have done it."""
        return f"""
            INSERT OR IGNORE INTO tracking_events
            SELECT :batch, '{kind}', visit, 1,
                   event_at + 20 + {self._delay(f"{kind} delay", self.model.click_delay)}, NULL
            FROM {self._first("open")}
            WHERE {self._passes(kind, rate)}"""


def sql_openness(seed: int, contact_id: str) -> str:
    """SQL for the trait by which a person opens email, in [0, SCALE): what a model of Einstein may learn."""
    return sql_chance_of(seed, "openness", sql_mix(contact_id))
