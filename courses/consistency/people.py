"""Counters on profiles whose source is here."""

from community_platform.core.consistency import count_of, counter, register
from courses.models import Course, Enrollment
from profiles.models import Profile

register(
    counter(
        "courses.profile.completed", "courses a person completed", Profile, "courses_completed",
        count_of(Enrollment.ever.exclude(completed_at=None), "user"),
    ),
    counter(
        "courses.profile.created", "courses a person published", Profile, "courses_created",
        count_of(Course.objects.exclude(published_at=None), "instructor"),
    ),
)  # fmt: skip
