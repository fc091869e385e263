"""Several Salesforce orgs at one account: which business unit is connected to which, and by whom.

By default an account is single-org: one org, connected at the enterprise, and every business unit shares it. Multi-org
is switched on once and for all. From then on connections are managed by business unit: each is connected to one org,
an org to many of them, through an integration user who serves five at most and whose configuration they share.
Source: MD:mcc-integration-patterns, "Single-Org vs Multi-Org"; SFH:mc_co_multi_org_account_and_user_configuration;
SFH:mc_co_faqs_for_multi_org; SFH:mc_co_multi_org_scenario_examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units, crm
from store.assumptions import assume
from store.commands import Outcome, command
from store.connect.state import is_connected, refuse_if_broken
from store.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.org import Org

MOST_UNITS = 5  # source: domain C1, business units of one integration user
COPY_NUMBER = assume(
    "connect.copy_number",
    "by object",
    ("by object", "by integration user"),
    "What the copy number at the end of Contact_Salesforce_1 counts where several orgs are connected: the Synchronized"
    " Data Extensions of that object, or the integration users in the order in which they were connected",
    "SFH:mc_cab_creating_and_interacting_with_synchronized_data_sources: n is the copy number",
)
DDL = """
CREATE TABLE multi_org (                -- one row from the moment that multi-org is enabled
  enabled_at     INTEGER NOT NULL       -- UTC seconds
);
CREATE TABLE integration_users (        -- one row is one connected Salesforce org, where multi-org is enabled
  position       INTEGER PRIMARY KEY,   -- in the order in which they were connected
  org            TEXT NOT NULL UNIQUE,  -- '' is the first one
  name           TEXT NOT NULL,         -- the user whom MC Connect works as there
  connected_at   INTEGER NOT NULL       -- UTC seconds
);
CREATE TABLE connected_units (          -- one row is one business unit that is connected to an org
  mid            INTEGER PRIMARY KEY REFERENCES business_units(mid),
  org            TEXT NOT NULL REFERENCES integration_users(org),
  connected_at   INTEGER NOT NULL       -- UTC seconds
);
"""


@dataclass(frozen=True)
class ConnectedOrg:
    """A Salesforce org, who connects it, and the business units that use it, by name."""

    org: str
    integration_user: str
    units: tuple[str, ...]
    connected_at: int

    @property
    def title(self) -> str:
        """What the org is called."""
        return crm.title_of(self.org)


def is_multi_org(org: Org) -> bool:
    """Whether several orgs can be connected; it never becomes false again."""
    return org.value("SELECT 1 FROM multi_org") is not None


def connected_orgs(org: Org) -> list[ConnectedOrg]:
    """The connected orgs in the order in which they were connected; empty in a single-org account."""
    users = org.rows("SELECT org, name, connected_at FROM integration_users ORDER BY position")
    units = org.rows("SELECT c.org, b.name FROM connected_units c JOIN business_units b USING (mid) ORDER BY b.mid")
    return [
        ConnectedOrg(
            row["org"], row["name"], tuple(one["name"] for one in units if one["org"] == row["org"]),
            row["connected_at"],
        )
        for row in users
    ]  # fmt: skip


def org_here(org: Org) -> str:
    """The Salesforce org that a command or journey works with: the one named, else that of its business unit.

    Raises Refused when the business unit is connected to none.
    """
    named = crm.working_org()
    if named or not is_multi_org(org):
        return named
    found: str | None = org.value("SELECT org FROM connected_units WHERE mid = ?", business_units.current_mid())
    if found is None:
        raise Refused(
            f"The business unit {business_units.current(org).name} is connected to no Salesforce org.",
            cause="With multi-org a business unit does not inherit the connection of the enterprise.",
            fix="connect.connect_org connects it.",
        )
    return found


def named_here(org: Org, object_name: str) -> str:
    """The full name of what is called so in the Salesforce org of the business unit that is worked in."""
    return crm.full_name(org_here(org), object_name)


def can_reach(org: Org, of: str) -> bool:
    """Whether a Salesforce org is connected, and its connection is not broken."""
    connected = not of or org.value("SELECT 1 FROM integration_users WHERE org = ?", of) is not None
    return connected and is_connected(org, of)


def refuse_unless_connected(org: Org, of: str, what: str) -> None:
    """Raises Refused when `what` needs the connection to a Salesforce org that has none, or whose is broken."""
    if not is_multi_org(org):
        if of:
            raise Refused(
                f"{what} needs a connection to {of}, and this account is single-org.",
                cause="MC Connect has one Salesforce org, which all business units share.",
                fix="connect.enable_multi_org, which cannot be taken back, then connect.connect_org.",
            )
    elif org.value("SELECT 1 FROM integration_users WHERE org = ?", of) is None:
        raise Refused(f"{what} needs a connection to {crm.title_of(of)}.", fix="connect.connect_org makes it.")
    refuse_if_broken(org, what, of)


def copy_suffix(org: Org, object_name: str) -> str:
    """What follows `Contact_Salesforce` in the name of the next data extension of an object: nothing, or its number.

    Source: SFH:mc_cab_creating_and_interacting_with_synchronized_data_sources, "Salesforce_n, where n indicates the
    copy number when used in a multi-org environment": `Contact_Salesforce_1`.
    """
    if not is_multi_org(org):
        return ""
    if org.assumption(COPY_NUMBER.name) == "by integration user":
        return f"_{org.value('SELECT position FROM integration_users WHERE org = ?', crm.org_of(object_name))}"
    return f"_{_last_copy(org, crm.api_name(object_name)) + 1}"


def next_copy_suffix(org: Org, object_name: str) -> str:
    """The suffix that no data extension of an object of that name has had: it comes back after a loss."""
    return f"_{_last_copy(org, crm.api_name(object_name)) + 1}"


def _last_copy(org: Org, api_name: str) -> int:
    """The highest copy number of the data extensions of an object that are there or were lost; 0 without any."""
    names = [
        f"{crm.api_name(row['object'])}_Salesforce{row['suffix']}"
        for row in org.rows("SELECT object, suffix FROM sync_objects")
    ]
    names += [row["de_name"] for row in org.rows("SELECT de_name FROM lost_synchronizations")]
    heads = [name.rpartition("_") for name in names if name.startswith(f"{api_name}_Salesforce_")]
    return max((int(number) for head, _, number in heads if head == f"{api_name}_Salesforce"), default=0)


# ---- commands


@command("connect.enable_multi_org")
def enable(org: Org, *, integration_user: str = "MC Connect") -> Outcome:
    """Let business units be connected to orgs of their own. It cannot be taken back.

    The enterprise stays connected to the first org; the other business units no longer inherit that and have to be
    connected one by one.
    """
    if is_multi_org(org):
        raise Refused("Multi-org is enabled already.", cause="It cannot be taken back either.")
    refuse_if_broken(org, "Multi-org")
    org.run("INSERT INTO multi_org VALUES (?)", org.now)
    org.run("INSERT INTO integration_users(org, name, connected_at) VALUES ('', ?, ?)", integration_user, org.now)
    org.run("INSERT INTO connected_units VALUES (?, '', ?)", business_units.ENTERPRISE_MID, org.now)
    left = len(business_units.units(org)) - 1
    said = f"; {left} business unit{'s have' if left > 1 else ' has'} to be connected again" if left else ""
    title = f"Multi-org is enabled, which cannot be taken back{said}"
    return Outcome(title, {"business units disconnected": left} if left else {}, "orgs")


@command("connect.disable_multi_org")
def disable(org: Org) -> Outcome:
    """Always refused. source: MD:mcc-integration-patterns, going multi-org is not reversible."""
    if not is_multi_org(org):
        raise Refused("This account is single-org: there is nothing to disable.")
    raise Refused(
        "Multi-org cannot be disabled.",
        cause="The only way back to single-org is a new Marketing Cloud account.",
        fix="Disconnect what is not wanted: connect.disconnect_units.",
    )


@command("connect.connect_org")
def connect_org(org: Org, *, integration_user: str, units: Sequence[str | int]) -> Outcome:
    """Connect business units to the Salesforce org named by `org`, through an integration user of it."""
    of = crm.working_org()
    if not is_multi_org(org):
        raise Refused(
            f"{crm.title_of(of)} cannot be connected: this account is single-org.",
            cause="MC Connect has one Salesforce org, which all business units share.",
            fix="connect.enable_multi_org, which cannot be taken back.",
        )
    if not units:
        raise Refused("Which business units?", fix="Name at least one; each is connected to one org.")
    _check_user(org, of, integration_user)
    found = _units_to_connect(org, of, units)
    org.run(
        "INSERT OR IGNORE INTO integration_users(org, name, connected_at) VALUES (?, ?, ?)",
        of, integration_user, org.now,
    )  # fmt: skip
    for mid in found:
        org.run("INSERT INTO connected_units VALUES (?, ?, ?)", mid, of, org.now)
    named = ", ".join(found.values())
    title = f"{named} connected to {crm.title_of(of)} through {integration_user}"
    return Outcome(title, {"business units": len(found)}, "orgs")


def _check_user(org: Org, of: str, name: str) -> None:
    there = org.value("SELECT name FROM integration_users WHERE org = ?", of)
    if there is not None and there.lower() != name.lower():
        raise Refused(
            f"{crm.title_of(of)} is connected through {there} already.",
            cause="A second integration user of the same org, with a configuration of its own, is not built.",
            fix=f"Connect the business units through {there}, up to {MOST_UNITS}.",
        )
    if not name.strip():
        raise Refused("An integration user has a name.", fix="Name the user whom MC Connect works as in that org.")


def _units_to_connect(org: Org, of: str, named: Sequence[str | int]) -> dict[int, str]:
    """MID -> name of the business units that are not connected yet. Raises Refused for any that cannot be."""
    found = {unit.mid: unit.name for unit in (business_units.get(org, each) for each in named)}
    connected = {row["mid"]: row["org"] for row in org.rows("SELECT mid, org FROM connected_units")}
    for mid, name in found.items():
        if mid not in connected:
            continue
        if connected[mid] == of:
            raise Refused(f"{name} is connected to {crm.title_of(of)} already.")
        raise Refused(
            f"{name} cannot be connected to {crm.title_of(of)}: it is connected to {crm.title_of(connected[mid])}.",
            cause="A business unit is connected to one Salesforce org.",
            fix="connect.disconnect_units first.",
        )
    total = sum(each == of for each in connected.values()) + len(found)
    if total > MOST_UNITS:
        raise Refused(
            f"{total} business units are too many for one integration user.",
            cause=f"One integration user serves {MOST_UNITS} business units at most.",
            fix="Connect fewer.",
        )
    return found


@command("connect.disconnect_units")
def disconnect_units(org: Org, *, units: Sequence[str | int]) -> Outcome:
    """Disconnect business units, each by itself: others of the same org, and other orgs, stay connected."""
    if not is_multi_org(org):
        raise Refused(
            "A business unit cannot be disconnected by itself.",
            cause="In a single-org account the connection is the enterprise's, and all business units share it.",
            fix="connect.disconnect breaks it for all.",
        )
    named = []
    for each in units:
        unit = business_units.get(org, each)
        of = org.value("SELECT org FROM connected_units WHERE mid = ?", unit.mid)
        if of is None:
            raise Refused(f"{unit.name} is connected to no Salesforce org.")
        if org.value("SELECT count(*) FROM connected_units WHERE org = ?", of) == 1:
            raise Refused(
                f"{unit.name} is the last business unit of {crm.title_of(of)}.",
                cause="What is synchronized from there would belong to nobody.",
                fix="connect.disconnect breaks the connection itself.",
            )
        org.run("DELETE FROM connected_units WHERE mid = ?", unit.mid)
        named.append(unit.name)
    return Outcome(f"{', '.join(named)} disconnected", {"business units": len(named)}, "orgs")
