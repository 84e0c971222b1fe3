"""POST /api/learning/events: every kind, bad ones alone, sent twice, out of order, late, before the account."""

import json
import random
import uuid
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from community_platform.core import lifecycle
from courses.models import (
    Course,
    Enrollment,
    EnrollmentSource,
    LearningEvent,
    LessonProgress,
    PendingEvent,
    Verb,
    WatchSpan,
)
from courses.services import ingest, progress, watching
from courses.services.enrollment import enroll, leave
from courses.tests.factories import LessonFactory
from courses.tests.reports import event, school, whole_way
from gamification.models import DailyActivity
from profiles.services.account import register
from profiles.services.tokens import create_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(irina: Any) -> Course:
    return school(irina)


@pytest.fixture
def send(admin: Any) -> Any:
    """Return a function that sends events as an administrator and returns their results."""
    return lambda events: ingest.take_events(actor=admin, events=events)


def _statuses(results: list[ingest.Result]) -> set[str]:
    return {result.status for result in results}


def _effect() -> dict[str, Any]:
    """Return what is left of reports, without keys and moments of writing."""
    return {
        "enrollments": sorted(
            Enrollment.ever.values_list(
                "user__username", "course__slug", "status", "progress_percent", "enrolled_at", "completed_at"
            )
        ),
        "progress": sorted(
            LessonProgress.objects.values_list(
                "user__username", "lesson__slug", "viewed_at", "completed_at", "watched_seconds"
            )
        ),
        "spans": sorted(WatchSpan.objects.values_list("uuid", "from_ms", "to_ms")),
        "log": sorted(
            LearningEvent.objects.values_list("user__username", "verb", "lesson__slug", "value", "at"),
            key=str,
        ),
    }


def test_a_whole_way_through_a_course(anna: Any, course: Course, send: Any) -> None:
    events = whole_way("anna", course)
    assert _statuses(send(events)) == {"accepted"}
    row = Enrollment.objects.get(user=anna)
    assert (row.source, row.progress_percent, row.completed_at is not None) == (
        EnrollmentSource.INGEST,
        100,
        True,
    )
    film = LessonProgress.objects.get(user=anna, lesson__slug="film")
    assert (film.coverage, film.watched_seconds, film.completed_at is not None) == ([[0, 99_500]], 99, True)
    log = LearningEvent.objects.filter(user=anna)
    assert {log_row.verb for log_row in log} == {
        Verb.ENROLLED,
        Verb.VIEWED,
        Verb.COMPLETED,
        Verb.WATCHED,
        Verb.SUBMITTED,
        Verb.FINISHED,
    }
    assert log.filter(verb=Verb.COMPLETED).count() == 3
    assert log.filter(uuid__in=[row["id"] for row in events]).count() == 7
    second = log.filter(verb=Verb.SUBMITTED).latest("at")
    assert (second.value, second.data["number"], second.data["passed"], second.wall_ms) == (
        10_000,
        2,
        True,
        20_000,
    )
    course.refresh_from_db()
    assert course.students_count == 1


def test_the_site_and_the_door_leave_the_same(anna: Any, boris: Any, course: Course, send: Any) -> None:
    """What another system reports of boris has the effect that anna's own pages have."""
    read, film = course.lessons.get(slug="read"), course.lessons.get(slug="film")
    enroll(actor=anna, course=course)
    progress.complete(actor=anna, lesson=read, shown_here=False)
    Enrollment.objects.update(enrolled_at=timezone.now() - timedelta(hours=1))
    LessonProgress.objects.update(viewed_at=timezone.now() - timedelta(hours=1))
    progress.open_lesson(actor=anna, lesson=film)
    LessonProgress.objects.update(viewed_at=timezone.now() - timedelta(hours=1))
    watching.report(actor=anna, lesson=film, spans=[watching.Span(0, 96)])
    send(
        [
            event("course.enrolled", "boris", course),
            event("lesson.completed", "boris", course, lesson="read"),
            event(
                "video.watched", "boris", course, lesson="film", data={"from_seconds": 0, "to_seconds": 96}
            ),
        ]
    )

    def shape(user: Any) -> Any:
        done = LessonProgress.objects.filter(user=user).order_by("lesson__position")
        log = LearningEvent.objects.filter(user=user).values_list(
            "verb", "lesson__slug", "value", "wall_ms", "data"
        )
        row = Enrollment.objects.get(user=user)
        return (
            [
                (one.lesson.slug, one.coverage, one.watched_seconds, one.completed_at is not None)
                for one in done
            ],
            sorted(map(repr, log)),
            row.lessons_completed,
            row.progress_percent,
            row.last_lesson_id,
        )

    assert shape(anna) == shape(boris)


