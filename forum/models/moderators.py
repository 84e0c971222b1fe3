"""Who moderates which categories, for rules that must not ask the database each time."""

from typing import Any

from django.core.cache import cache

from community_platform.core.cache import cached
from forum.models.category import Category

_KEY = "forum:category-moderators"
_SECONDS = 60


def looked_after(user: Any) -> frozenset[int]:
    """Return the keys of the categories that `user` moderates. From the cache: one query a minute for everybody."""
    if user.pk is None:
        return frozenset()
    return cached(_KEY, _SECONDS, _all).get(user.pk, frozenset())


def is_known_to_moderate(user: Any) -> bool:
    """Tell whether `user` moderates a category, as far as the cache remembers: for headers, which ask nobody."""
    entry = cache.get(_KEY)
    return bool(entry and entry["value"].get(user.pk))


def forget_moderators() -> None:
    """Have the cached map made anew: called after the commit of a change."""
    cache.delete(_KEY)


def _all() -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for user_id, category_id in Category.moderators.through.objects.values_list("user_id", "category_id"):
        found.setdefault(user_id, set()).add(category_id)
    return {user_id: frozenset(keys) for user_id, keys in found.items()}
