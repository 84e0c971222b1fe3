"""Notifications: tells people what concerns them.

Owns: the in-app inbox; later preferences, mail, digests.
Hears: every app below. Must never know: analytics.
"""
