"""Leaderboards: what each counts, who takes part, and what a reader sees.

A board is a `Source`: a queryset of (user, score) from a day on. Snapshots are made of it by `services.boards`; one's
own row is always counted live, so that nobody misses what they have just earned. A higher app registers its board here
(`register`); a board that nobody registered is empty.

Days, weeks (from Monday) and months are those of the school's own zone, for everybody the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gamification.limits import school_date
from gamification.models import Bucket, DailyPoints, Period, PointTransaction, Streak
from gamification.selectors.streaks import streak_for
from profiles.models import Profile, User

Scores = QuerySet[Any, Any]  # of {"user_id", "score"}
LEARNED = (Bucket.LEARNING, Bucket.COMMUNITY)  # what boards count: rewards for streaks or friends dwarf it
STAFF = ("moderator", "administrator")


@dataclass(frozen=True, slots=True)
class Source:
    """A board. `scores(start)` are the sums since that day of the school, of everybody for None; only above 0.

    `has_periods` is off where there is only now; `mine(user)` counts one's own score where the table may lag behind.
    """

    name: str
    label: str | Promise
    unit: str | Promise
    scores: Callable[[date | None], Scores]
    has_periods: bool = True
    mine: Callable[[Any], int] | None = None


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a board, or replace the one of this name."""
    _sources[source.name] = source


def sources() -> tuple[Source, ...]:
    """Return all boards, in the order of their tabs."""
    return tuple(_sources.values())


def source(name: str) -> Source | None:
    return _sources.get(name)


def starts_on(period: str, today: date) -> date | None:
    """Return the first day of the period that `today` is in; None for all time."""
    if period == Period.DAY:
        return today
    if period == Period.WEEK:
        return today - timedelta(days=today.weekday())
    return today.replace(day=1) if period == Period.MONTH else None


def ends_at(period: str, now: datetime | None = None) -> datetime | None:
    """Return when the period that is on ends: the next midnight, Monday or first of the school's zone."""
    start = starts_on(period, school_date(now or timezone.now()))
    if start is None:
        return None
    days = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 31}[Period(period)]
    after = start + timedelta(days=days)
    if period == Period.MONTH:
        after = (start + timedelta(days=31)).replace(day=1)
    return datetime.combine(after, datetime.min.time(), ZoneInfo(settings.ANALYTICS_TZ))


def taking_part(person: str = "", *, now: datetime | None = None, or_private: bool = False) -> Q:
    """Return the condition under which the person at the lookup `person` ("" = the row) stands in leaderboards.

    Active, with a confirmed e-mail and a public profile (unless `or_private`: for themselves); neither staff, banned
    nor suspended, nor out by choice.
    """
    now = now or timezone.now()
    path = f"{person}__" if person else ""

    def column(**lookups: Any) -> Q:
        return reduce(and_, (Q((f"{path}{name}", value)) for name, value in lookups.items()))

    me = OuterRef(f"{path}pk")
    confirmed = Exists(User.objects.filter(pk=me, emailaddress__verified=True))
    staff = Exists(User.objects.filter(pk=me, groups__name__in=STAFF))
    free = [
        column(**{f"{name}__isnull": True}) | column(**{f"{name}__lte": now})
        for name in ("suspended_until", "forum_banned_until")
    ]
    plays = column(gamification=None) | column(gamification__is_on=True, gamification__in_leaderboards=True)
    shown = column(is_active=True, is_staff=False, is_superuser=False)
    if not or_private:
        shown &= column(is_profile_public=True)
    return shown & free[0] & free[1] & plays & Q(confirmed) & ~Q(staff)


def players(now: datetime | None = None) -> QuerySet[User]:
    """Return everybody who stands in leaderboards."""
    return User.objects.filter(taking_part(now=now))


def _points(start: date | None) -> Scores:
    rows = DailyPoints.objects.filter(bucket__in=LEARNED)
    return _summed(rows if start is None else rows.filter(date__gte=start))


def _all_points(start: date | None) -> Scores:
    if start is None:
        totals = Profile.objects.filter(total_points__gt=0).order_by()
        return totals.values("user_id").annotate(score=F("total_points"))
    return _summed(DailyPoints.objects.filter(date__gte=start))


def _summed(rows: QuerySet[DailyPoints]) -> Scores:
    return rows.order_by().values("user_id").annotate(score=Sum("points")).filter(score__gt=0)


def _streaks(start: date | None) -> Scores:
    return Streak.objects.filter(current_streak__gt=0).order_by().values("user_id").annotate(score=F("current_streak"))


def _own_streak(user: Any) -> int:
    return streak_for(user).current_streak


def _best_answers(start: date | None) -> Scores:
    """Best answers that still are: the ledger knows when each was accepted, and none is for one's own question."""
    rows = PointTransaction.objects.filter(reason="best_answer_received", reverses=None, reversal=None)
    rows = rows if start is None else rows.filter(date__gte=start)
    return rows.order_by().values("user_id").annotate(score=Count("pk"))


def course_scores(course_id: int, start: date | None) -> Scores:
    """Return the points that people earned in a course."""
    rows = PointTransaction.objects.filter(course_ref=course_id)
    rows = rows if start is None else rows.filter(date__gte=start)
    return rows.order_by().values("user_id").annotate(score=Sum("amount")).filter(score__gt=0)


def _nobody(start: date | None) -> Scores:
    return Profile.objects.none().values("user_id").annotate(score=F("total_points"))


register(Source("points", _("Points"), _("points"), _points))
register(Source("all_points", _("All points"), _("points"), _all_points))
register(Source("streak", _("Streak"), _("days"), _streaks, has_periods=False, mine=_own_streak))
register(Source("helpers", _("Helpers"), _("best answers"), _best_answers))
register(Source("referrals", _("Invitations"), _("friends"), _nobody))
