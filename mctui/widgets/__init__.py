"""Widgets that several panes use. Each is told what to show and answers with messages; none knows the simulation."""
