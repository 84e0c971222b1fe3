"""Days made anew: incremental equals full, whatever comes late, twice or is taken away."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.models import CourseAnalyticsDaily, DirtyDay, Pipeline, StudentEngagement, UserCourseDay
from analytics.selectors import course as figures
from analytics.selectors import scope, students
from analytics.services import dirty
from analytics.services.aggregation import aggregate, verify
from analytics.services.student_days import running, windows
from analytics.tests.histories import digest, happened, noon
from courses.models import Course, Enrollment, EnrollmentStatus, LearningEvent, Verb
from courses.tests.factories import CourseFactory, EnrollmentFactory
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

DEED = st.tuples(
    st.integers(0, 3),  # who
    st.integers(0, 1),  # which course
    st.integers(0, 2),  # which lesson
    st.integers(0, 45),  # days ago
    st.sampled_from([Verb.VIEWED, Verb.WATCHED, Verb.COMPLETED, Verb.SUBMITTED, Verb.ENROLLED]),
    st.integers(0, 9_000),
)


def school() -> tuple[list[Any], list[Any]]:
    people = UserFactory.create_batch(4)
    courses = [CourseFactory(sections=1, lessons=3) for _ in range(2)]
    for course in courses:
        for number, user in enumerate(people):
            EnrollmentFactory(user=user, course=course, enrolled_at=noon(10 * number))
    Enrollment.objects.filter(user=people[3], course=courses[1]).update(
        status=EnrollmentStatus.REFUNDED, ended_at=noon(5)
    )
    Course.objects.filter(pk=courses[1].pk).update(students_count=3)
    return people, courses


@pytest.mark.breaks_counters
@given(
    before=st.lists(DEED, max_size=25),
    late=st.lists(DEED, max_size=10),
    gone=st.sets(st.integers(0, 30), max_size=3),
    erased=st.booleans(),
)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_incremental_equals_full_after_late_and_erased_events(
    db: None, before: Any, late: Any, gone: set[int], erased: bool
) -> None:
    people, courses = school()

    def write(deeds: Any) -> None:
        for who, which, place, ago, verb, value in deeds:
            lesson = courses[which].lessons.order_by("pk")[place] if verb != Verb.ENROLLED else None
            happened(verb, people[who], courses[which], ago, lesson=lesson, value=value)

    write(before)
    aggregate(full=True)
    write(late)
    if erased:
        dirty.forget(people[0])
        LearningEvent.objects.filter(user=people[0]).delete()
        Enrollment.ever.filter(user=people[0]).delete()
    for event in list(LearningEvent.objects.order_by("pk"))[:: len(gone) + 7] if gone else []:
        DirtyDay.objects.create(course_id=event.course_id, day=event.day)
        event.delete()
    aggregate(nightly=True)
    incremental = digest()
    aggregate(nightly=True)
    assert digest() == incremental
    aggregate(full=True)
    assert digest() == incremental
    _counts_are_lengths_of_lists(courses)
    for course in courses:  # each example begins with an empty school
        course.delete()
    Pipeline.objects.all().delete()


def _counts_are_lengths_of_lists(courses: list[Any]) -> None:
    days = scope.parse_range(None, None)
    for course in courses:
        shown = figures.overview(course, days)
        for code in ("students", "at_risk", "active_7_days", "active_30_days", "enrollments", "completions"):
            assert shown[code] == students.listed(course, code, days).count(), code
        for row in figures.drop_off(course):
            for code in ("reached", "left"):
                assert row[code] == students.listed(course, code, lesson=row["lesson"]["id"]).count(), code
        for row in figures.daily(course, days):
            one = scope.Range(row["date"], row["date"])
            assert row["active_students"] == students.listed(course, "active", one).count()
            assert row["dau"] <= row["wau"] <= row["mau"]
            assert row["completion_rate"] is None or 0 <= row["completion_rate"] <= 100


@given(st.lists(st.sets(st.integers(0, 60), max_size=12), max_size=6), st.sampled_from([1, 7, 30]))
def test_windows_count_different_people(histories: list[set[int]], length: int) -> None:
    start = noon(100).date()
    people = [[start + timedelta(days=day) for day in sorted(one)] for one in histories]
    found = running(windows(people, length), start, start + timedelta(days=70))
    assert found == [
        sum(any(number - length < day <= number for day in one) for one in histories) for number in range(71)
    ]


def test_people_are_never_added_up_and_staff_not_counted(db: None) -> None:
    people, (course, _other) = school()
    lesson = course.lessons.first()
    for ago in range(7):
        happened(Verb.VIEWED, people[0], course, ago, lesson=lesson)
        happened(Verb.VIEWED, course.instructor, course, ago, lesson=lesson, is_excluded=True)
    happened(Verb.ENROLLED, people[1], course, 0)
    aggregate()
    today = CourseAnalyticsDaily.objects.get(course=course, date=noon(0).date())
    assert (today.dau, today.wau, today.mau) == (1, 1, 1)
    assert today.enrolled_total == 4
    assert today.completion_rate == 0


def test_a_refund_leaves_the_denominator_on_its_day(db: None) -> None:
    _people, (_course, course) = school()
    aggregate()
    totals = dict(CourseAnalyticsDaily.objects.filter(course=course).values_list("date", "enrolled_total"))
    assert totals[noon(6).date()] == 3
    assert totals[noon(5).date()] == 2
    assert totals[noon(0).date()] == 3


def test_a_wrong_old_day_is_found_at_night(db: None) -> None:
    people, (course, _other) = school()
    happened(Verb.WATCHED, people[0], course, 3, lesson=course.lessons.first(), value=60_000)
    aggregate()
    UserCourseDay.objects.update(content_ms=1)
    assert verify() == 1
    aggregate()
    assert UserCourseDay.objects.get().content_ms == 60_000
    assert CourseAnalyticsDaily.objects.get(course=course, date=noon(3).date()).watch_ms == 60_000


def test_the_command_moves_the_version_of_cached_answers(db: None, as_api: Any) -> None:
    people, (course, _other) = school()
    call_command("aggregate_analytics")
    client = as_api(course.instructor)
    path = f"/api/analytics/courses/{course.pk}/overview"
    assert client.get(path).json()["data"]["active_7_days"] == 0
    happened(Verb.VIEWED, people[0], course, 1, lesson=course.lessons.first())
    call_command("aggregate_analytics")
    assert client.get(path).json()["data"]["active_7_days"] == 1
    assert StudentEngagement.objects.get(user=people[0], course=course).last_activity_at == noon(1)
