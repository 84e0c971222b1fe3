"""Who is shown points, badges, streaks and leaderboards: `is_shown` decides, for every panel, page, dialog and mail.

Ask it before showing anything of the game: `if not is_shown(request.user): return None`. It says no where the school's
own switch is off, or where the person turned the game off for themselves. Nothing is ever lost by it: what is earned is
counted all the same, and appears when the switch is turned back. One query at most, none while the answer is kept.
"""

from typing import Any

from django.core.cache import cache
from django.db.models import Q

from gamification.models import GamificationPreference, GamificationSwitch

KEPT_SECONDS = 1800
SITE_KEY = "gamification:site"


def is_shown(user: Any) -> bool:
    """Tell whether `user` (a visitor, too) is shown the game."""
    if not is_on():
        return False
    return not user.is_authenticated or preference_of(user).is_on


def is_on() -> bool:
    """Tell whether the school plays at all. A school that never chose does."""
    kept = cache.get(SITE_KEY)
    if kept is None:
        kept = not GamificationSwitch.objects.filter(is_on=False).exists()
        cache.add(SITE_KEY, kept, KEPT_SECONDS)
    return bool(kept)


def preference_of(user: Any) -> GamificationPreference:
    """Return what `user` chose; everything is on by default. One query, none while it is kept."""
    kept = cache.get(_key(user.pk))
    if kept is None:
        row = GamificationPreference.objects.filter(pk=user.pk).first()
        kept = _facts(row or GamificationPreference(user_id=user.pk))
        # add, not set: a reader that is slower than a writer must not bring back what the writer replaced.
        cache.add(_key(user.pk), kept, KEPT_SECONDS)
    return GamificationPreference(user_id=user.pk, **kept)


def keep(row: GamificationPreference) -> None:
    """Put what was just committed into the cache."""
    cache.set(_key(row.pk), _facts(row), KEPT_SECONDS)


def keep_switch(is_on: bool) -> None:
    """Put the school's switch as it was just committed into the cache."""
    cache.set(SITE_KEY, is_on, KEPT_SECONDS)


def forget(user_id: int) -> None:
    """Drop what is kept of a person's choices."""
    cache.delete(_key(user_id))


def playing(person: str = "") -> Q:
    """Return the condition under which the person at the lookup `person` ("" = the row) has not turned the game off."""
    path = f"{person}__" if person else ""
    return Q(**{f"{path}gamification": None}) | Q(**{f"{path}gamification__is_on": True})


def _key(user_id: int) -> str:
    return f"gamification:{user_id}"


def _facts(row: GamificationPreference) -> dict[str, Any]:
    return {
        "is_on": row.is_on,
        "in_leaderboards": row.in_leaderboards,
        "has_reminders": row.has_reminders,
        "goal_id": row.goal_id,
        "goal_reached": row.goal_reached,
        "goal_told": row.goal_told,
    }
