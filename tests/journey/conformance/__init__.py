"""Conformance: what each activity does, as data. One YAML file per activity; `test_conformance.py` runs them all.

A case says in words what is given, when something happens, what then holds, and the source of the rule. Then the same
for the machine: `people` (or `rows`) of the entry data extension, `setup` commands before publication, the journey's
`activities`, commands `during` the run, and what to `expect`.
"""
