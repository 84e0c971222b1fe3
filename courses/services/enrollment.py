"""Beginning a course."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from courses.events import Enrolled
from courses.models import Course, Enrollment


def enroll(*, actor: Any, course: Course) -> tuple[Enrollment, bool]:
    """Enrol `actor` in `course` and return (enrolment, whether it is new). Repeating it changes nothing.

    Raises: NotAllowed (one's own course), Conflict `not_open` (draft, archived), Conflict `payment_required` (priced).
    Publishes: Enrolled, once.
    """
    ensure(actor, "courses.enroll", course)
    existing = Enrollment.objects.filter(user=actor, course=course).first()
    if existing is not None:
        return existing, False
    with transaction.atomic():
        # Status and price must hold until the enrolment is written.
        course = Course.objects.lock(course.pk)
        if not course.is_published:
            raise Conflict(_("This course does not take students at the moment."), code="not_open")
        if not course.is_free:
            raise Conflict(_("This course has to be paid for first."), code="payment_required")
        is_new = insert_once(Enrollment, user_id=actor.pk, course_id=course.pk)
        if is_new:
            Course.objects.filter(pk=course.pk).update(students_count=F("students_count") + 1)
            publish(Enrolled(user_id=actor.pk, course_id=course.pk))
        return Enrollment.objects.get(user=actor, course=course), is_new
