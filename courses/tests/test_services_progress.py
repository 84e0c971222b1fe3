"""A student's way through a course."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connections

from community_platform.core import events
from community_platform.core.errors import Conflict, NotAllowed, NotSignedIn
from courses.events import CourseCompleted, LessonCompleted
from courses.models import Enrollment, LearningEvent, Lesson, LessonKind, LessonProgress, Verb
from courses.services import authoring, progress
from courses.tests.factories import CourseFactory, EnrollmentFactory, LessonFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
OnCommit = Callable[..., Any]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the events about completion, as they are delivered."""
    found: list[str] = []
    for event in (LessonCompleted, CourseCompleted):
        monkeypatch.setitem(events._subscribers, event, [lambda fact: found.append(type(fact).__name__)])
    return found


def begun(user: User, **fields: Any) -> tuple[Enrollment, list[Lesson]]:
    enrollment = EnrollmentFactory(user=user, course=CourseFactory(**{"lessons": 3, **fields}))
    return enrollment, list(enrollment.course.lessons.order_by("position"))


def test_completing_all_lessons_completes_the_course_once(
    anna: User, heard: list[str], django_capture_on_commit_callbacks: OnCommit
) -> None:
    enrollment, lessons = begun(anna)
    shown = []
    with django_capture_on_commit_callbacks(execute=True):
        for lesson in [*lessons, lessons[-1]]:
            shown.append(progress.complete(actor=anna, lesson=lesson).progress_percent)
    enrollment.refresh_from_db()
    assert shown == [33, 66, 100, 100]
    assert enrollment.completed_at is not None
    assert enrollment.lessons_completed == 3
    assert sorted(heard) == ["CourseCompleted", "LessonCompleted", "LessonCompleted", "LessonCompleted"]


def test_optional_lessons_do_not_count(anna: User) -> None:
    enrollment, lessons = begun(anna, lessons=1)
    extra = LessonFactory(course=enrollment.course, is_required=False)
    assert progress.complete(actor=anna, lesson=extra).progress_percent == 0
    assert progress.complete(actor=anna, lesson=lessons[0]).progress_percent == 100


def test_a_new_lesson_lowers_the_unfinished_and_spares_the_finished(anna: User, boris: User) -> None:
    done, lessons = begun(anna, lessons=2)
    half = EnrollmentFactory(user=boris, course=done.course)
    for lesson in lessons:
        progress.complete(actor=anna, lesson=lesson)
    progress.complete(actor=boris, lesson=lessons[0])
    section = lessons[0].section
    authoring.add_lesson(actor=done.course.instructor, section=section, title="One more", content="text")
    done.refresh_from_db()
    half.refresh_from_db()
    assert (done.progress_percent, half.progress_percent) == (100, 33)
    assert progress.complete(actor=anna, lesson=Lesson.objects.get(title="One more")).progress_percent == 100


def test_deleting_the_last_missing_lesson_completes_the_course(
    anna: User, heard: list[str], django_capture_on_commit_callbacks: OnCommit
) -> None:
    enrollment, lessons = begun(anna, lessons=2)
    progress.complete(actor=anna, lesson=lessons[0])
    with django_capture_on_commit_callbacks(execute=True):
        authoring.delete_lesson(actor=enrollment.course.instructor, lesson=lessons[1])
    enrollment.refresh_from_db()
    assert enrollment.progress_percent == 100
    assert heard == ["CourseCompleted"]


def test_opening_twice_is_one_row_and_moves_the_place_to_go_on(anna: User) -> None:
    enrollment, lessons = begun(anna)
    for lesson in (lessons[0], lessons[1], lessons[1]):
        progress.open_lesson(actor=anna, lesson=lesson)
    enrollment.refresh_from_db()
    assert LessonProgress.objects.filter(user=anna).count() == 2
    assert enrollment.last_lesson == lessons[1]
    assert enrollment.progress_percent == 0


@pytest.mark.parametrize("service", [progress.open_lesson, progress.complete])
def test_only_students_of_the_course_make_progress(anna: User, service: Callable[..., Any]) -> None:
    lesson = LessonFactory(is_preview=True)
    for person in (anna, lesson.course.instructor):
        with pytest.raises(NotAllowed) as refused:
            service(actor=person, lesson=lesson)
        assert refused.value.code == "not_enrolled"
    with pytest.raises(NotSignedIn):
        service(actor=AnonymousUser(), lesson=lesson)


def test_a_quiz_lesson_is_not_completed_by_hand(anna: User) -> None:
    enrollment, _ = begun(anna)
    quiz = LessonFactory(course=enrollment.course, kind=LessonKind.QUIZ)
    with pytest.raises(Conflict) as refused:
        progress.complete(actor=anna, lesson=quiz)
    assert refused.value.code == "quiz_required"


def test_a_video_is_not_completed_by_hand_unless_it_was_watched(anna: User) -> None:
    enrollment, _ = begun(anna)
    film = LessonFactory(course=enrollment.course, kind=LessonKind.VIDEO, duration_seconds=100)
    with pytest.raises(Conflict) as refused:
        progress.complete(actor=anna, lesson=film)
    assert refused.value.code == "watch_first"


def test_an_article_opened_on_the_site_is_read_for_five_seconds_first(anna: User) -> None:
    enrollment, lessons = begun(anna)
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False) as clock:
        Enrollment.objects.update(enrolled_at="2026-11-23T09:00:00Z")
        progress.open_lesson(actor=anna, lesson=lessons[0])
        clock.shift(4)
        with pytest.raises(Conflict) as refused:
            progress.complete(actor=anna, lesson=lessons[0])
        assert (refused.value.code, refused.value.retry_after) == ("too_soon", 2)
        clock.shift(1)
        assert progress.complete(actor=anna, lesson=lessons[0]).progress_percent == 33


def test_what_is_completed_stands_in_the_log_once(anna: User) -> None:
    _, lessons = begun(anna, lessons=1)
    for _ in range(2):
        progress.complete(actor=anna, lesson=lessons[0])
    log = LearningEvent.objects.filter(user=anna).order_by("pk").values_list("verb", "lesson_id")
    assert list(log) == [
        (Verb.VIEWED, lessons[0].pk), (Verb.COMPLETED, lessons[0].pk), (Verb.FINISHED, None)
    ]  # fmt: skip


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_last_lessons_completed_at_once_complete_the_course_once(anna: User, heard: list[str]) -> None:
    enrollment, lessons = begun(anna, lessons=4)
    start = threading.Barrier(8)

    def finish(lesson: Lesson) -> None:
        try:
            start.wait(10)
            progress.complete(actor=anna, lesson=lesson)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(finish, [*lessons, *lessons]))
    enrollment.refresh_from_db()
    assert (enrollment.progress_percent, enrollment.lessons_completed) == (100, 4)
    assert heard.count("CourseCompleted") == 1
    assert heard.count("LessonCompleted") == 4
