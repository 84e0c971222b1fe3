"""Raising trust levels: of one person when they have done something, of everybody at night.

A level that was earned stays; only penalties take it (profiles.services.penalties), and keep it low for a time.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.db.models import Max

from community_platform.core.events import publish
from forum.events import TrustLevelReached
from forum.selectors.trust import rising
from profiles.models import User

BATCH = 1_000
_at_night: ContextVar[bool] = ContextVar("trust_at_night_only", default=False)


@contextmanager
def at_night_only() -> Iterator[None]:
    """Let no deed raise a level at once: who makes many deeds of many people raises all of them at the end."""
    token = _at_night.set(True)
    try:
        yield
    finally:
        _at_night.reset(token)


def is_at_night_only() -> bool:
    """Return whether deeds raise nobody now."""
    return _at_night.get()


def raise_levels(*, user_ids: Iterable[int]) -> int:
    """Give these people the levels they have earned; return how many rose. One query when nobody does.

    Publishes: TrustLevelReached.
    """
    found = rising(User.objects.filter(pk__in=list(user_ids)))
    if not found:
        return 0
    with transaction.atomic():
        # First the locks, then the figures again: a penalty that came between must not be overwritten.
        locked = User.objects.select_for_update(no_key=True).filter(pk__in=found).order_by("pk")
        earned = rising(User.objects.filter(pk__in=list(locked.values_list("pk", flat=True))))
        for level in set(earned.values()):
            ids = [pk for pk, reached in earned.items() if reached == level]
            User.objects.filter(pk__in=ids).update(trust_level=level)
        for pk, level in sorted(earned.items()):
            publish(TrustLevelReached(user_id=pk, level=level))
    return len(earned)


def raise_all_levels() -> int:
    """Do so for everybody, a range of keys at a time; return how many rose."""
    raised, after = 0, 0
    last = User.objects.aggregate(last=Max("pk"))["last"] or 0
    while after < last:
        found = rising(User.objects.filter(pk__gt=after, pk__lte=after + BATCH))
        raised += raise_levels(user_ids=found) if found else 0
        after += BATCH
    return raised
