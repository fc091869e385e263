"""Salesforce formulas as SQL: the one expression language of formula fields, validation rules, flows and roll-ups.

A formula is parsed once (grammar.py), compiled over a record's table (compile.py) and evaluated by SQLite whenever it
is read, on the simulated clock. Functions are registered in functions.py.
"""

from __future__ import annotations

from store.crm.formula.compile import compile_formula, fields_named
from store.crm.formula.expression import Expression, FormulaError

__all__ = ["Expression", "FormulaError", "compile_formula", "fields_named"]
