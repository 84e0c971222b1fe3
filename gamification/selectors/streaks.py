"""Reads about streaks. What is shown is settled here, up to yesterday in the person's zone: right without any job."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext_lazy

from gamification.catalogue.streaks import REPAIR_DAYS, REPAIR_LESSONS, REWARDS, WORTH_KEEPING, Reward
from gamification.models import CoverKind, DailyActivity, FreezeGrant, Streak, StreakCover
from gamification.selectors import settling
from gamification.selectors.days import local_date, zone_of
from gamification.selectors.settling import ONE_DAY, Run

KEPT_SECONDS = 1800
STAFF_KEY = "staff:"  # how the keys of freezes begin that people gave
_COLUMNS = tuple(column.name for column in fields(Run))


@dataclass(frozen=True, slots=True)
class Standing:
    """A streak as of `today`: `current_streak` is 0 once a day was missed and no freeze was left.

    `zone` is the one its days are counted in; `frozen` the dates that freezes covered since somebody settled last.
    """

    run: Run
    today: date
    zone: str
    frozen: tuple[date, ...] = ()

    @property
    def current_streak(self) -> int:
        return self.run.current_streak

    @property
    def longest_streak(self) -> int:
        return self.run.longest_streak

    @property
    def total_active_days(self) -> int:
        return self.run.total_active_days

    @property
    def last_active_date(self) -> date | None:
        return self.run.last_active_date

    @property
    def streak_freezes_available(self) -> int:
        return self.run.freezes_available

    @property
    def streak_freeze_used_at(self) -> datetime | None:
        """When the last freeze was spent: the end of the day that it covers, in the person's zone."""
        if self.run.frozen_on is None:
            return None
        midnight = datetime.combine(self.run.frozen_on + ONE_DAY, datetime.min.time(), zone_of(self.zone))
        return midnight.astimezone(zone_of("UTC"))

    @property
    def is_active_today(self) -> bool:
        return self.run.last_active_date is not None and self.run.last_active_date >= self.today

    @property
    def next_reward(self) -> Reward | None:
        return next((reward for reward in REWARDS if reward.days > self.current_streak), None)


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a streak ended: the date that was missed, in which zone, and the freezes spent just before it."""

    length: int
    missed_on: date
    zone: str
    frozen: tuple[date, ...]
    repair_until: date | None  # last local date on which lessons still mend it
    lessons_left: int  # on one day, for that


@dataclass(frozen=True, slots=True)
class Day:
    """One day shown. `state`: done, frozen, missed, open (today, nothing yet), ahead, or before (the first day)."""

    date: date
    state: str
    is_today: bool

    @property
    def word(self) -> str:
        """What the day was, in the reader's language."""
        return str(_WORDS[self.state])


