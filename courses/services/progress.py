"""A student's way through a course: lessons opened and completed, the course finished.

Everything that one student does in one course waits for the lock on their enrolment. The lock on a course comes first.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, NotAllowed, NotSignedIn
from community_platform.core.events import publish
from courses.events import CourseCompleted, LessonCompleted
from courses.limits import COVERAGE_PERCENT, READING_SECONDS, SAME_VISIT
from courses.models import Enrollment, Lesson, LessonKind, LessonProgress, Verb
from courses.services.deeds import note_completed
from courses.services.track import HERE, Origin, track


def open_lesson(
    *,
    actor: Any,
    lesson: Lesson,
    enrollment: Enrollment | None = None,
    progress: LessonProgress | None = None,
) -> None:
    """Remember that `actor` has `lesson` open: it is where the course goes on. Repeatable.

    With the rows that the page has read, coming back to the same lesson within minutes writes nothing.
    Raises: NotAllowed `not_enrolled`.
    """
    is_here = progress is not None and enrollment is not None and enrollment.last_lesson_id == lesson.pk
    if is_here and enrollment is not None and timezone.now() - enrollment.last_activity_at < SAME_VISIT:
        return
    with transaction.atomic():
        enrollment = lock_enrollment(actor, lesson)
        progress_row(actor, lesson)
        touch(enrollment, lesson)


def complete(*, actor: Any, lesson: Lesson, shown_here: bool = True) -> Enrollment:
    """Mark `lesson` as done by `actor` and return the recounted enrolment. Repeating it changes nothing.

    A program that shows articles and videos itself (`shown_here` False) answers for their having been learned; no
    seconds are credited for that.
    Raises: NotAllowed `not_enrolled`; Conflict `quiz_required` (passing it completes a quiz lesson), `watch_first` (a
    video completes itself at 95 % watched), `too_soon` (an article opened on the site less than 5 seconds ago).
    Publishes: LessonCompleted once per lesson, CourseCompleted once per course.
    """
    with transaction.atomic():
        enrollment = lock_enrollment(actor, lesson)
        known = LessonProgress.objects.filter(user_id=actor.pk, lesson=lesson).first()
        if known is None or known.completed_at is None:
            _ensure_learned(lesson, known, shown_here)
        progress = known or progress_row(actor, lesson)
        touch(enrollment, lesson)
        mark_done(enrollment, progress, actor, lesson)
    return enrollment


def mark_done(
    enrollment: Enrollment, progress: LessonProgress, user: Any, lesson: Lesson, *, origin: Origin = HERE
) -> bool:
    """Complete `lesson` for the locked `enrollment` and tell whether it was not before. A part of other services.

    Publishes: LessonCompleted once per lesson, CourseCompleted once per course.
    """
    if progress.completed_at is not None:
        return False
    progress.completed_at = origin.moment
    progress.save(update_fields=["completed_at"])
    track(Verb.VIEWED, user=user, course=lesson.course, lesson_id=lesson.pk, origin=origin.derived())
    track(Verb.COMPLETED, user=user, course=lesson.course, lesson_id=lesson.pk, origin=origin)
    publish(
        LessonCompleted(
            user_id=user.pk,
            course_id=lesson.course_id,
            lesson_id=lesson.pk,
            kind=lesson.kind,
            at=origin.moment,
        )
    )
    recount(enrollment, origin=origin.derived())
    return True


def is_covered(progress: LessonProgress, lesson: Lesson) -> bool:
    """Tell whether enough of a video was watched: 95 % of its seconds, each counted once."""
    watched_ms = sum(end - start for start, end in progress.coverage)
    return watched_ms * 100 >= lesson.duration_seconds * 1000 * COVERAGE_PERCENT


def recount(enrollment: Enrollment, *, origin: Origin = HERE) -> None:
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
        enrollment.completed_at = origin.moment
        track(Verb.FINISHED, user=enrollment.user, course=enrollment.course, origin=origin)
        note_completed(user_id=enrollment.user_id, course=enrollment.course, at=origin.moment)
        publish(CourseCompleted(user_id=enrollment.user_id, course_id=enrollment.course_id, at=origin.moment))
    enrollment.save(update_fields=["lessons_completed", "progress_percent", "completed_at"])


def recount_course(course_id: int) -> None:
    """Recount every unfinished enrolment of a course whose required lessons have changed.

    Call it in the transaction of that change, with the course row locked. Enrolments are locked in key order; one
    that a removed lesson has completed publishes CourseCompleted. Untouched enrolments cost no write.
    """
    begun = Enrollment.objects.unfinished().filter(
        course=course_id, user__lesson_progress__lesson__course=course_id
    )
    keys = begun.order_by().values("pk")
    locked = Enrollment.objects.filter(pk__in=keys).order_by("pk").select_for_update()
    for enrollment in locked.iterator(chunk_size=500):
        recount(enrollment)


def lock_enrollment(actor: Any, lesson: Lesson) -> Enrollment:
    """Return the locked enrolment; its lock orders everything that one student does in one course."""
    if not actor.is_authenticated:
        raise NotSignedIn
    enrollments = Enrollment.objects.select_for_update().filter(user_id=actor.pk, course=lesson.course_id)
    enrollment = enrollments.first()
    if enrollment is None:
        raise NotAllowed(_("Enrol in the course first."), code="not_enrolled")
    return enrollment


def progress_row(actor: Any, lesson: Lesson) -> LessonProgress:
    """Return the row of `actor` in `lesson`, made when missing."""
    insert_once(LessonProgress, user_id=actor.pk, lesson_id=lesson.pk)
    return LessonProgress.objects.get(user=actor, lesson=lesson)


def touch(enrollment: Enrollment, lesson: Lesson) -> None:
    """Remember that the student was here."""
    enrollment.last_lesson = lesson
    enrollment.last_activity_at = timezone.now()
    enrollment.save(update_fields=["last_lesson", "last_activity_at"])


def _ensure_learned(lesson: Lesson, progress: LessonProgress | None, shown_here: bool) -> None:
    if lesson.kind == LessonKind.QUIZ:
        raise Conflict(_("Pass the quiz to complete this lesson."), code="quiz_required")
    if not shown_here:
        return
    if lesson.kind == LessonKind.VIDEO:
        if progress is None or not is_covered(progress, lesson):
            raise Conflict(_("A video is done when you have watched it."), code="watch_first")
        return
    if progress is not None and progress.read_seconds < READING_SECONDS:
        wait = progress.viewed_at + timedelta(seconds=READING_SECONDS) - timezone.now()
        if wait > timedelta(0):
            text = _("Read it first: an article is done after a few seconds.")
            raise Conflict(text, code="too_soon", retry_after=wait.seconds + 1)
