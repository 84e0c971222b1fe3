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
    """At most `count` × RATE_LIMIT_SCALE actions of one key within `seconds`."""

    name: str
    count: int
    seconds: int


def hit(key: object, *limits: Limit) -> None:
    """Count one action of `key` against each limit, or raise TooFast with the seconds to wait.

    A refused action does not count against the limits behind the one that refused.
    """
    now = time.time()
    for limit in limits:
        window = int(now // limit.seconds)
        name = f"rate:{limit.name}:{key}:{window}"
        cache.add(name, 0, timeout=limit.seconds + 1)
        try:
            used = cache.incr(name)
        except ValueError:  # expired between add and incr: a new window has begun
            continue
        if used > max(1, math.floor(limit.count * settings.RATE_LIMIT_SCALE)):
            raise too_fast(math.ceil((window + 1) * limit.seconds - now))


def give_back(key: object, limit: Limit) -> None:
    """Undo one `hit` of this window: a limit on failures takes a place first and returns it on success."""
    name = f"rate:{limit.name}:{key}:{int(time.time() // limit.seconds)}"
    with suppress(ValueError):  # the window ended meanwhile
        cache.decr(name)


def too_fast(seconds: int) -> TooFast:
    """Return the error that names the wait."""
    seconds = max(1, seconds)
    if seconds < 90:
        text = ngettext("Too fast. Try again in %(n)d second.", "Too fast. Try again in %(n)d seconds.", seconds)
        return TooFast(text % {"n": seconds}, retry_after=seconds)
    minutes = math.ceil(seconds / 60)
    text = ngettext("Too fast. Try again in %(n)d minute.", "Too fast. Try again in %(n)d minutes.", minutes)
    return TooFast(text % {"n": minutes}, retry_after=seconds)
