"""xAPI statements: in as the same events, once, all or none; out page by page and as a file, with privacy."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community_platform.core.streaming import in_thread
from courses.models import Course, Enrollment, LearningEvent, LessonProgress, PendingEvent, Verb, WatchSpan
from courses.services import ingest, xapi, xapi_terms, xapi_writing
from courses.tests.reports import event, school, whole_way
from profiles.models import Profile, User
from profiles.services.account import register
from profiles.services.tokens import create_token

pytestmark = pytest.mark.django_db
VERSION = {"X-Experience-API-Version": "1.0.3"}
SEGMENTS, SESSION = xapi_terms.SEGMENTS, xapi_terms.SESSION


@pytest.fixture
def course(irina: Any) -> Course:
    return school(irina)


@pytest.fixture
def send(admin: Any) -> Any:
    return lambda *statements: xapi.take_statements(actor=admin, statements=statements)


def said(verb: str, page: str, *, user: str = "anna", **more: Any) -> dict[str, Any]:
    """Return a statement about `page` under /courses/."""
    return {
        "id": str(uuid.uuid4()),
        "actor": {"account": {"homePage": settings.SITE_URL, "name": user}},
        "verb": {"id": verb},
        "object": {"id": f"{settings.SITE_URL}/courses/{page}"},
        "timestamp": (timezone.now() - timedelta(minutes=5)).isoformat(),
        **more,
    }


def played(verb: str, segments: str, session: str = "s-1", **more: Any) -> dict[str, Any]:
    return said(
        verb,
        "algebra/film/",
        result={"extensions": {SEGMENTS: segments}},
        context={"extensions": {SESSION: session}},
        **more,
    )


def _quiz_page(course: Course) -> str:
    return f"algebra/{course.lessons.get(kind='quiz').slug}/"


def test_a_session_of_a_video_is_watched_once_however_often_it_is_told(
    anna: Any, course: Course, send: Any
) -> None:
    statements = [
        said(xapi_terms.INITIALIZED, "algebra/film/"),
        played(xapi_terms.PLAYED, ""),
        played(xapi_terms.PAUSED, "0[.]30"),
        played(xapi_terms.SEEKED, "0[.]30[,]50[.]60"),
        played(xapi_terms.TERMINATED, "0[.]30[,]50[.]70.5"),
    ]
    send(*statements[2:], *statements[:2])
    film = LessonProgress.objects.get(user=anna)
    assert (film.coverage, film.watched_seconds, film.completed_at) == (
        [[0, 30_000], [50_000, 70_500]],
        50,
        None,
    )
    spans = WatchSpan.objects.order_by("from_ms").values_list("from_ms", "to_ms")
    assert list(spans) == [(0, 30_000), (50_000, 70_500)]
    watched = LearningEvent.objects.filter(verb=Verb.WATCHED).values_list("value", flat=True)
    assert sum(watched) == 50_500
    before = (LearningEvent.objects.count(), PendingEvent.objects.count())
    send(*reversed(statements))
    assert (LearningEvent.objects.count(), PendingEvent.objects.count()) == before
    send(played(xapi_terms.PAUSED, "0[.]20", session="s-2"), played(xapi_terms.PAUSED, "0[.]10"))
    assert LessonProgress.objects.get().watched_seconds == 50
    assert sum(LearningEvent.objects.filter(verb=Verb.WATCHED).values_list("value", flat=True)) == 70_500


def test_a_whole_course_by_statements(anna: Any, course: Course, send: Any) -> None:
    page = _quiz_page(course)
    send(
        said(xapi_terms.REGISTERED, "algebra/"),
        said(xapi_terms.EXPERIENCED, "algebra/read/"),
        said(xapi_terms.COMPLETED, "algebra/read/"),
        played(xapi_terms.COMPLETED, "0[.]100"),
        said(xapi_terms.ATTEMPTED, page),
        said(
            xapi_terms.ANSWERED,
            "nowhere-in-particular",
            context={"contextActivities": {"parent": [{"id": f"{settings.SITE_URL}/courses/{page}"}]}},
        ),
        said(xapi_terms.FAILED, page, result={"score": {"raw": 0, "max": 4}, "duration": "PT30S"}),
        said(xapi_terms.SCORED, page, result={"score": {"scaled": 0.75}, "duration": "PT1M"}),
    )
    row = Enrollment.objects.get(user=anna)
    assert (row.progress_percent, row.completed_at is not None) == (100, True)
    results = LearningEvent.objects.filter(verb=Verb.SUBMITTED).order_by("pk")
    assert [(one.value, one.wall_ms) for one in results] == [(0, 30_000), (7_500, 60_000)]
    assert LearningEvent.objects.filter(verb=Verb.FINISHED).count() == 1
    assert PendingEvent.objects.filter(applied_at__isnull=False).count() == 8


def test_a_completed_course_and_verbs_without_meaning(anna: Any, course: Course, send: Any) -> None:
    interacted = said("https://w3id.org/xapi/video/verbs/interacted", "algebra/film/")
    opened = said(xapi_terms.INITIALIZED, "algebra/")
    send(interacted, opened, said(xapi_terms.COMPLETED, "algebra/"))
    assert Enrollment.objects.get().completed_at is not None
    assert PendingEvent.objects.count() == 3


def test_a_known_id_with_another_content_is_a_conflict(
    anna: Any, course: Course, as_api: Any, admin: Any
) -> None:
    statement = said(xapi_terms.EXPERIENCED, "algebra/read/")
    door = as_api(admin)
    for _time in range(2):
        answer = door.post("/api/xapi/statements", statement, headers=VERSION)
        assert (answer.status_code, answer.json()) == (200, [statement["id"]])
        assert answer["X-Experience-API-Version"] == "1.0.3"
    other = {**statement, "verb": {"id": xapi_terms.COMPLETED}}
    assert door.post("/api/xapi/statements", other, headers=VERSION).status_code == 409
    assert (
        door.post("/api/xapi/statements", [other, {**other, "object": {}}], headers=VERSION).status_code
        == 409
    )
    got = door.get("/api/xapi/statements", {"statementId": statement["id"]}, headers=VERSION)
    assert {key: got.json()[key] for key in statement} == statement
    known = ingest.take_events(
        actor=admin, events=[{**event("lesson.viewed", "anna", course, lesson="read"), "id": statement["id"]}]
    )
    assert known[0].status == "duplicate"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"},
        {"actor": None},
        {"actor": {"mbox": "anna"}},
        {"actor": {"account": {"homePage": "https://x.org", "name": "anna"}}},
        {"actor": {"objectType": "Group", "mbox": "mailto:a@b.org"}},
        {"verb": {}},
        {"verb": {"id": "played"}},
        {"verb": {"id": xapi_terms.VOIDED}},
        {"object": None},
        {"object": {"id": "https://x.org/courses/algebra/read/"}},
        {"object": {"id": f"{settings.SITE_URL}/courses/nowhere/read/"}},
        {"object": {"id": f"{settings.SITE_URL}/courses/algebra/no/"}},
        {"object": {"objectType": "StatementRef", "id": str(uuid.uuid4())}},
        {"timestamp": "now"},
        {"timestamp": "2999-01-01T00:00:00Z"},
        {"result": []},
        {"result": {"extensions": {SEGMENTS: "a[.]b"}}},
        {"result": {"extensions": {SEGMENTS: "nan[.]nan"}}},
        {"actor": {"account": {"homePage": settings.SITE_URL, "name": "irina"}}},
        {"note": "\x00"},
        {"verb": {"id": xapi_terms.PASSED}, "result": {"score": {"raw": "1", "max": 2}}},
        {"verb": {"id": xapi_terms.SCORED}, "result": {}},
        {"verb": {"id": xapi_terms.SCORED}, "result": {"score": {"scaled": 2}}},
        {"verb": {"id": xapi_terms.PASSED}, "result": {"duration": "P9999999999999D"}},
        {"verb": {"id": xapi_terms.PASSED}},
    ],
)
def test_a_bad_statement_is_named_and_nothing_of_its_batch_is_taken(
    anna: Any, admin: Any, course: Course, as_api: Any, change: dict[str, Any]
) -> None:
    good, bad = (
        said(xapi_terms.EXPERIENCED, "algebra/read/"),
        {**played(xapi_terms.PAUSED, "0[.]5"), **change},
    )
    answer = as_api(admin).post("/api/xapi/statements", [good, bad], headers=VERSION)
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["field"] == "statements.1"
    assert not LearningEvent.objects.exists()
    assert not PendingEvent.objects.exists()


@pytest.mark.parametrize(
    "odd",
    [
        {"context": []},
        {"context": {"contextActivities": [], "extensions": "x"}},
        {"result": {"extensions": []}},
        {"result": None},
    ],
)
def test_odd_shapes_do_no_harm(anna: Any, course: Course, send: Any, odd: dict[str, Any]) -> None:
    send(said(xapi_terms.PAUSED, "algebra/film/", **odd))
    assert LearningEvent.objects.filter(verb=Verb.VIEWED).count() == 1


def test_statements_wait_for_their_person(
    course: Course, send: Any, django_capture_on_commit_callbacks: Any
) -> None:
    statement = said(xapi_terms.COMPLETED, "algebra/read/", user="newcomer")
    send(statement)
    send(statement)
    assert not LearningEvent.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        register(username="newcomer", email="new@example.com", password="long-enough-words")
    assert LessonProgress.objects.get(user__username="newcomer").completed_at is not None


def test_headers_tokens_and_put(anna: Any, admin: Any, course: Course, as_api: Any) -> None:
    statement = said(xapi_terms.EXPERIENCED, "algebra/read/")
    assert as_api().get("/api/xapi/about").json()["version"][-1] == "1.0.3"
    assert as_api().post("/api/xapi/statements", statement, headers=VERSION).status_code == 401
    assert as_api(anna).post("/api/xapi/statements", statement, headers=VERSION).status_code == 403
    for version in ({}, {"X-Experience-API-Version": "0.95"}, {"X-Experience-API-Version": "2.0.0"}):
        answer = as_api(admin).post("/api/xapi/statements", statement, headers=version)
        assert (answer.status_code, answer["X-Experience-API-Version"]) == (400, "1.0.3")
    _token, write = create_token(actor=admin, account=admin, name="a", scopes=["write"], days=7)
    _token, key = create_token(actor=admin, account=admin, name="b", scopes=["ingest"], days=7)
    for token, status in ((write, 403), (key, 200)):
        headers = {**VERSION, "Authorization": f"Token {token}"}
        assert as_api().post("/api/xapi/statements", statement, headers=headers).status_code == status
    path = f"/api/xapi/statements?statementId={uuid.uuid4()}"
    bare = {name: value for name, value in statement.items() if name != "id"}
    assert as_api(admin).put(path, bare, headers=VERSION).status_code == 204
    assert as_api(admin).put(path, statement, headers=VERSION).status_code == 400
    assert as_api(admin).put("/api/xapi/statements", bare, headers=VERSION).status_code == 400
    for body in ([], [1], "text", None):
        assert as_api(admin).post("/api/xapi/statements", body, headers=VERSION).status_code == 400
    missing = as_api(admin).get(f"/api/xapi/statements?statementId={uuid.uuid4()}", headers=VERSION)
    assert missing.status_code == 404


def test_instructors_read_their_own_courses_page_by_page(
    anna: Any, boris: Any, irina: Any, admin: Any, course: Course, make_user: Any, as_api: Any
) -> None:
    other = school(make_user("daniel", role="instructor"), "geometry")
    ingest.take_events(
        actor=admin,
        events=[*whole_way("anna", course), *whole_way("boris", course), *whole_way("anna", other)],
    )
    expected = LearningEvent.objects.filter(course=course).count()
    for ascending in ("true", "false"):
        path, seen = f"/api/xapi/statements?limit=5&ascending={ascending}", []
        while path:
            body = as_api(irina).get(path, headers=VERSION).json()
            assert len(body["statements"]) <= 5
            seen += body["statements"]
            path = body["more"]
        assert len({row["id"] for row in seen}) == len(seen) == expected
        stored = [row["stored"] for row in seen]
        assert stored == sorted(stored, reverse=ascending == "false")
    assert as_api(anna).get("/api/xapi/statements", headers=VERSION).status_code == 403
    everything = as_api(admin).get("/api/xapi/statements", headers=VERSION).json()["statements"]
    assert len(everything) == LearningEvent.objects.count()
    foreign = LearningEvent.objects.filter(course=other).first()
    assert foreign is not None
    one = f"/api/xapi/statements?statementId={foreign.uuid}"
    assert as_api(irina).get(one, headers=VERSION).status_code == 404
    assert as_api(admin).get(one, headers=VERSION).json()["id"] == str(foreign.uuid)
    only = (
        as_api(admin)
        .get(f"/api/xapi/statements?activity={settings.SITE_URL}/courses/geometry/", headers=VERSION)
        .json()
    )
    assert {row["object"]["id"].split("/")[4] for row in only["statements"]} == {"geometry"}
    for wrong in ("since=yesterday", "until=2026-01-01", "more=x", "more=2026-01-01T00:00:00Z_x"):
        assert as_api(admin).get(f"/api/xapi/statements?{wrong}", headers=VERSION).status_code == 400
    nothing = as_api(admin).get("/api/xapi/statements?since=2999-01-01T00:00:00Z", headers=VERSION).json()
    assert nothing == {"statements": [], "more": ""}


def test_a_page_costs_the_same_for_3_and_for_30(
    anna: Any, admin: Any, irina: Any, course: Course, as_api: Any
) -> None:
    ingest.take_events(actor=admin, events=whole_way("anna", course))
    costs = []
    for size in (3, 30):
        ingest.take_events(
            actor=admin,
            events=[
                event(
                    "video.watched",
                    "anna",
                    course,
                    lesson="film",
                    data={"from_seconds": n, "to_seconds": n + 1},
                )
                for n in range(size)
            ],
        )
        client, path = as_api(irina), f"/api/xapi/statements?limit={size}"
        client.get(path, headers=VERSION)  # a session is noted once in a while
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(path, headers=VERSION).json()["statements"]) == size
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 8


def test_the_file_of_a_course_names_public_people_only(
    anna: Any, boris: Any, irina: Any, maxim: Any, admin: Any, course: Course, as_api: Any, as_html: Any
) -> None:
    User.objects.filter(pk=boris.pk).update(is_profile_public=False)
    ingest.take_events(actor=admin, events=[*whole_way("anna", course), *whole_way("boris", course)])
    text = "".join(xapi_writing.statement_lines(actor=irina, course=course))
    body = json.loads(text)
    names = {row["actor"]["account"]["name"] for row in body["statements"]}
    assert "anna" in names
    assert "boris" not in text
    assert len(names) == 2
    assert "@" not in text.replace("@context", "")
    assert "boris" in "".join(xapi_writing.statement_lines(actor=admin, course=course))
    for person, status in ((irina, 200), (admin, 200), (anna, 403), (maxim, 403)):
        assert as_api(person).get("/api/courses/algebra/xapi").status_code == status
    assert "/api/courses/algebra/xapi" in as_html(irina).get("/courses/algebra/").content.decode()
    assert "/api/courses/algebra/xapi" not in as_html(anna).get("/courses/algebra/").content.decode()


async def test_an_export_is_made_while_it_is_sent() -> None:
    assert (
        b"".join([piece async for piece in in_thread(iter(['{"statements": [', "]}"]))])
        == b'{"statements": []}'
    )


def test_what_goes_out_can_come_in_again(
    anna: Any, admin: Any, irina: Any, course: Course, send: Any
) -> None:
    ingest.take_events(actor=admin, events=whole_way("anna", course))
    out = json.loads("".join(xapi_writing.statement_lines(actor=admin, course=course)))["statements"]
    film = LessonProgress.objects.get(lesson__slug="film").coverage
    LearningEvent.objects.all().delete()
    PendingEvent.objects.all().delete()
    WatchSpan.objects.all().delete()
    LessonProgress.objects.all().delete()
    Enrollment.ever.all().delete()
    Course.objects.update(students_count=0)
    Profile.objects.update(courses_completed=0)
    send(*out)
    assert Enrollment.objects.get().progress_percent == 100
    assert LessonProgress.objects.get(lesson__slug="film").coverage == film
