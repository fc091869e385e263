"""Advertising audience: puts contacts on a list for an ad network. Type ADDAUDIENCE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.journey.activities.base import Activity, Finding, activity
from store.journey.tables import sql_contact

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

NOT_SIMULATED = "matching by the ad network and the ads themselves are not simulated"


@activity("ADDAUDIENCE", "Ad Audience")
class AddAudience(Activity):
    """`configurationArguments`: the audience, and whether contacts are added or removed.

    Who is on the list is kept and counted. ASSUMED: the names of the settings; no public definition shows them.
    """

    @property
    def audience(self) -> str:
        """The audience's name, else its id."""
        names = ("audienceName", "audienceId", "audience", "name")
        return str(next((self.spec.configuration[n] for n in names if self.spec.configuration.get(n)), ""))

    @property
    def removes(self) -> bool:
        """Whether contacts are taken off the list."""
        return str(self.spec.configuration.get("action") or "add").lower().startswith("remove")

    def check(self, checking: Checking) -> Iterator[Finding]:
        """An audience."""
        if not self.audience:
            yield self.error(f"{self.spec.name}: no advertising audience is chosen.")
        yield self.warning(f"{self.spec.name}: {NOT_SIMULATED}.")

    def run(self, run: Run, cohort: Cohort) -> None:
        """Put everyone on the list, or take them off it."""
        members = f"SELECT DISTINCT {sql_contact('visit')} FROM journey_members WHERE cohort_id = :cohort"
        params = {"audience": self.audience, "cohort": cohort.cohort_id, "now": run.now}
        if self.removes:
            changed = run.org.run(
                f"DELETE FROM advertising_members WHERE audience = :audience AND contact_id IN ({members})", params
            )
        else:
            changed = run.org.run(
                f"""INSERT INTO advertising_members
                    SELECT :audience, contact_id, :now
                    FROM (WITH member(contact_id) AS ({members}) SELECT * FROM member)
                    WHERE 1 ORDER BY contact_id ON CONFLICT DO NOTHING""",
                params,
            )
        run.count("removed" if self.removes else "added", changed)
        run.move(cohort, self.next)

    def facts(self, org: Org, version: Version) -> list[tuple[str, str]]:
        people = org.value("SELECT count(*) FROM advertising_members WHERE audience = ?", self.audience)
        return [(f"on {self.audience}", f"{people:,}")]

    def explain(self) -> str:
        what = "Takes contacts off" if self.removes else "Puts contacts on"
        return f"{what} the advertising audience {self.audience}; {NOT_SIMULATED}."
