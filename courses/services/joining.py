"""Two accounts of one student become one: what they did in courses is joined, and counted once.

Parts of merging accounts (`profiles.services.merge`), which holds both accounts. Each returns how many rows of the
account that goes it found; a second time there are none.
"""

from collections import defaultdict
from typing import Any

from django.db.models import F, Max
from django.utils import timezone

from community_platform.core.permissions import SYSTEM
from courses.models import (
    Certificate,
    Course,
    CourseImport,
    CourseStaff,
    Enrollment,
    EnrollmentStatus,
    LearningEvent,
    LessonProgress,
    Order,
    OrderStatus,
    QuizAttempt,
    Review,
    StaffRole,
    WatchSpan,
)
from courses.services.orders import cancel_order
from courses.services.progress import recount
from courses.services.track import ONCE
from courses.services.watching import length_ms, united
from profiles.models import Profile

ONE_ACCOUNT = "Two accounts of one person became one."  # a reason in the rows, for administrators


def join_reviews(keep: Any, absorb: Any) -> int:
    """Of two reviews of one course the kept account's stays; the other leaves the course's rating."""
    rows = list(Review.objects.filter(user=absorb).order_by("course_id"))
    for row in rows:
        if Review.objects.filter(user=keep, course=row.course_id).exists():
            if row.counts:
                Course.objects.filter(pk=row.course_id).update(
                    rating_sum=F("rating_sum") - row.rating, ratings_count=F("ratings_count") - 1
                )
            row.delete()
            continue
        mine = Enrollment.ever.filter(user=keep, course=row.course_id).first()
        row.user, row.enrollment = keep, mine or row.enrollment
        row.save(update_fields=["user", "enrollment"])
    return len(rows)


def join_watching(keep: Any, absorb: Any) -> int:
    """Join spans and progress: seconds that both watched count once.

    Nobody watches at two places at once, so a span that played while one of the other account did loses its clock, as
    those that another system vouches for have none.
    """
    spans = list(WatchSpan.objects.filter(user=absorb).order_by("pk"))
    known = set(WatchSpan.objects.filter(user=keep).values_list("uuid", flat=True)) if spans else set()
    for span in spans:
        if span.uuid in known:  # one client reported the same stretch for both accounts
            span.delete()
            continue
        if span.begun_at is not None and span.ended_at is not None:
            at_once = WatchSpan.objects.filter(
                user=keep, begun_at__lt=span.ended_at, ended_at__gt=span.begun_at
            )
            if at_once.exists():
                span.begun_at = span.ended_at = None
        span.user = keep
        span.save(update_fields=["user", "begun_at", "ended_at"])
    rows = list(LessonProgress.objects.filter(user=absorb).order_by("lesson_id"))
    mine = {row.lesson_id: row for row in LessonProgress.objects.filter(user=keep)} if rows else {}
    for row in rows:
        _join_progress(mine.get(row.lesson_id), row, keep)
    return len(spans) + len(rows)


def _join_progress(kept: LessonProgress | None, row: LessonProgress, keep: Any) -> None:
    if kept is None:
        row.user = keep
        row.save(update_fields=["user"])
        return
    row.delete()
    spans = WatchSpan.objects.filter(user=keep, lesson=kept.lesson_id).values_list("from_ms", "to_ms")
    kept.coverage = united(spans)
    kept.watched_seconds = length_ms(kept.coverage) // 1000
    kept.read_seconds = max(kept.read_seconds, row.read_seconds)
    kept.position_seconds = max(kept.position_seconds, row.position_seconds)
    kept.viewed_at = min(kept.viewed_at, row.viewed_at)
    kept.completed_at = _first(kept.completed_at, row.completed_at)
    kept.save()


def join_attempts(keep: Any, absorb: Any) -> int:
    """Number attempts on from those of the kept account; of two open ones of one quiz, the other account's ends."""
    rows = list(QuizAttempt.objects.filter(user=absorb).order_by("quiz_id", "number"))
    counted = QuizAttempt.objects.filter(user=keep).order_by().values_list("quiz").annotate(Max("number"))
    last = defaultdict(int, dict(counted))
    busy = set(QuizAttempt.objects.filter(user=keep, submitted_at=None).values_list("quiz", flat=True))
    for row in rows:
        if row.submitted_at is None and row.quiz_id in busy:
            row.delete()
            continue
        last[row.quiz_id] += 1
        row.user, row.number = keep, last[row.quiz_id]
        row.save(update_fields=["user", "number"])
    return len(rows)


def join_enrollments(keep: Any, absorb: Any) -> int:
    """Of two enrolments in one course one stays: open if either was, completed when the first was.

    Lessons done in either account may finish the course now. Publishes: CourseCompleted, as finishing does.
    """
    rows = list(Enrollment.ever.select_for_update().filter(user=absorb).order_by("course_id"))
    for row in rows:
        Course.objects.lock(row.course_id)
        kept = Enrollment.ever.select_for_update().filter(user=keep, course=row.course_id).first()
        if kept is None:
            row.user = keep
            row.save(update_fields=["user"])
            kept = row
        else:
            _join_enrollment(kept, row)
        recount(kept)
    if rows:
        _recount_profiles(keep, absorb)
    return len(rows)


