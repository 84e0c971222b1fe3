"""Aggregation: which days of which courses are due, and one way to make them anew.

A night, a quarter of an hour and a whole history run the same functions, so that their numbers cannot disagree. Each
chunk is a transaction under the lock of the one Pipeline row; marks and the watermark move last, so that a run that
breaks is simply done again.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Min
from django.utils import timezone

from analytics.models import DirtyDay, Pipeline, UserCourseDay
from analytics.selectors.scope import Range, zone
from analytics.services import course_tables, partitions, platform
from courses.models import Course, Enrollment, LearningEvent

OVERLAP = timedelta(hours=1)  # rows commit out of order
CHECKED = 20  # old days looked at each night


@dataclass(slots=True)
class Outcome:
    """What a run did."""

    days: int = 0  # (course, day) made anew
    courses: int = 0
    rows: int = 0


def aggregate(
    *, since: date | None = None, until: date | None = None, full: bool = False, nightly: bool = False
) -> Outcome:
    """Bring every table up to date.

    Without arguments: what changed since the last run, and today. `full` makes everything anew, `since` and `until`
    (included) these days of all courses, `nightly` also ages scores and estimates of courses where nothing happened.
    Running again changes nothing.
    """
    as_of = timezone.now()
    today = as_of.astimezone(zone()).date()
    before = Pipeline.objects.get_or_create(pk=Pipeline.ID)[0]
    marks = list(DirtyDay.objects.values_list("pk", "course", "day"))
    due = {(course, day) for _pk, course, day in marks}
    done = Outcome()
    if full or before.watermark is None:
        full = True
        for days in _months(today):
            done.rows += _locked(days, None)
    else:
        due |= partitions.dirty_since(before.watermark - OVERLAP)
        due |= {(course, today) for course in _studied_today(today)}
        if since or until:
            days = Range(since or _first_day(today), max(until or today, since or today))
            done.rows += _locked(days, None)
        for day, courses in _by_day(due):
            done.rows += _locked(Range(day, day), courses)
    done.days = len(due)
    rows = Course.objects.order_by("pk")
    if not (full or nightly or since or until):
        rows = rows.filter(pk__in={course for course, _day in due})
    for course in rows.defer("description", "description_html").iterator():
        done.rows += course_tables.build(course, as_of)
        done.courses += 1
    former = (before.as_of or as_of).astimezone(zone()).date()
    first = min([day for _course, day in due] + [since or today, former - timedelta(days=1)])
    done.rows += platform.build(None if full else first, today)
    with transaction.atomic():
        DirtyDay.objects.filter(pk__in=[pk for pk, _course, _day in marks]).delete()
        Pipeline.objects.filter(pk=Pipeline.ID).update(watermark=as_of, as_of=as_of, version=F("version") + 1)
    return done


def verify(*, sample: int = CHECKED) -> int:
    """Make some random old days anew, compare, and return how many were wrong. Courses that were are marked."""
    today = timezone.now().astimezone(zone()).date()
    keys = list(UserCourseDay.objects.filter(day__lt=today).order_by().values_list("course", "day").distinct())
    chosen = random.sample(keys, min(sample, len(keys)))
    wrong = 0
    for course, day in chosen:
        with transaction.atomic():
            before = _rows(course, day)
            _locked(Range(day, day), [course])
            if _rows(course, day) != before:
                wrong += 1
                DirtyDay.objects.create(course_id=course, day=day)
    Pipeline.objects.update_or_create(
        pk=Pipeline.ID,
        defaults={"checked_at": timezone.now(), "checked_count": len(chosen), "wrong_count": wrong},
    )
    return wrong


def _rows(course: int, day: date) -> list[tuple[object, ...]]:
    columns = [field.attname for field in UserCourseDay._meta.concrete_fields if not field.primary_key]
    return list(UserCourseDay.objects.filter(course=course, day=day).order_by("user").values_list(*columns))


def _locked(days: Range, courses: Iterable[int] | None) -> int:
    with transaction.atomic():
        Pipeline.objects.select_for_update().get(pk=Pipeline.ID)
        return partitions.rebuild(days, None if courses is None else list(courses))


def _by_day(due: set[tuple[int, date]]) -> Iterator[tuple[date, list[int]]]:
    grouped: dict[date, list[int]] = defaultdict(list)
    for course, day in due:
        grouped[day].append(course)
    for day in sorted(grouped):
        yield day, sorted(grouped[day])


def _studied_today(today: date) -> set[int]:
    """Return the courses where something without an event happened today: texts, likes, enrolments that ended."""
    day = Range(today, today)
    found: set[int] = set()
    for rows in partitions.texts(day, None):
        found.update(rows.values_list("in_course", flat=True).distinct())
    ended = Enrollment.ever.filter(ended_at__gte=day.starts_at)
    return found | set(ended.order_by().values_list("course", flat=True).distinct())


def _first_day(today: date) -> date:
    made = UserCourseDay.objects.aggregate(first=Min("day"), last=Max("day"))
    logged = LearningEvent.objects.aggregate(first=Min("day"), last=Max("day"))
    return min([row["first"] for row in (made, logged) if row["first"]], default=today)


def _months(today: date) -> Iterator[Range]:
    """Yield what a full run makes, by months; the first reaches back, the last forward, as far as there are rows."""
    made = UserCourseDay.objects.aggregate(first=Min("day"), last=Max("day"))
    logged = LearningEvent.objects.aggregate(first=Min("day"), last=Max("day"))
    first = min([row["first"] for row in (made, logged) if row["first"]], default=today)
    last = max([row["last"] for row in (made, logged) if row["last"]] + [today])
    yield Range(date(2000, 1, 1), first - timedelta(days=1))  # texts that are older than the log
    while first <= last:
        end = min(datetime(first.year + first.month // 12, first.month % 12 + 1, 1).date() - timedelta(days=1), last)  # noqa: DTZ001 - a date
        yield Range(first, end)
        first = end + timedelta(days=1)
