"""The seven endpoints: who, which days, which shapes, how many queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.services.aggregation import aggregate
from analytics.tests.histories import happened
from courses.models import CourseStaff, StaffRole, Verb
from courses.tests.factories import CourseFactory, EnrollmentFactory
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

COURSE_PATHS = (
    "courses/{}/overview", "courses/{}/engagement", "courses/{}/students", "courses/{}/content",
    "courses/{}/quiz-performance", "cohort/{}",
)  # fmt: skip
KEYS = {
    "overview": {"students", "active_7_days", "active_30_days", "completion_rate", "rating", "revenue", "currency"},
    "engagement": {"daily", "drop_off", "funnel"},
    "students": {
        "score_distribution", "completion_time_distribution", "struggle_points", "top_performers", "rows",
    },
    "content": {"most_watched", "most_replayed", "completion", "feedback_heatmap"},
    "quiz-performance": {"questions"},
    "cohort": {"cohorts"},
}  # fmt: skip


@pytest.mark.parametrize("path", COURSE_PATHS)
def test_figures_are_for_those_who_write_the_course(
    path: str, make_user: Callable[..., Any], as_api: Callable[..., Any], admin: Any
) -> None:
    course = CourseFactory(sections=1, lessons=2)
    stranger = CourseFactory().instructor
    other, assistant, student = UserFactory.create_batch(3)
    CourseStaff.objects.create(course=course, user=other, role=StaffRole.INSTRUCTOR)
    CourseStaff.objects.create(course=course, user=assistant, role=StaffRole.ASSISTANT)
    course.team = {str(other.pk): StaffRole.INSTRUCTOR, str(assistant.pk): StaffRole.ASSISTANT}
    course.save(update_fields=["team"])
    EnrollmentFactory(user=student, course=course)
    address = "/api/analytics/" + path.format(course.pk)
    people = {"owner": course.instructor, "other": other, "admin": admin}
    for who in people.values():
        answer = as_api(who).get(address)
        assert answer.status_code == 200
        assert set(answer.json()) == {"meta", "data"}
        assert set(answer.json()["meta"]) == {"as_of", "tz", "from", "to"}
    for who in (stranger, assistant, student):
        assert as_api(who).get(address).status_code == 404
    assert as_api(None).get(address).status_code == 401
    assert as_api(admin).get("/api/analytics/" + path.format(999_999)).status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=2025-01-01&to=2026-01-01", 200), ("from=2025-01-01&to=2026-01-02", 400), ("from=x", 400),
        ("from=2026-02-02&to=2026-02-01", 400), ("from=2026-02-30", 400), ("to=2026-03-01", 200),
    ],
)  # fmt: skip
def test_a_range_has_at_most_366_days(query: str, status: int, as_api: Callable[..., Any]) -> None:
    course = CourseFactory()
    answer = as_api(course.instructor).get(f"/api/analytics/courses/{course.pk}/engagement?{query}")
    assert answer.status_code == status, answer.json()


def test_shapes_and_flat_query_counts(as_api: Callable[..., Any]) -> None:
    course = CourseFactory(sections=1, lessons=3)
    lesson = course.lessons.first()
    client = as_api(course.instructor)
    counts: dict[str, list[int]] = {path: [] for path in COURSE_PATHS}
    client.get(f"/api/analytics/courses/{course.pk}/content")  # the first one fills caches
    for size in (3, 30):
        for student in UserFactory.create_batch(size):
            EnrollmentFactory(user=student, course=course)
            happened(Verb.VIEWED, student, course, 1, lesson=lesson)
        aggregate()
        for path in COURSE_PATHS:
            with CaptureQueriesContext(connection) as captured:
                answer = client.get("/api/analytics/" + path.format(course.pk))
            counts[path].append(len(captured))
            name = path.split("/")[-1].replace("{}", "cohort")
            assert KEYS[name] <= set(answer.json()["data"]), path
    assert all(few == many and many <= 12 for few, many in counts.values()), counts
    rows = client.get(f"/api/analytics/courses/{course.slug}/students").json()["data"]["rows"]
    assert len(rows) == 33
    assert set(rows[0]["user"]) == {"id", "username", "display_name", "avatar_url"}


def test_the_dashboard_lists_own_courses_worst_first(as_api: Callable[..., Any], irina: Any) -> None:
    calm, worse = (CourseFactory(sections=1, lessons=2, instructor=irina) for _ in range(2))
    CourseFactory()
    for student in UserFactory.create_batch(4):
        EnrollmentFactory(user=student, course=worse)
        happened(Verb.VIEWED, student, worse, 10, lesson=worse.lessons.first())
    aggregate()
    answer = as_api(irina).get("/api/analytics/instructor/dashboard")
    rows = answer.json()["data"]["courses"]
    assert [row["slug"] for row in rows] == [worse.slug, calm.slug]
    assert rows[0]["attention"][0]["code"] == "at_risk"
    assert rows[0]["attention"][0]["count"] == rows[0]["at_risk"] == 4
    assert as_api(UserFactory()).get("/api/analytics/instructor/dashboard").status_code == 403