def _join_enrollment(kept: Enrollment, row: Enrollment) -> None:
    Review.objects.filter(enrollment=row).update(enrollment=kept)
    active = [one for one in (kept, row) if one.status == EnrollmentStatus.ACTIVE]
    row.delete()
    Course.objects.filter(pk=kept.course_id).update(students_count=F("students_count") - max(len(active) - 1, 0))
    if active and kept.status != EnrollmentStatus.ACTIVE:
        kept.status, kept.ended_at, kept.source = EnrollmentStatus.ACTIVE, None, row.source
    if row.last_activity_at > kept.last_activity_at:
        kept.last_activity_at, kept.last_lesson_id = row.last_activity_at, row.last_lesson_id
    kept.enrolled_at = min(kept.enrolled_at, row.enrolled_at)
    kept.completed_at = _first(kept.completed_at, row.completed_at)
    if kept.completed_at is not None:
        kept.progress_percent = 100
        kept.lessons_completed = max(kept.lessons_completed, row.lessons_completed)
    kept.save()


def join_events(keep: Any, absorb: Any) -> int:
    """Move the log; what happens only once (a lesson completed) is said once."""
    events = LearningEvent.objects.filter(user=absorb)
    once = events.filter(verb__in=[int(verb) for verb in ONCE]).order_by("at", "pk")
    mine = LearningEvent.objects.filter(user=keep, verb__in=[int(verb) for verb in ONCE])
    said = set(mine.values_list("verb", "course", "lesson"))
    gone = [event.pk for event in once if (event.verb, event.course_id, event.lesson_id) in said]
    moved = events.count()
    LearningEvent.objects.filter(pk__in=gone).delete()
    events.update(user=keep)
    return moved


def join_certificates(keep: Any, absorb: Any) -> int:
    """Move certificates; of two valid ones of one course the later is revoked, and its page says so."""
    rows = list(Certificate.objects.filter(user=absorb).order_by("pk"))
    for row in rows:
        mine = Certificate.objects.filter(user=keep, course=row.course_id, revoked_at=None).first()
        if row.is_valid and mine is not None:
            later = row if row.issued_at >= mine.issued_at else mine
            Certificate.objects.filter(pk=later.pk).update(revoked_at=timezone.now(), revoke_reason=ONE_ACCOUNT)
        Certificate.objects.filter(pk=row.pk).update(user=keep)
    return len(rows)


def join_orders(keep: Any, absorb: Any) -> int:
    """Move orders; nothing is booked, so money stays exact.

    Of two open orders of one course that of the account that goes is cancelled. A course that was paid twice keeps its
    second order without a buyer: the school may give the money back from there.
    """
    orders = Order.objects.filter(user=absorb)
    moved = orders.count()
    mine = Order.objects.filter(user=keep)
    for status in (OrderStatus.PENDING, OrderStatus.PAID):
        courses = list(mine.filter(status=status).values_list("course", flat=True))
        for order in orders.filter(status=status, course__in=courses).order_by("pk"):
            if status == OrderStatus.PENDING:
                cancel_order(actor=SYSTEM, order=order)
            else:
                Order.objects.filter(pk=order.pk).update(user=None)
    orders.update(user=keep)
    return moved


def join_staff(keep: Any, absorb: Any) -> int:
    """Move who helps in which course; of two roles the higher stays, and an owner needs none."""
    rows = list(CourseStaff.objects.filter(user=absorb).order_by("course_id"))
    for row in rows:
        course = Course.objects.lock(row.course_id)
        course.team.pop(str(absorb.pk), None)
        mine = CourseStaff.objects.filter(user=keep, course=course).first()
        if course.instructor_id in {keep.pk, absorb.pk}:
            row.delete()
        elif mine is None:
            row.user = keep
            row.save(update_fields=["user"])
            course.team[str(keep.pk)] = row.role
        else:
            row.delete()
            if row.role == StaffRole.INSTRUCTOR and mine.role != row.role:
                mine.role = row.role
                mine.save(update_fields=["role"])
            course.team[str(keep.pk)] = mine.role
        course.save(update_fields=["team"])
    return len(rows)


def join_courses(keep: Any, absorb: Any) -> int:
    """Let courses of the account that goes belong to the one that stays, which leaves their staff."""
    taught = list(Course.objects.filter(instructor=absorb).order_by("pk").values_list("pk", flat=True))
    for pk in taught:
        course = Course.objects.lock(pk)
        CourseStaff.objects.filter(course=course, user=keep).delete()
        course.team.pop(str(keep.pk), None)
        course.instructor = keep
        course.save(update_fields=["instructor", "team"])
    if taught:
        _recount_profiles(keep, absorb)
    return len(taught)


def join_imports(keep: Any, absorb: Any) -> int:
    """Move imports; of the same archive both imported, numbers go on."""
    rows = list(CourseImport.objects.filter(user=absorb).order_by("pk"))
    for row in rows:
        last = CourseImport.objects.filter(user=keep, digest=row.digest).aggregate(last=Max("number"))["last"]
        row.user, row.number = keep, (last or 0) + 1
        row.save(update_fields=["user", "number"])
    return len(rows)


def _recount_profiles(*people: Any) -> None:
    """Count anew what both profiles show of courses: joining is no deed that could be counted by steps."""
    for person in people:
        Profile.objects.select_for_update(no_key=True).get(pk=person.pk)
        Profile.objects.filter(pk=person.pk).update(
            courses_completed=Enrollment.ever.filter(user=person).exclude(completed_at=None).count(),
            courses_created=Course.objects.filter(instructor=person).exclude(published_at=None).count(),
        )


def _first(*moments: Any) -> Any:
    return min((moment for moment in moments if moment is not None), default=None)

