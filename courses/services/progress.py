"""A student's way through a course."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotSignedIn
from community_platform.core.events import publish
from courses.events import CourseCompleted, LessonCompleted
from courses.models import Enrollment, Lesson, LessonKind, LessonProgress


def open_lesson(*, actor: Any, lesson: Lesson) -> None:
    """Remember that `actor` has `lesson` open: it is where the course goes on. Repeatable.

    Raises: NotAllowed `not_enrolled`.
    """
    with transaction.atomic():
        enrollment = _lock_enrollment(actor, lesson)
        _progress(actor, lesson)
        _touch(enrollment, lesson)


def save_position(*, actor: Any, lesson: Lesson, position_seconds: int) -> LessonProgress:
    """Remember where `actor` stopped in a video; beyond its end counts as its end.

    Raises: NotAllowed `not_enrolled`, Invalid on `position_seconds`.
    """
    if position_seconds < 0:
        raise Invalid(_("A position is not negative."), code="min_value", field="position_seconds")
    with transaction.atomic():
        enrollment = _lock_enrollment(actor, lesson)
        progress = _progress(actor, lesson)
        progress.position_seconds = min(position_seconds, lesson.duration_seconds)
        progress.save(update_fields=["position_seconds"])
        _touch(enrollment, lesson)
    return progress


def complete(*, actor: Any, lesson: Lesson) -> Enrollment:
    """Mark `lesson` as done by `actor` and return the recounted enrolment. Repeating it changes nothing.

    Raises: NotAllowed `not_enrolled`, Conflict `quiz_required` (a quiz lesson is completed by passing it).
    Publishes: LessonCompleted once per lesson, CourseCompleted once per course.
    """
    with transaction.atomic():
        enrollment = _lock_enrollment(actor, lesson)
        if lesson.kind == LessonKind.QUIZ:
            raise Conflict(_("Pass the quiz to complete this lesson."), code="quiz_required")
        progress = _progress(actor, lesson)
        _touch(enrollment, lesson)
        if progress.completed_at is None:
            progress.completed_at = timezone.now()
            progress.save(update_fields=["completed_at"])
            publish(LessonCompleted(user_id=actor.pk, course_id=lesson.course_id, lesson_id=lesson.pk))
            recount(enrollment)
    return enrollment


def recount(enrollment: Enrollment) -> None:
    """Set the counters of a locked, unfinished enrolment from the lessons done; finish it where all are.

    A finished course stays finished, whatever lessons come later. Publishes: CourseCompleted.
    """
    if enrollment.completed_at is not None:
        return
    required = Lesson.objects.filter(course=enrollment.course_id, is_required=True)
    total = required.count()
    done = required.filter(progress__user=enrollment.user_id, progress__completed_at__isnull=False).count()
    enrollment.lessons_completed = done
    enrollment.progress_percent = done * 100 // total if total else 0
    if enrollment.progress_percent == 100:
        enrollment.completed_at = timezone.now()
        publish(CourseCompleted(user_id=enrollment.user_id, course_id=enrollment.course_id))
    enrollment.save(update_fields=["lessons_completed", "progress_percent", "completed_at"])


def recount_course(course_id: int) -> None:
    """Recount every unfinished enrolment of a course whose required lessons have changed.

    Call it in the transaction of that change, with the course row locked. Enrolments are locked in key order; one
    that a removed lesson has completed publishes CourseCompleted. Untouched enrolments cost no write.
    """
    begun = Enrollment.objects.unfinished().filter(course=course_id, user__lesson_progress__lesson__course=course_id)
    keys = begun.order_by().values("pk")
    locked = Enrollment.objects.filter(pk__in=keys).order_by("pk").select_for_update()
    for enrollment in locked.iterator(chunk_size=500):
        recount(enrollment)


def _lock_enrollment(actor: Any, lesson: Lesson) -> Enrollment:
    """Return the locked enrolment; its lock orders everything that one student does in one course."""
    if not actor.is_authenticated:
        raise NotSignedIn
    enrollments = Enrollment.objects.select_for_update().filter(user_id=actor.pk, course=lesson.course_id)
    enrollment = enrollments.first()
    if enrollment is None:
        raise NotAllowed(_("Enrol in the course first."), code="not_enrolled")
    return enrollment


def _progress(actor: Any, lesson: Lesson) -> LessonProgress:
    """Return the row of `actor` in `lesson`, made when missing."""
    insert_once(LessonProgress, user_id=actor.pk, lesson_id=lesson.pk)
    return LessonProgress.objects.get(user=actor, lesson=lesson)


def _touch(enrollment: Enrollment, lesson: Lesson) -> None:
    enrollment.last_lesson = lesson
    enrollment.last_activity_at = timezone.now()
    enrollment.save(update_fields=["last_lesson", "last_activity_at"])
