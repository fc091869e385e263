"""SOQL: queries over the CRM as the REST API's query resource takes them, and reports that are saved queries.

grammar.py reads the text, dates.py knows the date literals, translate.py makes SQL of it, select.py the columns,
answer.py runs it. source: SOQL and SOSL Reference.
"""

from __future__ import annotations

from store.crm.soql import reports as _reports  # noqa: F401 (registers the commands)
from store.crm.soql.answer import Answer, soql
from store.crm.soql.errors import SoqlError
from store.crm.soql.reports import DDL, Report, report_ids, reports

__all__ = ["DDL", "Answer", "Report", "SoqlError", "report_ids", "reports", "soql"]
