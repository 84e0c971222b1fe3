"""Reads about people."""

from profiles.selectors.accounts import (
    UNREAD,
    is_email_confirmed,
    live_tokens,
    permissions_of,
    person,
    profile_addresses,
    register_unread,
    unread,
)

__all__ = [
    "UNREAD",
    "is_email_confirmed",
    "live_tokens",
    "permissions_of",
    "person",
    "profile_addresses",
    "register_unread",
    "unread",
]
