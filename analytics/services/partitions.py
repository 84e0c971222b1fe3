"""The first level: rows of a (course, day), deleted and made anew from the log in one transaction.

Only this module writes these tables, whether a night, a quarter of an hour or a whole history is due.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncDate

from analytics.models import LessonDay, QuestionDay, UserCourseDay
from analytics.selectors.answers import first_answers
from analytics.selectors.scope import Range, zone
from analytics.services.writing import insert_select
from community_platform.core.db import add_all
from courses.models import CourseStaff, Enrollment, LearningEvent, Verb
from forum.models import Comment, Topic, TopicKind

LEARNING = (
    Verb.VIEWED, Verb.WATCHED, Verb.COMPLETED, Verb.FINISHED, Verb.ATTEMPTED, Verb.SUBMITTED, Verb.REVIEWED,
    Verb.FEEDBACK,
)  # fmt: skip  # what makes a day active; enrolling and paying do not
Courses = Collection[int] | None  # None: all


def rebuild(days: Range, courses: Courses = None) -> int:
    """Make the rows of these days (of these courses) anew and return how many there are."""
    with transaction.atomic():
        for model in (UserCourseDay, LessonDay, QuestionDay):
            _of(model._default_manager.all(), courses, day__range=(days.first, days.last)).delete()
        return sum(write(days, courses) for write in (_user_days, _texts, _lesson_days, _questions))


def _of(rows: QuerySet[Any], courses: Courses, course: str = "course", **about: Any) -> QuerySet[Any]:
    if courses is not None:
        about[f"{course}__in"] = list(courses)
    return rows.filter(**about).order_by()


def _log(days: Range, courses: Courses, **about: Any) -> QuerySet[Any]:
    rows = LearningEvent.objects.filter(is_excluded=False, day__range=(days.first, days.last))
    return _of(rows, courses, **about)


def _sum(verb: Verb, column: str) -> Any:
    return Coalesce(Sum(column, filter=Q(verb=verb)), Value(0))


def _lessons(verb: Verb) -> Any:
    return Count("lesson", distinct=True, filter=Q(verb=verb))


def _user_days(days: Range, courses: Courses) -> int:
    rows = (
        _log(days, courses, verb__in=LEARNING)
        .values("user", "course", "day")
        .annotate(
            viewed=_lessons(Verb.VIEWED),
            completed=_lessons(Verb.COMPLETED),
            videos=_lessons(Verb.WATCHED),
            attempts=Count("pk", filter=Q(verb=Verb.SUBMITTED)),
            scores=_sum(Verb.SUBMITTED, "value"),
            content=_sum(Verb.WATCHED, "value"),
            wall=_sum(Verb.WATCHED, "wall_ms"),
            read=_sum(Verb.VIEWED, "wall_ms"),
            quiz=_sum(Verb.SUBMITTED, "wall_ms"),
            zero=Value(0),
            zero_too=Value(0),
            last=Max("at"),
        )
    )
    columns = {
        "user": "user", "course": "course", "day": "day", "lessons_viewed": "viewed", "lessons_completed": "completed",
        "videos_watched": "videos", "quiz_attempts": "attempts", "quiz_score_sum": "scores", "content_ms": "content",
        "video_wall_ms": "wall", "read_ms": "read", "quiz_ms": "quiz", "comments_count": "zero",
        "questions_count": "zero_too", "last_at": "last",
    }  # fmt: skip
    return insert_select(UserCourseDay, columns, rows)


def texts(days: Range, courses: Courses) -> tuple[QuerySet[Any], ...]:
    """Return comments on courses, comments on lessons, and questions, of students, with `in_course` and `on_day`."""
    about = {"created_at__gte": days.starts_at, "created_at__lt": days.ends_at, "deleted_at": None}
    on_day = TruncDate("created_at", tzinfo=zone())
    found = []
    sources: tuple[tuple[QuerySet[Any], str], ...] = (
        (Comment.objects.exclude(course=None), "course"),
        (Comment.objects.exclude(lesson=None), "lesson__course"),
        (Topic.objects.filter(kind=TopicKind.QUESTION).exclude(course=None), "course"),
    )
    for source, course in sources:
        staff = CourseStaff.objects.filter(course=OuterRef(course), user=OuterRef("author"))
        rows = _of(source, courses, course, **about).exclude(author=F(f"{course}__instructor"))
        found.append(rows.filter(~Exists(staff)).annotate(in_course=F(course), on_day=on_day))
    return tuple(found)


def _texts(days: Range, courses: Courses) -> int:
    """Add what students wrote. Who only visits the course is none."""
    written = 0
    for rows, column in zip(
        texts(days, courses), ("comments_count", "comments_count", "questions_count"), strict=True
    ):
        studies = Enrollment.ever.filter(course=OuterRef("in_course"), user=OuterRef("author"))
        grouped = rows.filter(Exists(studies)).values_list("author", "in_course", "on_day")
        made = [
            {"user_id": user, "course_id": course, "day": day, column: count, "last_at": last}
            for user, course, day, count, last in grouped.annotate(n=Count("pk"), last=Max("created_at"))
        ]
        add_all(UserCourseDay, made, unique=["course_id", "day", "user_id"], sums=[column])
        written += len(made)
    return written


def _lesson_days(days: Range, courses: Courses) -> int:
    def people(verb: Verb) -> Any:
        return Count("user", distinct=True, filter=Q(verb=verb))

    rows = (
        _log(days, courses, verb__in=(Verb.VIEWED, Verb.WATCHED, Verb.COMPLETED), lesson__isnull=False)
        .values("course", "lesson", "day")
        .annotate(
            viewers=people(Verb.VIEWED), watchers=people(Verb.WATCHED), done=people(Verb.COMPLETED),
            watched=_sum(Verb.WATCHED, "value"),
        )
    )  # fmt: skip
    columns = {
        "course": "course", "lesson": "lesson", "day": "day", "viewers": "viewers", "watchers": "watchers",
        "completions": "done", "watch_ms": "watched",
    }  # fmt: skip
    return insert_select(LessonDay, columns, rows)


def _questions(days: Range, courses: Courses) -> int:
    rows = (
        _of(first_answers(days), courses, "attempt__quiz__lesson__course")
        .values("question", "in_course", "on_day")
        .annotate(
            n=Count("pk"), most=Sum("max_mark"), sx=Sum("x"), sy=Sum("y"), sxx=Sum(F("x") * F("x")),
            syy=Sum(F("y") * F("y")), sxy=Sum(F("x") * F("y")),
        )
    )  # fmt: skip
    columns = {
        "question": "question", "course": "in_course", "day": "on_day", "n": "n", "max_sum": "most", "x": "sx",
        "y": "sy", "xx": "sxx", "yy": "syy", "xy": "sxy",
    }  # fmt: skip
    return insert_select(QuestionDay, columns, rows)


def dirty_since(received: Any) -> set[tuple[int, date]]:
    """Return the (course, day) of what was written into the log since then."""
    rows = LearningEvent.objects.filter(received_at__gte=received) if received else LearningEvent.objects.all()
    return set(rows.order_by().values_list("course", "day").distinct())
