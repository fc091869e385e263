"""Several Salesforce orgs: each with its own objects, records, users, flows and security, and ids of its own.

The first org is there from the start and takes ids of any instance. A further one is made with an instance code: the
characters four and five of every record id of it, so that an id says which org it is of and no two orgs share one.
Source: Salesforce Help, "Salesforce record ID": the key prefix, then the pod identifier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING

from store.commands import Outcome, command, common_argument
from store.crm.naming import FIRST, full_name, org_of, working_in, working_org
from store.crm.objects import define_object, every_object, object_of
from store.crm.tables import table_of
from store.errors import Refused, did_you_mean
from store.ids import to_18

if TYPE_CHECKING:
    from store.org import Org

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")
_INSTANCE = re.compile(r"[A-Za-z0-9]{2}")


@dataclass(frozen=True)
class SalesforceOrg:
    """One org. `name` is '' for the first, `instance` the code in its record ids ('' of the first: any)."""

    name: str
    instance: str

    @property
    def title(self) -> str:
        """What it is called where there are several."""
        return self.name or FIRST


def orgs(org: Org) -> list[SalesforceOrg]:
    """The Salesforce orgs in the order in which they were made: wherever there is a User there is an org."""
    found = org.rows(
        "SELECT name, key_prefix FROM crm_objects WHERE name = 'User' OR name LIKE '%:User' ORDER BY position"
    )
    return [SalesforceOrg(org_of(row["name"]), row["key_prefix"][3:]) for row in found]


def several_orgs(org: Org) -> bool:
    """Whether there is more than one, so that a screen has to say which."""
    return len(orgs(org)) > 1


def salesforce_org(org: Org, name: str) -> SalesforceOrg:
    """The org of that name, whatever its case; '' and `main` are the first. Raises Refused when there is none."""
    wanted = name.strip().lower()
    known = orgs(org)
    found = next((each for each in known if wanted in (each.name.lower(), each.title.lower())), None)
    if found is None:
        titles = [each.title for each in known]
        fix = did_you_mean(name, titles) or f"There are: {', '.join(titles)}. crm.create_org makes another one."
        raise Refused(f"There is no Salesforce org '{name}'.", fix=fix)
    return found


@contextmanager
def in_org(org: Org, name: str) -> Iterator[SalesforceOrg]:
    """Work in the org that a person named. Raises Refused when there is none of that name."""
    found = salesforce_org(org, name)
    with working_in(found.name):
        yield found


def org_of_record(org: Org, record_id: str) -> str:
    """The name of the org whose record this is, by its id; of an id that no org knows the one that is worked in."""
    found = object_of(org, to_18(record_id))
    return org_of(found) if found else working_org()


common_argument("org", in_org, lambda: working_org() or None)


@command("crm.create_org")
def create_org(org: Org, *, name: str, instance: str = "") -> Outcome:
    """Make another Salesforce org with its standard objects; `instance` are two characters of its record ids."""
    from store.crm.standard import standard_objects

    _check_name(org, name)
    code = instance or _free_instance(org)
    _check_instance(org, code)
    with working_in(name):
        for obj in standard_objects():
            define_object(org, obj, instance=code)
    title = f"Salesforce org {name} made; its record ids have {code} at places four and five"
    return Outcome(title, {"orgs": 1}, "crm")


def _check_name(org: Org, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Refused(
            f"'{name}' is not a name of a Salesforce org.",
            fix="It has letters, digits and underscores, begins with a letter, and is at most 20 long.",
        )
    if any(name.lower() in (each.name.lower(), FIRST) for each in orgs(org)):
        raise Refused(f"There is a Salesforce org {name} already.", fix="Choose another name.")


def _check_instance(org: Org, code: str) -> None:
    if not _INSTANCE.fullmatch(code) or code == "00":
        raise Refused(
            f"'{code}' is not an instance code.",
            cause="It is two letters or digits, and 00 is what the first org itself gives out.",
            fix="Leave `instance` out for a free one, or take characters four and five of the ids in your files.",
        )
    taken = next((each for each in orgs(org) if each.instance == code), None)
    if taken:
        raise Refused(f"The ids of {taken.title} have the instance code {code} already.", fix="Choose another one.")
    for name in every_object(org):
        if org_of(name) == "":
            held = org.value(f"SELECT Id FROM {table_of(name)} WHERE substr(Id, 4, 2) = ? LIMIT 1", code)
            if held:
                raise Refused(
                    f"The first org has records with the instance code {code}: {name} {held}.",
                    cause="An id says which org it is of; these would be of both.",
                    fix="Choose another code, or import those records into the new org instead.",
                )


def _free_instance(org: Org) -> str:
    taken = {each.instance for each in orgs(org)}
    return next(code for letter in ascii_lowercase for n in range(1, 10) if (code := f"{n}{letter}") not in taken)


def objects_in(org: Org, salesforce_org_name: str) -> list[str]:
    """The full names of the objects of an org."""
    return [name for name in every_object(org) if org_of(name) == salesforce_org_name]


def full_names(org: Org, name: str) -> list[str]:
    """The full names of what is called so, one for each org that has it: of the first one, then of the others."""
    there = {each.lower(): each for each in every_object(org)}
    wanted = [full_name(each.name, name).lower() for each in orgs(org)]
    return [there[each] for each in wanted if each in there]
