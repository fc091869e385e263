"""Sync monitor: what MC Connect reads, how old it is, and what the CRM says meanwhile."""
