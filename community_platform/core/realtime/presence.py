"""Who has a socket open: a key in the cache that each server process renews while it holds one.

Who may be told of whom is a question for apps; here is only the fact. A key outlives its last socket by at most
ONLINE_SECONDS, so a person who turns a page does not flicker.
"""

from collections.abc import Iterable

from django.core.cache import cache

from community_platform.core.realtime.limits import ONLINE_SECONDS


def online(ids: Iterable[int]) -> set[int]:
    """Return those of `ids` who have a socket open in any process. One call to the cache, no query."""
    keys = {_key(pk): pk for pk in ids}
    return {keys[key] for key in cache.get_many(keys)} if keys else set()


def note_online(ids: Iterable[int]) -> None:
    if names := {_key(pk): 1 for pk in ids}:
        cache.set_many(names, ONLINE_SECONDS)


def _key(user_id: int) -> str:
    return f"online.{user_id}"
