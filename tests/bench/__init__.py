"""Benchmarks, run by hand: `python -m tests.bench`. They print one table; nothing here is a test."""