_WORDS = {
    "done": gettext_lazy("active"),
    "frozen": gettext_lazy("kept by a freeze"),
    "missed": gettext_lazy("not active"),
    "open": gettext_lazy("still open"),
    "ahead": gettext_lazy("to come"),
    "before": gettext_lazy("before joining"),
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days as seven rows, Monday first, a column a week; None where a cell is outside. `number` is the year, if one.

    `months` are the first days of the months, each with the number of columns it takes.
    """

    number: int | None
    rows: list[list[Day | None]]
    months: list[tuple[date, int]]
    active_count: int
    frozen_count: int

    @property
    def weekdays(self) -> list[tuple[date, list[Day | None]]]:
        """The rows, each with a date of its weekday for the label."""
        monday = date(2024, 1, 1)
        return [(monday + n * ONE_DAY, row) for n, row in enumerate(self.rows)]


def today_of(user: Any, now: datetime | None = None) -> date:
    """Return the date it is for `user`: in the zone that their streak counts in, else the one of the profile."""
    _run, zone = _kept(user.pk)
    return local_date(now or timezone.now(), zone_of(zone or user.timezone))


def streak_for(user: Any, today: date | None = None) -> Standing:
    """Return the streak of `user` as of `today` (their own date by default). One query, none while it is kept."""
    stored, zone = _kept(user.pk)
    zone = zone or user.timezone
    today = today or local_date(timezone.now(), zone_of(zone))
    run, frozen = settling.settle(stored, today - ONE_DAY)
    return Standing(run, today, zone, tuple(frozen))


def run_of(streak: Streak) -> Run:
    """Return what is stored of a streak as the rules read it."""
    return Run(**{name: getattr(streak, name) for name in _COLUMNS})


def keep(streak: Streak) -> None:
    """Put the row that was just committed into the cache: every page shows it in its header."""
    cache.set(_key(streak.user_id), (run_of(streak), streak.zone), KEPT_SECONDS)


def forget(user_id: int) -> None:
    """Drop what is kept of a person's streak."""
    cache.delete(_key(user_id))


def _kept(user_id: int) -> tuple[Run, str]:
    """Return what is stored and its zone, "" for nobody's. The rollover leaves it be: settled twice is the same."""
    kept = cache.get(_key(user_id))
    if kept is None:
        row = Streak.objects.filter(user_id=user_id).first()
        kept = (run_of(row), row.zone) if row and row.last_active_at else (run_of(row or Streak()), "")
        # add, not set: a reader that is slower than a writer must not bring back what the writer replaced.
        cache.add(_key(user_id), kept, KEPT_SECONDS)
    found: tuple[Run, str] = kept
    return found


def _key(user_id: int) -> str:
    return f"streak:{user_id}"


def states(user: Any, first: date, last: date, standing: Standing) -> dict[date, str]:
    """Return the dates of `first`..`last` that were active or frozen, in order. One query."""
    whose = {"user_id": user.pk, "date__range": (first, last)}
    active = DailyActivity.objects.filter(is_qualifying=True, **whose).values_list("date", Value("active"))
    covers = StreakCover.objects.filter(**whose).values_list("date", Value("frozen"))
    found = {day: "frozen" for day in standing.frozen if first <= day <= last}
    found |= dict(sorted(active.union(covers, all=True), key=lambda row: row[1], reverse=True))
    return dict(sorted(found.items()))


def week(user: Any, standing: Standing) -> list[Day]:
    """Return Monday to Sunday of the week of today. One query."""
    monday = standing.today - timedelta(days=standing.today.weekday())
    found = states(user, monday, monday + 6 * ONE_DAY, standing)
    return [_day(monday + n * ONE_DAY, found, standing.today, None) for n in range(7)]


def year(user: Any, number: int, standing: Standing) -> Calendar:
    """Return the calendar of a year. One query."""
    return _calendar(user, date(number, 1, 1), date(number, 12, 31), standing, number)


def recent(user: Any, standing: Standing) -> Calendar:
    """Return the calendar of the 53 weeks up to this one. One query."""
    monday = standing.today - timedelta(days=standing.today.weekday())
    return _calendar(user, monday - timedelta(weeks=52), monday + 6 * ONE_DAY, standing, None)


def shown(user: Any, number: int, standing: Standing) -> Calendar:
    """Return the calendar of the year `number`, of the last weeks for 0."""
    return year(user, number, standing) if number else recent(user, standing)


def _calendar(user: Any, first: date, last: date, standing: Standing, number: int | None) -> Calendar:
    found = states(user, first, last, standing)
    joined = local_date(user.date_joined, zone_of(standing.zone))
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday).days // 7 + 1
    rows: list[list[Day | None]] = []
    for weekday in range(7):
        dates = [monday + timedelta(days=7 * n + weekday) for n in range(weeks)]
        rows.append(
            [_day(day, found, standing.today, joined) if first <= day <= last else None for day in dates]
        )
    counts = [sum(state == wanted for state in found.values()) for wanted in ("active", "frozen")]
    return Calendar(number, rows, _months(first, monday, weeks), counts[0], counts[1])


def _months(first: date, monday: date, weeks: int) -> list[tuple[date, int]]:
    """Return the months and how many columns each takes: those of the weeks that begin in it."""
    columns: dict[date, int] = {}
    for n in range(weeks):
        month = max(monday + timedelta(days=7 * n), first).replace(day=1)
        columns[month] = columns.get(month, 0) + 1
    return list(columns.items())


def _day(day: date, found: dict[date, str], today: date, joined: date | None) -> Day:
    state = found.get(day, "")
    if state == "active":
        state = "done"
    elif not state and day >= today:
        state = "open" if day == today else "ahead"
    elif not state:
        state = "before" if joined and day < joined else "missed"
    return Day(day, state, day == today)


def ending(user: Any, standing: Standing) -> Ending | None:
    """Return why the last streak ended, while it is news: nothing once the next one has gone on for a week."""
    run = standing.run
    if run.broken_on is None or run.broken_length < WORTH_KEEPING or run.current_streak >= 7:
        return None
    since = run.broken_on - 10 * ONE_DAY
    covers = StreakCover.objects.filter(user_id=user.pk, kind=CoverKind.AUTO, date__range=(since, run.broken_on))
    dates = {*covers.values_list("date", flat=True), *standing.frozen}
    frozen: list[date] = []
    day = run.broken_on - ONE_DAY
    while day in dates:
        frozen, day = [day, *frozen], day - ONE_DAY
    until = run.broken_on + REPAIR_DAYS * ONE_DAY
    learned = DailyActivity.objects.filter(user_id=user.pk, date=standing.today)
    lessons = learned.values_list("lessons_completed", flat=True).first() or 0
    mendable = standing.today <= until and _would_mend(run, standing.today)
    return Ending(
        run.broken_length,
        run.broken_on,
        standing.zone,
        tuple(frozen),
        until if mendable else None,
        max(REPAIR_LESSONS - lessons, 1),
    )


def _would_mend(run: Run, today: date) -> bool:
    """Tell whether three lessons today would join the ended run; today begins another one if none has begun."""
    begun = run if run.current_streak else replace(run, run_started_on=today)
    return settling.repairs(begun, today, REPAIR_LESSONS)


def years(user: Any, standing: Standing) -> range:
    """Return the years that a person has a calendar for."""
    return range(local_date(user.date_joined, zone_of(standing.zone)).year, standing.today.year + 1)



def presents(user: Any) -> list[FreezeGrant]:
    """Return the freezes that people gave `user`, the newest three. One query."""
    return list(FreezeGrant.objects.filter(user=user, key__startswith=STAFF_KEY).order_by("-pk")[:3])