def test_the_same_batch_again_and_reordered_has_one_effect(
    anna: Any, boris: Any, course: Course, send: Any
) -> None:
    events = [*whole_way("anna", course), *whole_way("boris", course)]
    assert _statuses(send(events)) == {"accepted"}
    before = _effect()
    for seed in range(3):
        mixed = random.Random(seed).sample(events, len(events))
        assert _statuses(send(mixed)) == {"duplicate"}
        assert _effect() == before


@pytest.mark.parametrize("seed", range(4))
def test_one_by_one_in_any_order_leaves_the_same_progress(
    anna: Any, course: Course, send: Any, seed: int
) -> None:
    events = whole_way("anna", course)
    for one in random.Random(seed).sample(events, len(events)):
        assert _statuses(send([one])) == {"accepted"}
    row = Enrollment.objects.get(user=anna)
    assert (row.progress_percent, row.enrolled_at.isoformat()) == (100, events[0]["occurred_at"])
    assert LessonProgress.objects.get(lesson__slug="film").coverage == [[0, 99_500]]
    counts = [
        LearningEvent.objects.filter(verb=verb).count()
        for verb in (Verb.ENROLLED, Verb.COMPLETED, Verb.FINISHED)
    ]
    assert counts == [1, 3, 1]
    assert _statuses(send(events)) == {"duplicate"}


def test_one_bad_event_of_a_thousand_is_named_and_the_others_are_taken(
    anna: Any, course: Course, send: Any
) -> None:
    events = [
        event(
            "video.watched",
            "anna",
            course,
            lesson="film",
            ago=timedelta(seconds=n),
            data={"from_seconds": n % 90, "to_seconds": n % 90 + 5},
        )
        for n in range(1000)
    ]
    events[617]["data"]["to_seconds"] = 0
    results = send(events)
    assert [result.id for result in results] == [one["id"] for one in events]
    bad = [result for result in results if result.status == "rejected"]
    assert [(one.id, one.code) for one in bad] == [(events[617]["id"], "span_range")]
    assert sum(result.status == "accepted" for result in results) == 999
    assert LearningEvent.objects.filter(verb=Verb.WATCHED).count() == 999


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "1"}, "invalid"),
        ({"id": None}, "invalid"),
        ({"type": "lesson.liked"}, "unknown_type"),
        ({"type": ["x"]}, "unknown_type"),
        ({"user": ""}, "invalid"),
        ({"user": "a\x00"}, "invalid"),
        ({"user": 7}, "invalid"),
        ({"course": "nowhere"}, "unknown_course"),
        ({"course": None}, "invalid"),
        ({"lesson": "other"}, "unknown_lesson"),
        ({"lesson": None}, "invalid"),
        ({"lesson": "read"}, "not_a_video"),
        ({"occurred_at": "yesterday"}, "invalid"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "invalid"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "invalid"),
        ({"occurred_at": 5}, "invalid"),
        ({"data": []}, "invalid"),
        ({"data": {}}, "invalid"),
        ({"data": {"from_seconds": 5, "to_seconds": 5}}, "span_range"),
        ({"data": {"from_seconds": -1, "to_seconds": 5}}, "span_range"),
        ({"data": {"from_seconds": 0, "to_seconds": 5, "rate": 0}}, "rate_range"),
        ({"data": {"from_seconds": 0, "to_seconds": "5"}}, "invalid"),
        ({"data": {"from_seconds": 0, "to_seconds": True}}, "invalid"),
        ({"data": {"from_seconds": 0, "to_seconds": 10**400}}, "invalid"),
        ({"user": "irina"}, "own_course"),
    ],
)
def test_bad_events_are_rejected_and_not_remembered(
    anna: Any, course: Course, send: Any, change: dict[str, Any], code: str
) -> None:
    good = event("video.watched", "anna", course, lesson="film", data={"from_seconds": 0, "to_seconds": 5})
    result = send([{**good, **change}])[0]
    assert (result.status, result.code) == ("rejected", code)
    assert result.detail
    assert not LearningEvent.objects.exists()
    if "id" not in change:
        assert send([good])[0].status == "accepted"


