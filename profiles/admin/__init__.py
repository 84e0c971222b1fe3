"""Accounts and conduct in the admin. Every action goes through a service, as everywhere."""

from profiles.admin import accounts, joining, moderation, penalties

__all__ = ["accounts", "joining", "moderation", "penalties"]
