"""Who sees what of the data views, how long they keep it, and what fills them.

The room that makes a view says so here with `data_view`; a view that no room makes is empty, and `EMPTY` says why.
Source: domain D4, retention and scope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units
from store.business_units import ENTERPRISE_MID
from store.data_extensions.storage import quoted

if TYPE_CHECKING:
    from store.org import Org

Condition = str | Callable[["Org"], str]

MONTHS_KEPT = 6  # source: domain D4, of all views but those of KEPT_FOREVER
KEPT_FOREVER = ("_Subscribers", "_EnterpriseAttribute", "_BusinessUnitUnsubscribes", "_ListSubscribers")
DAYS_OF_DISPOSITIONS = 7  # of _ReconcilableDispositionView; source: domain D4

_SOCIAL = "social networks are not simulated"
EMPTY = {
    "_ReconcilableDispositionView": "transactional sends with reconciliation are not simulated",
    "_MobileLineOrphanContactView": "every LINE address here belongs to a contact",
    "_PushTag": "tags of devices are not simulated",
    "_Coupon": "coupons are not simulated",
    "_SocialNetworkImpressions": _SOCIAL,
    "_SocialNetworkTracking": _SOCIAL,
    "_FTAF": "forwards to a friend are not simulated",
    "_SurveyResponse": "surveys are not simulated",
}


@dataclass(frozen=True)
class ViewRule:
    """`child` and `parent` are SQL conditions, with {mid}, of the rows that a business unit and the parent see.

    `blank_in_parent` are columns that are NULL when the parent asks. A view that is `enterprise_only` exists for a
    child by `Ent.` alone.
    """

    filled_by: str
    child: Condition = ""
    parent: Condition = ""
    blank_in_parent: tuple[str, ...] = ()
    enterprise_only: bool = False


_rules: dict[str, ViewRule] = {}
_NONE = ViewRule("")


def data_view(name: str, rule: ViewRule) -> None:
    """Declare what fills a view and who sees what of it."""
    assert name not in _rules, f"data view {name} is declared twice"
    _rules[name] = rule


def rule_of(name: str) -> ViewRule:
    """The rule of a view; one that no room declares is filled by nothing."""
    return _rules.get(name, _NONE)


def source_of(org: Org, view: str, columns: tuple[str, ...], mid: int) -> str:
    """What stands for the view in FROM when a business unit asks."""
    rule, of_parent = rule_of(view), mid == ENTERPRISE_MID
    wanted = rule.parent if of_parent else rule.child
    condition = (wanted if isinstance(wanted, str) else wanted(org)).format(mid=mid)
    blank = rule.blank_in_parent if of_parent else ()
    if not condition and not blank:
        return quoted(view)
    listed = ", ".join(f"NULL AS {quoted(name)}" if name in blank else quoted(name) for name in columns)
    return f"(SELECT {listed} FROM {quoted(view)}{' WHERE ' + condition if condition else ''})"


def sql_since() -> str:
    """SQL of the moment (UTC seconds) before which a view shows nothing."""
    return f"(SELECT unixepoch(now, 'unixepoch', '-{MONTHS_KEPT} months') FROM world)"


@dataclass(frozen=True)
class ViewStatus:
    """A data view as a business unit sees it: `why` says what fills it, or why it is empty."""

    name: str
    columns: int
    rows: int
    filled: bool
    why: str
    scope: str
    kept: str


def view_statuses(org: Org) -> list[ViewStatus]:
    """All data views as the business unit that is worked in sees them."""
    from store.data_extensions.data_views import data_views

    mid, found = business_units.current_mid(), []
    for view, columns in data_views().items():
        rule = rule_of(view)
        source = source_of(org, view, tuple(column.name for column in columns), mid)
        rows = int(org.value(f"SELECT count(*) FROM {source}"))
        why = rule.filled_by or f"empty: {EMPTY[view]}"
        found.append(ViewStatus(view, len(columns), rows, bool(rule.filled_by), why, _scope(rule), kept(view)))
    return found


def _scope(rule: ViewRule) -> str:
    if rule.enterprise_only:
        return "the enterprise; from a child by Ent. only"
    if rule.child and rule.parent:
        return "each business unit its own"
    if rule.child:
        return "a child its own, the parent all"
    return "the same for all"


def kept(view: str) -> str:
    """How long the view keeps a row."""
    if view in KEPT_FOREVER:
        return "without limit"
    return f"{DAYS_OF_DISPOSITIONS} days" if view == "_ReconcilableDispositionView" else f"{MONTHS_KEPT} months"
