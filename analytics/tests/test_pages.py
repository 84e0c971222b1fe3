"""The pages of figures: who sees them, what they cost, what can be taken away; the survey; durations."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from openpyxl import load_workbook

from analytics.limits import NPS_ACTIVE_DAYS, NPS_REST
from analytics.models import FigureExport, LatencyBucket, NpsResponse, StudentEngagement
from analytics.selectors import latency as durations
from analytics.selectors import nps
from analytics.services import latency
from analytics.services.surveys import answer_survey
from community_platform.core import timings
from community_platform.core.errors import Conflict, Invalid
from courses.tests.factories import CourseFactory, EnrollmentFactory
from gamification.models import Streak
from messaging.models import Message
from profiles.models import User

pytestmark = pytest.mark.django_db
PAGES = ("overview", "engagement", "students", "quizzes", "content", "cohorts", "revenue")


@pytest.fixture
def course(irina: User) -> Any:
    return CourseFactory(instructor=irina)


def study(course: Any, count: int, start: int = 0) -> list[StudentEngagement]:
    people = [User.objects.create_user(f"student{n}", f"s{n}@example.com") for n in range(start, start + count)]
    for person in people:
        EnrollmentFactory(user=person, course=course)
    return StudentEngagement.objects.bulk_create(
        StudentEngagement(user=person, course=course, enrolled_at=timezone.now(), is_at_risk=True,
                          risk=[{"code": "idle", "days": 9}])
        for person in people
    )  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_for_those_who_write_the_course(page: str, course: Any, irina: User, anna: User, admin: User,
                                                  make_user: Any, as_html: Any) -> None:  # fmt: skip
    daniel = make_user("daniel", role="instructor")
    url = f"/analytics/courses/{course.slug}/{page}/"
    answers = {who.username: as_html(who).get(url).status_code for who in (irina, admin, anna, daniel)}
    assert answers == {"irina": 200, "admin": 200, "anna": 404, "daniel": 404}
    assert as_html().get(url).status_code == 302
    assert as_html(irina).get(f"{url}?from=2020-01-01").status_code == 400


@pytest.mark.parametrize("page", ["overview", "students", "people/at_risk"])
def test_a_page_costs_the_same_for_many(page: str, course: Any, irina: User, as_html: Any,
                                        django_assert_max_num_queries: Any) -> None:  # fmt: skip
    browser, costs = as_html(irina), []
    for start, count in ((0, 3), (3, 27)):
        study(course, count, start)
        cache.clear()
        browser.get("/analytics/")  # the header's own figures are known
        with django_assert_max_num_queries(16) as found:
            assert browser.get(f"/analytics/courses/{course.slug}/{page}/").status_code == 200
        costs.append(len(found))
    assert costs[0] == costs[1]


def test_home_names_who_needs_help_and_a_message_is_one_step(course: Any, irina: User, as_html: Any) -> None:
    [row] = study(course, 1)
    browser = as_html(irina)
    page = browser.get("/analytics/").content.decode()
    assert course.title in page
    assert row.user.username in page
    address = f"/analytics/courses/{course.slug}/message/"
    browser.post(address, {"student": row.user_id, "content": "Shall we talk?", "next": "/analytics/"})
    assert Message.objects.get().content == "Shall we talk?"
    stranger = User.objects.create_user("stranger", "x@example.com")
    assert browser.post(address, {"student": stranger.pk, "content": "x"}).status_code == 404


def _body(answer: Any) -> bytes:
    import asyncio

    async def read() -> bytes:
        return b"".join([piece async for piece in answer])

    return asyncio.run(read()) if answer.is_async else b"".join(answer.streaming_content)


@pytest.mark.django_db(transaction=True)
def test_a_table_is_taken_in_three_forms_and_noted(course: Any, irina: User, anna: User, as_html: Any) -> None:
    [row, _other] = study(course, 2)
    User.objects.filter(pk=row.user_id).update(display_name='=HYPERLINK("http://x")')
    browser = as_html(irina)
    base = f"/analytics/courses/{course.slug}/export/students."
    text = _body(browser.get(base + "csv?bom=1")).decode()
    assert text.startswith("\ufeffuser_id,")
    names = [line["name"] for line in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))]
    assert '\'=HYPERLINK("http://x")' in names
    told = json.loads(_body(browser.get(base + "json")))
    assert [line["name"] for line in told].count('=HYPERLINK("http://x")') == 1
    sheet = load_workbook(io.BytesIO(_body(browser.get(base + "xlsx")))).active
    assert [cell.value for cell in sheet[1]][:3] == ["user_id", "username", "name"]
    assert sheet.max_row == 3
    notes = FigureExport.objects.order_by("pk").values_list("user", "table", "format", "rows", "has_names")
    assert list(notes) == [(irina.pk, "students", kind, 2, True) for kind in ("csv", "json", "xlsx")]
    assert as_html(anna).get(base + "csv").status_code == 404
    assert browser.get(base + "exe").status_code == 404


@pytest.mark.breaks_counters
def test_the_survey_asks_rarely(anna: User) -> None:
    assert not nps.is_due(anna)  # new here
    Streak.objects.create(user=anna, total_active_days=NPS_ACTIVE_DAYS)
    cache.clear()
    assert nps.is_due(anna)
    answer_survey(actor=anna, score=None)
    cache.clear()
    assert not nps.is_due(anna)
    with pytest.raises(Conflict):
        answer_survey(actor=anna, score=9)
    NpsResponse.objects.update(created_at=timezone.now() - NPS_REST - timedelta(minutes=1))
    cache.clear()
    assert nps.is_due(anna)
    with pytest.raises(Invalid):
        answer_survey(actor=anna, score=11)
    answer_survey(actor=anna, score=10, comment="Good")
    assert NpsResponse.objects.filter(user=anna).count() == 2


def test_nps_as_published() -> None:
    """n 1162, 291 promoters, 395 detractors: −9.0 ± 4.4."""
    found = nps.summed({10: 291, 8: 476, 3: 395}, 2000)
    assert (found.score, found.margin) == (-9.0, 4.4)
    assert nps.summed({10: 9}, 9).score is None


def test_durations_of_processes_and_hours_add_up() -> None:
    timings.drain()
    for milliseconds in (1, 1, 40, 180, 199):
        timings.record("api", milliseconds / 1000)
    assert latency.flush() == 5
    timings.record("api", 5)
    latency.flush()
    assert sum(LatencyBucket.objects.values_list("count", flat=True)) == 6
    histogram = durations.merged(durations.buckets(timedelta(days=1)))["api"]
    assert 30 <= durations.percentile(histogram, 0.5) <= 50
    assert durations.percentile(histogram, 1) == 5000
    assert durations.percentile({}, 0.95) is None


def test_the_success_page_is_for_administrators(admin: User, irina: User, as_html: Any) -> None:
    page = as_html(admin).get("/analytics/success/")
    assert page.status_code == 200
    assert page.content.decode().count("NPS") >= 2
    assert as_html(irina).get("/analytics/success/").status_code == 404


def test_students_see_their_own_figures(course: Any, as_html: Any) -> None:
    [row] = study(course, 1)
    assert course.title in as_html(row.user).get("/me/learning/").content.decode()
