"""What courses tell about people to those who follow them; called in the transaction of the deed."""

from datetime import datetime
from typing import Any

from django.db.models import F

from courses.models import Course
from profiles.models import ActivityType, Profile
from profiles.services import activity


def note_completed(*, user_id: int, course: Course, at: datetime) -> None:
    """Note that somebody finished `course`, and count it on their profile."""
    Profile.objects.filter(pk=user_id).update(courses_completed=F("courses_completed") + 1)
    _note(ActivityType.COURSE_COMPLETED, user_id, course, f"course_completed:{user_id}:{course.pk}", at)


def note_published(course: Course, at: datetime) -> None:
    """Note that the owner of `course` published it for the first time, and count it on their profile."""
    Profile.objects.filter(pk=course.instructor_id).update(courses_created=F("courses_created") + 1)
    _note(ActivityType.COURSE_CREATED, course.instructor_id, course, f"course_created:{course.pk}", at)


def _note(kind: ActivityType, user_id: int, course: Course, key: str, at: datetime) -> None:
    facts: dict[str, Any] = {"title": course.title, "course": course.slug}
    activity.record(
        user_id=user_id, activity_type=kind, key=key, object_id=course.pk, url=course.get_absolute_url(),
        metadata=facts, at=at,
    )  # fmt: skip
