"""The answers that questions are judged by."""

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import TruncDate

from analytics.selectors.scope import Range, zone
from courses.models import CourseStaff, QuizAnswer


def first_answers(days: Range) -> QuerySet[Any]:
    """Return the answers of first attempts that ended in these days, with `x` (mark), `y` (rest) and `on_day`."""
    rows = QuizAnswer.objects.filter(
        attempt__number=1,
        attempt__submitted_at__gte=days.starts_at,
        attempt__submitted_at__lt=days.ends_at,
        mark__isnull=False,
    )
    course = "attempt__quiz__lesson__course"
    staff = CourseStaff.objects.filter(course=OuterRef(course), user=OuterRef("attempt__user"))
    rows = rows.exclude(attempt__user=F(f"{course}__instructor")).filter(~Exists(staff))
    on_day = TruncDate("attempt__submitted_at", tzinfo=zone())
    return rows.annotate(x=F("mark"), y=F("attempt__score") - F("mark"), in_course=F(course), on_day=on_day)
