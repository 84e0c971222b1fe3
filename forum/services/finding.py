"""Counting searches: finding costs the database more than reading does. Done for oneself, so nothing to authorise."""

from typing import Any

from community_platform.core import ratelimits, rates
from forum.services.reading import visitor_key


def count_search(*, user: Any, address: str, action: str = "search") -> None:
    """Count a search, or with `complete` a suggestion while somebody types; visitors by address. Raises: TooFast."""
    ratelimits.hit(visitor_key(user, address), *rates.limits_for(user, action))
