"""Analytics: numbers an instructor acts on.

Owns: the event log, aggregates, dashboards. Empty until its issue. Reads every app; nobody imports it.
"""
