"""Automation Studio: automations that run activities on a schedule, and their history."""

from store.automation import data_activities as _data_activities  # noqa: F401 (registers them)
from store.automation import import_file as _import_file  # noqa: F401 (registers it)
from store.automation import key_migration as _key_migration  # noqa: F401 (says what holds old keys)
from store.automation.definition import Automation, Schedule, create, find, names, scheduled_with, with_activity
from store.automation.ftp import FtpFile, files
from store.automation.history import Instance, executions, instances
from store.automation.run import Result, activity
from store.automation.tables import DDL
from store.automation.unsimulated import UNSIMULATED

# The activities that let contacts into a journey; their key names the entry event. Source: domain E9, types 733, 952
# and 749. Journey Builder registers what they do.
JOURNEY_ENTRIES = ("journeyEntry", "fireEvent")

__all__ = [
    "DDL",
    "JOURNEY_ENTRIES",
    "UNSIMULATED",
    "Automation",
    "FtpFile",
    "Instance",
    "Result",
    "Schedule",
    "activity",
    "create",
    "executions",
    "files",
    "find",
    "instances",
    "names",
    "scheduled_with",
    "with_activity",
]
