"""What a send definition names: its publication list, suppression and exclusion lists, domain exclusions.

Written with names or numbers, kept with numbers. Source: domain E5 (publicationListId, suppressionLists[],
domainExclusions[]) and G (ExclusionListCollection), and how SFMC DevTools write the same (r__list_PathName).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import contacts, data_extensions
from store.contacts import ALL_SUBSCRIBERS_LIST
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

DOMAIN_TEMPLATE = "DomainExclusion"
NAMES = ("list", "suppression_lists", "exclude", "domain_exclusions")  # what `named` takes


@dataclass(frozen=True)
class Named:
    """What one job names, by number; `list_id` is its publication list or the list that it is sent to."""

    list_id: int = ALL_SUBSCRIBERS_LIST
    suppression_lists: tuple[int, ...] = ()
    exclusion_lists: tuple[int, ...] = ()
    exclusions: tuple[int, ...] = ()
    domain_exclusions: tuple[int, ...] = ()

    @property
    def kept(self) -> list[tuple[str, int]]:
        """(role, number) of all but the list."""
        return [
            *(("suppression list", each) for each in self.suppression_lists),
            *(("exclusion list", each) for each in self.exclusion_lists),
            *(("exclusion", each) for each in self.exclusions),
            *(("domain exclusion", each) for each in self.domain_exclusions),
        ]


def named(
    org: Org,
    *,
    list: str | int | None = None,
    suppression_lists: Iterable[str | int] = (),
    exclude: Iterable[str | int] = (),
    domain_exclusions: Iterable[str | int] = (),
) -> Named:
    """What is named, found. Raises Refused for what there is not, or what is of another kind.

    `exclude` are lists, groups or sendable data extensions. Source: SFH:mc_es_exclusion_list.
    """
    target = contacts.get_list(org, list) if list not in (None, "") else None
    if target and target.kind == contacts.SUPPRESSION:
        raise Refused(f"{target.name} is a suppression list, not one to send with.", fix="Name it under suppression.")
    lists, des = [], []
    for each in exclude:
        found = contacts.find_list(org, each)
        if found:
            lists.append(found.list_id)
        else:
            des.append(data_extensions.refuse_unless_sendable(org, str(each)).de_id)
    suppressing = [contacts.get_list(org, each, contacts.SUPPRESSION).list_id for each in suppression_lists]
    domains = [_domain_exclusion(org, each) for each in domain_exclusions]
    return Named(
        target.list_id if target else ALL_SUBSCRIBERS_LIST, _once(suppressing), _once(lists), _once(des), _once(domains)
    )


def _once(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))


def _domain_exclusion(org: Org, name: str | int) -> int:
    """The data extension of excluded domains: only one of the template can be chosen (practitioners' guides)."""
    de = data_extensions.get(org, str(name))
    if de.template != DOMAIN_TEMPLATE:
        raise Refused(f"{de.path} is no domain exclusion.", fix=f"Create one from the template {DOMAIN_TEMPLATE}.")
    return de.de_id


def named_by(org: Org, job_id: int) -> Named:
    """What a job names."""
    rows = org.rows("SELECT role, ref FROM job_exclusions WHERE job_id = ? ORDER BY role, ref", job_id)

    def of(role: str) -> tuple[int, ...]:
        return tuple(row["ref"] for row in rows if row["role"] == role)

    list_id = int(org.value("SELECT list_id FROM jobs WHERE job_id = ?", job_id))
    return Named(list_id, of("suppression list"), of("exclusion list"), of("exclusion"), of("domain exclusion"))


def keep_named(org: Org, job_id: int, what: Named) -> None:
    """Keep what a new job names; its list is a column of the job itself."""
    org.db.executemany("INSERT INTO job_exclusions VALUES (?, ?, ?)", [(job_id, *each) for each in what.kept])


@contacts.refuse_while_named
def sends_that_name(org: Org, list_id: int) -> list[str]:
    """The sends that would miss a list."""
    rows = org.rows(
        """SELECT name FROM jobs WHERE list_id = ?1 UNION
           SELECT j.name FROM jobs j JOIN job_exclusions x USING (job_id)
            WHERE x.ref = ?1 AND x.role IN ('suppression list', 'exclusion list') ORDER BY 1""",
        list_id,
    )
    return [f"the send {row['name']}" for row in rows]


def jobs_that_name(org: Org, ref: int, role: str = "suppression list") -> tuple[str, ...]:
    """The names of the jobs that name a list, or a data extension, in a role."""
    rows = org.rows(
        "SELECT DISTINCT name FROM jobs JOIN job_exclusions USING (job_id) WHERE ref = ? AND role = ? ORDER BY 1",
        ref,
        role,
    )
    return tuple(row[0] for row in rows)


def names_of_json(definition: dict[str, Any]) -> dict[str, Any]:
    """What the JSON of a triggered send names, as `named` takes it: numbers of the API, or paths of SFMC DevTools."""
    paths = definition.get("r__list_PathName")
    paths = {"publicationList": paths} if isinstance(paths, str) else paths if isinstance(paths, dict) else {}
    keys = definition.get("r__dataExtension_key")
    keys = keys if isinstance(keys, dict) else {}

    def listed(*found: Any) -> list[Any]:
        return [each for one in found if isinstance(one, list) for each in one]

    return {
        "list": definition.get("publicationListId") or paths.get("publicationList"),
        "suppression_lists": listed(definition.get("suppressionLists"), paths.get("suppressionLists")),
        "exclude": listed(definition.get("exclusionLists"), paths.get("exclusionLists"), keys.get("exclusions")),
        "domain_exclusions": listed(definition.get("domainExclusions"), keys.get("domainExclusions")),
    }
