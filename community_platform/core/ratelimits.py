"""Rate limits that hold under parallel requests: fixed windows counted by one atomic cache increment.

Services call `hit()` after validation and permission checks, so that refused input does not use up a quota.
"""

import math
import time
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import ngettext

from community_platform.core.errors import TooFast


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` × RATE_LIMIT_SCALE actions of one key within `seconds`; windows begin at `since` (Unix time)."""

    name: str
    count: int
    seconds: int
    since: float = 0.0


def hit(key: object, *limits: Limit) -> None:
    """Count one action of `key` against each limit, or raise TooFast with the seconds to wait.

    A refused action counts against none of them: the places it took before it was refused are given back.
    """
    now = time.time()
    taken: list[Limit] = []
    for limit in limits:
        window = _window(limit, now)
        name = f"rate:{limit.name}:{key}:{window}"
        cache.add(name, 0, timeout=limit.seconds + 1)
        try:
            used = cache.incr(name)
        except ValueError:  # expired between add and incr: a new window has begun
            continue
        if used > allowed(limit):
            for former in taken:
                give_back(key, former)
            raise too_fast(math.ceil(limit.since + (window + 1) * limit.seconds - now))
        taken.append(limit)


def allowed(limit: Limit) -> int:
    """Return how many actions a window takes on this site."""
    return max(1, math.floor(limit.count * settings.RATE_LIMIT_SCALE))


def give_back(key: object, limit: Limit) -> None:
    """Undo one `hit` of this window: a limit on failures takes a place first and returns it on success."""
    name = f"rate:{limit.name}:{key}:{_window(limit, time.time())}"
    with suppress(ValueError):  # the window ended meanwhile
        cache.decr(name)


def _window(limit: Limit, now: float) -> int:
    return int((now - limit.since) // limit.seconds)


def too_fast(seconds: int) -> TooFast:
    """Return the error that names the wait."""
    seconds = max(1, seconds)
    if seconds < 90:
        text = ngettext("Too fast. Try again in %(n)d second.", "Too fast. Try again in %(n)d seconds.", seconds)
        return TooFast(text % {"n": seconds}, retry_after=seconds)
    if seconds < 90 * 60:
        minutes = math.ceil(seconds / 60)
        text = ngettext("Too fast. Try again in %(n)d minute.", "Too fast. Try again in %(n)d minutes.", minutes)
        return TooFast(text % {"n": minutes}, retry_after=seconds)
    hours = math.ceil(seconds / 3600)
    text = ngettext(
        "That is enough for now. Try again in %(n)d hour.",
        "That is enough for now. Try again in %(n)d hours.",
        hours,
    )
    return TooFast(text % {"n": hours}, retry_after=seconds)
