"""Reads about days and streaks. What is shown is settled here, so a page is right without any job."""

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from gamification.models import DailyActivity, Streak

KEPT_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Standing:
    """A streak as of a date: `current_streak` is 0 once a whole day was missed."""

    current_streak: int = 0
    longest_streak: int = 0
    total_active_days: int = 0
    last_active_date: date | None = None
    is_active_today: bool = False
    streak_freezes_available: int = 0
    streak_freeze_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week shown; `state` is done, missed, open (today, nothing yet) or ahead."""

    date: date
    state: str
    is_today: bool


def zone_of(name: str) -> tzinfo:
    """Return the zone called `name`, UTC for an unknown one."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def local_date(at: datetime, zone: tzinfo) -> date:
    """Return the date of `at` in `zone`."""
    return at.astimezone(zone).date()


def today_of(user: Any, now: datetime | None = None) -> date:
    """Return the date it is for `user`."""
    return local_date(now or timezone.now(), zone_of(user.timezone))


def streak_for(user: Any, today: date | None = None) -> Standing:
    """Return the streak of `user` as of `today` (their own date by default). One query, none while it is kept."""
    today = today or today_of(user)
    streak = _kept(user.pk)
    if streak.last_active_date is None:
        return Standing()
    is_alive = streak.last_active_date >= today - timedelta(days=1)
    return Standing(
        current_streak=streak.current_streak if is_alive else 0,
        longest_streak=streak.longest_streak,
        total_active_days=streak.total_active_days,
        last_active_date=streak.last_active_date,
        is_active_today=streak.last_active_date >= today,
    )


def keep(streak: Streak) -> None:
    """Put the row that was just committed into the cache: every page shows it in its header."""
    cache.set(_key(streak.user_id), _facts(streak), KEPT_SECONDS)


def forget(user_id: int) -> None:
    """Drop what is kept of a person's streak."""
    cache.delete(_key(user_id))


def _kept(user_id: int) -> Streak:
    facts = cache.get(_key(user_id))
    if facts is None:
        facts = _facts(Streak.objects.filter(user_id=user_id).first() or Streak(user_id=user_id))
        # add, not set: a reader that is slower than a writer must not bring back what the writer replaced.
        cache.add(_key(user_id), facts, KEPT_SECONDS)
    return Streak(user_id=user_id, **facts)


def _key(user_id: int) -> str:
    return f"streak:{user_id}"


def _facts(streak: Streak) -> dict[str, Any]:
    names = ("current_streak", "longest_streak", "total_active_days", "last_active_date")
    return {name: getattr(streak, name) for name in names}


def week(user: Any, today: date | None = None) -> list[Day]:
    """Return Monday to Sunday of the week of `today`. One query."""
    today = today or today_of(user)
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    active = set(
        DailyActivity.objects.filter(user=user, date__range=(days[0], days[-1])).values_list(
            "date", flat=True
        )
    )
    return [Day(day, _state(day, today, day in active), day == today) for day in days]


def _state(day: date, today: date, is_active: bool) -> str:
    if is_active:
        return "done"
    if day == today:
        return "open"
    return "ahead" if day > today else "missed"


def active_dates(user: Any, year: int) -> list[date]:
    """Return the active dates of `user` in `year`, in order. One query."""
    days = DailyActivity.objects.filter(user=user, date__year=year).order_by("date")
    return list(days.values_list("date", flat=True))
