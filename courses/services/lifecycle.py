"""What courses hold about a person, removed; what is given out stands in `courses.exports`."""

from typing import Any

from django.db import transaction
from django.db.models import F, Q

from courses.models import (
    Certificate,
    Course,
    CourseStaff,
    Enrollment,
    EnrollmentStatus,
    LearningEvent,
    LessonFeedback,
    LessonProgress,
    PendingEvent,
    QuizAttempt,
    Review,
    WatchSpan,
)
from profiles.models import Profile


def erase_learning(user: Any) -> None:
    """Remove what `user` learned and said. Courses they taught and what they paid belong to the school. Repeatable."""
    with transaction.atomic():
        for course_id in list(Review.objects.filter(user=user).order_by("course_id").values_list("course", flat=True)):
            _take_back_review(user, course_id)
        mine = Enrollment.ever.select_for_update().filter(user=user).order_by("course_id")
        for course_id, pk, status in list(mine.values_list("course_id", "pk", "status")):
            removed = Enrollment.ever.filter(pk=pk).delete()[0] if status == EnrollmentStatus.ACTIVE else 0
            Course.objects.filter(pk=course_id).update(students_count=F("students_count") - min(removed, 1))
        Enrollment.ever.filter(user=user).delete()
        Profile.objects.filter(pk=user.pk).update(courses_completed=0)
        for model in (
            LessonProgress, QuizAttempt, WatchSpan, LessonFeedback, LearningEvent, Certificate,
        ):  # fmt: skip
            model._default_manager.filter(user=user).delete()
        known_as = {user.username.lower(), (user.email or "").lower()} - {""}
        # The ids of reports stay: a system that tells of the person again must not bring them back.
        PendingEvent.objects.filter(Q(user=user) | Q(person__in=known_as)).update(person="", payload={}, user=None)
        user.orders.update(user=None, payment_url="")
        for row in CourseStaff.objects.filter(user=user).order_by("course_id"):
            course = Course.objects.lock(row.course_id)
            course.team.pop(str(user.pk), None)
            course.save(update_fields=["team"])
            row.delete()


def _take_back_review(user: Any, course_id: int) -> None:
    review = Review.objects.filter(user=user, course=course_id).first()
    if review is None:
        return
    if review.counts:
        Course.objects.filter(pk=course_id).update(
            rating_sum=F("rating_sum") - review.rating, ratings_count=F("ratings_count") - 1
        )
    review.delete()
