"""Automation Studio: automations that run activities on a schedule, and their history."""

from store.automation.definition import Automation, Schedule, create, find, names
from store.automation.history import Instance, instances
from store.automation.run import activity
from store.automation.tables import DDL
from store.automation.unsimulated import UNSIMULATED

__all__ = [
    "DDL",
    "UNSIMULATED",
    "Automation",
    "Instance",
    "Schedule",
    "activity",
    "create",
    "find",
    "instances",
    "names",
]
