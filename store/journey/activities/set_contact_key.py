"""Set Contact Key: contacts get the key that an attribute has, such as who wrote in a chat first. Type SETCONTACTKEY.

No page shows the activity's JSON or what it does with a key that is taken: public tools list the type only.
Source: domain E8, type vocabulary. ASSUMED: `configurationArguments.contactKey` is the data-binding expression of the
new key; the contact keeps its Contact ID, so that its history, its address and its place in journeys stay with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store import contacts
from store.assumptions import assume
from store.journey.activities.base import Activity, Decision, Finding, Read, activity
from store.journey.attributes import attribute
from store.journey.binding import Binder, Bound, members_of, value_of_visit
from store.journey.cohorts import Part
from store.journey.spec import Json, binding
from store.journey.tables import CONTACT_OF_VISIT, sql_contact

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

CHANGED, KEPT, BLANK, TOO_LONG, TAKEN = "changed", "kept", "blank", "too long", "taken"
_SAID = {
    CHANGED: "the Contact Key becomes the value",
    KEPT: "the contact has this key already, or got one this moment",
    BLANK: "there is no value: the Contact Key stays",
    TOO_LONG: f"a Contact Key has {contacts.MAX_KEY_LENGTH} characters at most: it stays",
    TAKEN: "another contact has this key: the Contact Key stays",
}

assume(
    "set_contact_key_taken",
    "goes on",
    ("goes on", "ejected"),
    "What becomes of a contact whose new key another contact has: it goes on under its old key, or leaves the journey",
    "general knowledge, no page found",
)


@activity("SETCONTACTKEY", "Set Contact Key")
class SetContactKey(Activity):
    """`contactKey`: an expression such as `{{Event.<key>."MobileNumber"}}`, or a text with expressions in it."""

    @classmethod
    def blank(cls) -> Json:
        return {**super().blank(), "configurationArguments": {"contactKey": ""}}

    @property
    def expression(self) -> str:
        """Where the new key is."""
        return str(self.spec.configuration.get("contactKey") or "").strip()

    @property
    def said(self) -> str:
        """The attribute in a sentence."""
        inside = binding(self.expression)
        return attribute(inside).said if inside else self.expression

    def check(self, checking: Checking) -> Iterator[Finding]:
        """An expression that differs by contact and names something that is there."""
        name = self.spec.name
        if "{{" not in self.expression:
            yield self.error(f"{name}: no attribute is chosen for the Contact Key.")
            return
        problem = Binder(checking.org, checking.version, self.spec).problem(self.expression)
        if problem:
            yield self.error(f"{name}: {problem}")
        if self.said == "Contact Key":
            yield self.warning(f"{name}: the Contact Key is set to itself.")

    def run(self, run: Run, cohort: Cohort) -> None:
        """Change the keys of all members that may get theirs; everyone goes on, told apart for the history."""
        wanted = Binder(run.org, run.version, self.spec).compile(self.expression)
        self._sort(run, cohort, wanted)
        changed = "SELECT contact_id, wanted FROM temp.rekeying WHERE result = :changed"
        run.count("got another key", contacts.change_keys(run.org, changed, {"changed": CHANGED}))
        select = """SELECT visit FROM journey_members WHERE cohort_id = :parent
                    INTERSECT SELECT visit FROM temp.rekeying WHERE result = :result"""
        leaves = run.org.assumption("set_contact_key_taken") == "ejected"
        parts = [
            Part(result, None, select, {"result": result}, "ejected")
            if result == TAKEN and leaves
            else Part(result, self.next, select, {"result": result})
            for result in _SAID
        ]
        sizes = run.divide(cohort, self.key, parts)
        run.count("kept theirs", cohort.size - sizes[CHANGED])
        run.org.run("DROP TABLE temp.rekeying")

    def _sort(self, run: Run, cohort: Cohort, wanted: Bound) -> None:
        """TEMP table `rekeying` (visit, contact_id, wanted, result) of all members: who gets the key they want.

        Of several who want one key the first gets it; a contact that is inside twice gets that of its first visit.
        """
        run.org.run("DROP TABLE IF EXISTS temp.rekeying")
        run.org.run(
            """CREATE TEMP TABLE rekeying (
                 visit INTEGER PRIMARY KEY, contact_id INTEGER, wanted TEXT COLLATE NOCASE, result TEXT)"""
        )
        members = members_of(run.version, [cohort.cohort_id], [wanted], cohort.root_id)
        run.org.run(
            f"""INSERT INTO temp.rekeying(visit, contact_id, wanted)
                SELECT m.visit, {sql_contact("m.visit")}, trim({wanted.sql}) {members} ORDER BY m.visit""",
            wanted.params,
        )
        run.org.run(
            """UPDATE temp.rekeying AS r SET result = CASE
                 WHEN coalesce(wanted, '') = '' THEN :blank
                 WHEN length(wanted) > :most THEN :too_long
                 WHEN k.contact_key = wanted THEN :kept
                 WHEN EXISTS (SELECT 1 FROM contacts o WHERE o.contact_key = r.wanted) THEN :taken
                 ELSE :changed END
               FROM contacts AS k WHERE k.contact_id = r.contact_id""",
            {
                "blank": BLANK, "most": contacts.MAX_KEY_LENGTH, "too_long": TOO_LONG, "kept": KEPT, "taken": TAKEN,
                "changed": CHANGED,
            },
        )  # fmt: skip
        for column, result in (("contact_id", KEPT), ("wanted", TAKEN)):
            run.org.run(
                f"""UPDATE temp.rekeying SET result = :result
                     WHERE result = :changed AND visit NOT IN (
                           SELECT min(visit) FROM temp.rekeying WHERE result = :changed GROUP BY {column})""",
                {"result": result, "changed": CHANGED},
            )

    def facts(self, org: Org, version: Version) -> list[tuple[str, str]]:
        found = org.rows(
            """SELECT outcome, sum(size) AS people FROM journey_cohorts WHERE version_id = ? AND split_key = ?
               GROUP BY outcome ORDER BY 2 DESC, 1""",
            version.version_id, self.key,
        )  # fmt: skip
        return [(str(row["outcome"]), f"{row['people']:,} contacts") for row in found]

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        value, source = value_of_visit(org, version, self.expression, visit, root_id)
        reads = [Read(self.said, value, source)]
        keys = contacts.keys_before(org, visit & CONTACT_OF_VISIT, at) if outcome == CHANGED else None
        if keys is not None:
            reads.append(Read("Contact Key before", keys[0], "All Contacts"))
        return Decision(_SAID.get(outcome, outcome), tuple(reads))

    def explain(self) -> str:
        return f"Sets the Contact Key to {self.said or 'nothing'}."
