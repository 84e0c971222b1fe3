"""A badge that somebody works for: its bar stays in sight, and two marks on the way to it are told, each once."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from community_platform.core.db import insert_once
from community_platform.core.errors import Invalid, NotFound
from community_platform.core.permissions import ensure
from gamification.limits import GOAL_MARKS
from gamification.models import GamificationPreference
from gamification.selectors import badges
from gamification.selectors.badges import Card
from gamification.selectors.preferences import forget, keep, preference_of
from profiles.models import User


def set_goal(*, actor: Any, account: User, slug: str) -> Card | None:
    """Make the badge `slug` the goal of `account`, in place of any other, and return its card; empty: have none.

    How far they are already is not told as news. Raises: NotAllowed (rule gamification.set_pins), NotFound,
    Invalid on `slug` (a badge that is held, or that has no bar).
    """
    ensure(actor, "gamification.set_pins", account)
    card = badges.card(account, slug) if slug else None
    if slug and card is None:
        raise NotFound
    if card is not None and card.progress is None:
        words = _("There is nothing to count towards this badge.") if not card.is_held else _("You hold this badge.")
        raise Invalid(words, code="no_goal", field="slug")
    mark = _mark(card.percent) if card is not None else 0
    with transaction.atomic():
        insert_once(GamificationPreference, user_id=account.pk)
        row = GamificationPreference.objects.select_for_update().get(pk=account.pk)
        row.goal, row.goal_reached, row.goal_told = card.badge if card else None, mark, mark
        row.save(update_fields=["goal", "goal_reached", "goal_told"])
        transaction.on_commit(lambda: keep(row))
    return card


def tell_goal(*, actor: Any, account: User) -> Card | None:
    """Take the mark that was passed and not told yet, so that no other page tells it; return the goal, or None.

    One conditional UPDATE: of two tabs that ask at once, one is answered. Raises: NotAllowed.
    """
    ensure(actor, "gamification.set_pins", account)
    if not preference_of(account).has_goal_news:
        return None
    rows = GamificationPreference.objects.filter(pk=account.pk, goal__isnull=False, goal_told__lt=F("goal_reached"))
    told = rows.update(goal_told=F("goal_reached"))
    transaction.on_commit(lambda: forget(account.pk))
    return badges.goal_of(account) if told else None


def note_progress(metric: str, values: Mapping[int, Any]) -> None:
    """Note whose goal passed a mark now that `metric` has these values, by person. One query where nobody's did."""
    rows = GamificationPreference.objects.filter(pk__in=values, goal__metric=metric).select_related("goal")
    for row in rows:
        mark = _mark(Card(row.goal, value=float(values[row.pk])).percent) if row.goal else 0
        if mark > row.goal_reached:
            again = GamificationPreference.objects.filter(pk=row.pk, goal=row.goal_id, goal_reached__lt=mark)
            again.update(goal_reached=mark)
            transaction.on_commit(partial(forget, row.pk))


def reach(badge_id: int, user_ids: list[int]) -> None:
    """Take a badge that these people just earned off their lists: the celebration tells of it. One query."""
    rows = GamificationPreference.objects.filter(Q(goal=badge_id), pk__in=user_ids)
    if rows.update(goal=None, goal_reached=0, goal_told=0):
        for pk in user_ids:
            transaction.on_commit(partial(forget, pk))


def _mark(percent: int) -> int:
    """Return the mark that so much of the way has passed, 0 before the first."""
    return max((mark for mark in GOAL_MARKS if percent >= mark), default=0)