@pytest.mark.parametrize(
    "data", [{"score": 2, "max_score": 1}, {"score": -1, "max_score": 1}, {"score": 0, "max_score": 0}]
)
def test_scores_outside_their_range_are_rejected(anna: Any, course: Course, send: Any, data: Any) -> None:
    quiz = course.lessons.get(kind="quiz").quiz
    result = send([event("quiz.submitted", "anna", course, quiz=quiz.pk, data=data)])[0]
    assert (result.status, result.code) == ("rejected", "score_range")


def test_quizzes_of_other_courses_and_lessons_are_rejected(
    anna: Any, irina: Any, course: Course, send: Any
) -> None:
    other = school(irina, "geometry").lessons.get(kind="quiz").quiz
    own = course.lessons.get(kind="quiz").quiz
    scores = {"score": 1, "max_score": 1}
    results = send(
        [
            event("quiz.submitted", "anna", course, quiz=other.pk, data=scores),
            event("quiz.submitted", "anna", course, quiz=own.pk, lesson="read", data=scores),
            event("quiz.submitted", "anna", course, quiz=10**9, data=scores),
            event("quiz.submitted", "anna", course, quiz="1", data=scores),
            "text",
            None,
            [],
            {},
        ]
    )
    assert [result.code for result in results] == ["unknown_quiz"] * 3 + ["invalid"] * 5


def test_the_future_and_the_past(anna: Any, course: Course, send: Any) -> None:
    soon, late = timedelta(minutes=-4), timedelta(minutes=-6)
    results = send(
        [
            event("lesson.completed", "anna", course, lesson="read", ago=soon),
            event("lesson.viewed", "anna", course, lesson="film", ago=late),
        ]
    )
    assert [(result.status, result.code) for result in results] == [
        ("accepted", ""),
        ("rejected", "in_future"),
    ]
    assert LearningEvent.objects.get(verb=Verb.COMPLETED).at <= timezone.now()


