"""How often who may do what: one table of action × trust level, that a setting may override.

    ratelimits.hit(actor.pk, *limits_for(actor, "reply"))

A cell lists limits as "count/seconds". A limit of one post in 30 seconds is written as six in 180: the same pace, but
somebody who has two things to say need not wait between them. The numbers are those of research on large forums
(Discourse's defaults, Misago, NodeBB), the days of level 1 and 2 scaled by 1.5, 2 and 3 where there is a day's quota.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from community_platform.core.ratelimits import Limit

MINUTE, HOUR, DAY = 60, 3_600, 86_400
LEVELS = (0, 1, 2, 3)

# A single cell holds for every level.
TABLE: dict[str, tuple[str, ...]] = {
    # new: one topic in 120 s, one reply in 30 s; others: 30 s and 5 s
    "topic": ("3/360 20/86400", "3/90 20/86400", "3/90 30/86400", "3/90 60/86400"),
    "reply": ("6/180 300/86400", "6/30 300/86400", "6/30 600/86400", "6/30 900/86400"),
    "comment": ("6/180 300/86400", "6/30 300/86400", "6/30 600/86400", "6/30 900/86400"),
    "edit": ("20/60 30/86400", "20/60 45/86400", "20/60 60/86400", "20/60 90/86400"),
    "like": ("60/60 50/86400", "60/60 75/86400", "60/60 100/86400", "60/60 150/86400"),
    "flag": ("5/60 20/86400", "5/60 30/86400", "5/60 40/86400", "5/60 60/86400"),
    "upload": ("10/60 10/86400", "10/60 20/86400", "10/60 40/86400", "10/60 60/86400"),
    "draft": ("120/60",),  # a page saves every three seconds; several may be open
    "preview": ("60/60",),
    "search": ("30/60",),
    "complete": ("120/60",),  # suggestions while typing: names, tags, similar questions
    "watch": ("60/60",),
    "moderate": ("120/60",),
    "follow": ("20/60 60/3600",),  # follows, blocks
    "bug": ("5/600 20/86400",),  # reports of what is broken on the site
    # The quota of new accounts is five conversations a day (research/realtime.md §1a).
    "conversation": ("5/60 5/86400", "10/60 30/86400", "10/60 60/86400", "20/60 200/86400"),
    "message": ("30/60 300/86400", "60/60 3000/86400"),
}
VISITORS = {"search": "15/60", "complete": "60/60"}  # by address
# The first day of an account at level 0, whatever the clock says: counted from the moment it was made.
FIRST_DAY = {"topic": 3, "reply": 10, "comment": 10}


@dataclass(frozen=True, slots=True)
class _Rate:
    count: int
    seconds: int


def level_of(actor: Any) -> int:
    """Return the trust level that `actor` acts with: who teaches or moderates has the highest. No query."""
    if not getattr(actor, "pk", None):
        return 0
    return LEVELS[-1] if actor.is_moderator or actor.is_instructor else int(actor.trust_level)


def is_new(actor: Any) -> bool:
    """Tell whether `actor` is in the first day of an account that has earned nothing yet."""
    return level_of(actor) == 0 and timezone.now() < actor.date_joined + timedelta(days=1)


def limits_for(actor: Any, action: str) -> tuple[Limit, ...]:
    """Return the limits of `action` for `actor`, the shortest window first. Raises KeyError for an unknown action."""
    if not getattr(actor, "is_authenticated", False):
        return _named(action, _parsed(settings.RATE_LIMITS.get(f"visitor:{action}") or VISITORS[action]))
    limits = _named(action, _parsed(_cell(action, level_of(actor))))
    if action in FIRST_DAY and is_new(actor):
        first = settings.RATE_LIMITS.get(f"first-day:{action}") or FIRST_DAY[action]
        limits = (*limits, Limit(f"{action}-first-day", int(first), DAY, since=actor.date_joined.timestamp()))
    return limits


def _cell(action: str, level: int) -> str:
    cells = TABLE[action]
    given = settings.RATE_LIMITS.get(action, cells)
    if isinstance(given, str):
        given = (given,)
    return str(given[min(level, len(given) - 1)])


@lru_cache(maxsize=256)
def _parsed(cell: str) -> tuple[_Rate, ...]:
    pairs = (rate.split("/") for rate in cell.split())
    return tuple(sorted((_Rate(int(n), int(seconds)) for n, seconds in pairs), key=lambda rate: rate.seconds))


def _named(action: str, rates: tuple[_Rate, ...]) -> tuple[Limit, ...]:
    # The window is part of the name: the counters of a level that was left are not those of the next.
    return tuple(Limit(f"{action}-{rate.seconds}", rate.count, rate.seconds) for rate in rates)
