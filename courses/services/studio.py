"""What an instructor does with a whole course beside writing it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core import events
from community_platform.core.errors import Conflict
from community_platform.core.permissions import ensure
from courses.events import CourseChanged
from courses.models import Course, Enrollment, Status


def unpublish(*, actor: Any, course: Course) -> Course:
    """Make a published or archived course a draft again. Repeatable.

    Drafts are seen by their staff alone, so a course that has students is archived instead: they keep it.
    Raises: NotAllowed, Conflict `has_students`. Publishes: CourseChanged.
    """
    ensure(actor, "courses.edit_course", course)
    with transaction.atomic():
        course = Course.objects.lock(course.pk)
        if course.status == Status.DRAFT:
            return course
        if Enrollment.ever.filter(course=course).exists():
            text = _("This course has students, who would lose it. Archive it instead: they keep it.")
            raise Conflict(text, code="has_students")
        course.status = Status.DRAFT
        course.save(update_fields=["status"])
        events.publish(CourseChanged(course_id=course.pk))
    return course
