"""Whose figures, of which days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from analytics.models import CourseState, Pipeline
from community_platform.core.errors import Invalid, NotFound
from courses.models import Course, CourseStaff, StaffRole

DAYS_MAX = 366
DAYS_DEFAULT = 30
DAYS_DAILY = 120  # longer ranges are shown by weeks


@dataclass(frozen=True, slots=True)
class Range:
    """Days from `first` to `last`, both included, in the zone of reports."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Range":
        """The same number of days, ending the day before this begins."""
        return Range(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), zone())

    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), datetime.min.time(), zone())

    @property
    def is_daily(self) -> bool:
        return self.days <= DAYS_DAILY


def zone() -> ZoneInfo:
    """Return the zone of reports."""
    return ZoneInfo(settings.ANALYTICS_TZ)


def today() -> date:
    return timezone.now().astimezone(zone()).date()


def parse_range(first: str | None, last: str | None) -> Range:
    """Return the days asked for; the last 30 without a wish. A day in the future becomes today.

    Raises: Invalid on `from` or `to` for what is no date, for an end before the start and for more than 366 days.
    """
    now = today()
    end = min(_day("to", last) or now, now)
    start = _day("from", first) or end - timedelta(days=DAYS_DEFAULT - 1)
    if start > end:
        raise Invalid(_("The range ends before it begins."), field="from", code="range_reversed")
    if (end - start).days + 1 > DAYS_MAX:
        raise Invalid(_("At most 366 days at once."), field="from", code="range_too_long")
    return Range(start, end)


def _day(field: str, given: str | None) -> date | None:
    if not given:
        return None
    try:
        day = parse_date(given)
    except ValueError:
        day = None
    if day is None or day.year < 2000:
        raise Invalid(_("This is no date such as 2026-11-23."), field=field, code="invalid")
    return day


def courses_of(user: Any) -> QuerySet[Course]:
    """Return the courses whose figures `user` may see: those they write; all for administrators."""
    if user.pk is None:
        return Course.objects.none()
    if user.is_admin:
        return Course.objects.all()
    writes = CourseStaff.objects.filter(course=OuterRef("pk"), user=user, role=StaffRole.INSTRUCTOR)
    return Course.objects.filter(Q(instructor=user) | Q(Exists(writes)))


def course_for(user: Any, key: int | str) -> Course:
    """Return a course by key or slug. Raises: NotFound where its figures are none of the user's business."""
    rows = courses_of(user).select_related("analytics_state").defer("description", "description_html")
    if str(key).isdecimal():
        rows = rows.filter(pk=int(key)) if len(str(key)) < 19 else rows.none()
    else:
        rows = rows.filter(slug=key)
    course = rows.first()
    if course is None:
        raise NotFound
    return course


def state(course: Course) -> CourseState | None:
    """Return what the tables of the course were made of; None before the first run."""
    found: CourseState | None = getattr(course, "analytics_state", None)
    return found


def version(course_id: int) -> int:
    """Return the version of the course's tables, of this moment: part of the key of every cached answer."""
    return CourseState.objects.filter(course=course_id).values_list("version", flat=True).first() or 0


def meta(course: Course | None, days: Range) -> dict[str, Any]:
    """Return the frame of every answer: as of when, in which zone, which days."""
    if course is not None:
        row = state(course)
        as_of = row.as_of if row else None
    else:
        as_of = Pipeline.objects.values_list("as_of", flat=True).first()
    return {"as_of": as_of, "tz": settings.ANALYTICS_TZ, "from": days.first, "to": days.last}