def test_what_is_older_than_two_days_earns_no_day(
    anna: Any, boris: Any, course: Course, send: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send(
            [
                event("lesson.completed", "anna", course, lesson="read", ago=timedelta(hours=47)),
                event("lesson.completed", "boris", course, lesson="read", ago=timedelta(hours=49)),
            ]
        )
    assert list(DailyActivity.objects.values_list("user__username", "lessons_completed")) == [("anna", 1)]


def test_what_came_before_the_account_is_applied_when_it_is_made(
    course: Course, send: Any, django_capture_on_commit_callbacks: Any
) -> None:
    events = whole_way("Newcomer", course)
    assert _statuses(send(events)) == {"accepted"}
    assert not LearningEvent.objects.exists()
    assert _statuses(send(events)) == {"duplicate"}
    with django_capture_on_commit_callbacks(execute=True):
        register(username="newcomer", email="new@example.com", password="long-enough-words")
    row = Enrollment.objects.get(user__username="newcomer")
    assert row.progress_percent == 100
    assert PendingEvent.objects.filter(applied_at=None).count() == 0
    assert _statuses(send(events)) == {"duplicate"}
    assert LearningEvent.objects.filter(verb=Verb.FINISHED).count() == 1


def test_an_address_counts_once_it_is_confirmed(
    anna: Any, course: Course, send: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from profiles.services.account import confirm_email

    send([event("course.enrolled", "Anna@Example.com", course)])
    assert not Enrollment.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
        confirm_email(user=anna, email=anna.email)
    assert Enrollment.objects.filter(user=anna, course=course).count() == 1
    send([event("lesson.completed", "ANNA@example.com", course, lesson="read")])
    assert LessonProgress.objects.filter(user=anna, completed_at__isnull=False).count() == 1


def test_a_lost_event_of_registration_is_made_up_for(course: Course, send: Any, make_user: Any) -> None:
    send([event("course.enrolled", "late", course)])
    make_user("late")
    assert ingest.apply_all_waiting() == 1
    assert ingest.apply_all_waiting() == 0
    assert Enrollment.objects.filter(user__username="late").exists()


def test_who_left_is_let_in_again_by_a_later_enrolment_only(anna: Any, course: Course, send: Any) -> None:
    enroll(actor=anna, course=course)
    leave(actor=anna, course=course)
    send([event("lesson.completed", "anna", course, lesson="read"), event("course.enrolled", "anna", course)])
    assert not Enrollment.objects.exists()
    assert LessonProgress.objects.get(user=anna).completed_at is not None
    send([event("course.enrolled", "anna", course, ago=timedelta(0))])
    row = Enrollment.objects.get(user=anna)
    assert (row.lessons_completed, row.source) == (1, EnrollmentSource.INGEST)


def test_a_course_completed_elsewhere_is_completed_here_and_stays_so(
    anna: Any, course: Course, send: Any
) -> None:
    done = event("course.completed", "anna", course)
    assert send([done, {**done, "id": str(uuid.uuid4())}, done])[2].status == "duplicate"
    row = Enrollment.objects.get(user=anna)
    assert (row.progress_percent, row.completed_at is not None) == (100, True)
    LessonFactory(course=course)
    send([event("lesson.completed", "anna", course, lesson="read")])
    assert Enrollment.objects.get(user=anna).progress_percent == 100
    assert LearningEvent.objects.filter(verb=Verb.FINISHED).count() == 1


def test_erasing_a_person_removes_what_was_told_about_them(anna: Any, course: Course, send: Any) -> None:
    send([*whole_way("anna", course), event("course.completed", "anna", course)])
    assert PendingEvent.objects.filter(user=anna).exists()
    lifecycle.erase(anna)
    assert not PendingEvent.objects.exclude(person="", user=None, payload={}).exists()  # ids stay known
    assert not LearningEvent.objects.exists()
    assert not PendingEvent.objects.exclude(person="", user=None, payload={}).exists()


def test_the_door_asks_for_an_administrators_token_of_its_scope(
    anna: Any, admin: Any, course: Course, as_api: Any
) -> None:
    body = {"events": [event("course.enrolled", "anna", course)]}
    door = as_api()
    assert door.post("/api/learning/events", body).status_code == 401
    assert as_api(anna).post("/api/learning/events", body).status_code == 403
    for scopes, status in ((["read", "write"], 403), (["ingest"], 200)):
        _token, key = create_token(actor=admin, account=admin, name="lms", scopes=scopes, days=7)
        answer = door.post("/api/learning/events", body, headers={"Authorization": f"Token {key}"})
        assert answer.status_code == status
    assert answer.json() == {"results": [{"id": body["events"][0]["id"], "status": "accepted"}]}


@pytest.mark.parametrize("body", [{}, {"events": None}, {"events": {}}, [], {"events": "x"}])
def test_a_body_without_a_list_is_refused(admin: Any, as_api: Any, body: Any) -> None:
    answer = as_api(admin).post("/api/learning/events", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "events")


def test_more_than_a_thousand_are_refused_as_a_whole(
    anna: Any, admin: Any, course: Course, as_api: Any
) -> None:
    events = [event("lesson.viewed", "anna", course, lesson="read") for _n in range(1001)]
    answer = as_api(admin).post("/api/learning/events", {"events": events})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "events")
    assert not LearningEvent.objects.exists()
    rejected = (
        as_api(admin).post("/api/learning/events", {"events": [{"id": 5, "type": "x"}]}).json()["results"]
    )
    assert (rejected[0]["id"], rejected[0]["status"], rejected[0]["code"]) == (None, "rejected", "invalid")


def test_the_facts_of_a_large_batch_go_by_the_queue_and_keep_their_ids(
    anna: Any, course: Course, send: Any, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from courses import limits
    from courses.services import ingest_telling

    queued: list[Any] = []
    monkeypatch.setattr(ingest_telling, "_queue", [queued.append])
    monkeypatch.setattr(limits, "TOLD_AT_ONCE", 3)
    with django_capture_on_commit_callbacks(execute=True):
        send(whole_way("anna", course))
    assert len(queued) == 1
    assert not DailyActivity.objects.exists()
    for _time in range(2):  # a task may run twice
        with django_capture_on_commit_callbacks(execute=True):
            ingest_telling.tell_plain(json.loads(json.dumps(queued[0])))
    assert DailyActivity.objects.get(user=anna).lessons_completed == 3
