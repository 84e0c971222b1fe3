"""The same batch from many senders at once has one effect, and a thousand events are quick."""

import random
import time
from typing import Any

import pytest

from courses.models import Course, Enrollment, LearningEvent, LessonProgress, PendingEvent, Verb, WatchSpan
from courses.services import ingest, ingest_telling
from courses.services.progress import complete
from courses.tests.reports import event, school, whole_way
from courses.tests.test_orders_parallel import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SENDERS = 6


@pytest.fixture
def course(irina: Any) -> Course:
    return school(irina)


def test_one_batch_from_many_senders_has_one_effect(admin: Any, course: Course, make_user: Any) -> None:
    people = [make_user(f"pupil{n}").username for n in range(8)]
    events = [one for name in [*people, "nobody-yet"] for one in whole_way(name, course)]
    mixed = [random.Random(n).sample(events, len(events)) for n in range(SENDERS)]
    results: list[ingest.Result] = []
    errors = at_once(lambda batch: results.extend(ingest.take_events(actor=admin, events=batch)), mixed)
    assert errors == []
    accepted = [result.id for result in results if result.status == "accepted"]
    assert sorted(accepted) == sorted(one["id"] for one in events)  # each by one sender only
    assert Enrollment.objects.filter(progress_percent=100).count() == len(people)
    assert LessonProgress.objects.filter(completed_at__isnull=False).count() == 3 * len(people)
    assert WatchSpan.objects.count() == 2 * len(people)
    assert LearningEvent.objects.filter(verb=Verb.FINISHED).count() == len(people)
    assert PendingEvent.objects.filter(applied_at=None).count() == 7
    course.refresh_from_db()
    assert course.students_count == len(people)


def test_one_id_said_of_two_people_at_once_is_one_event(admin: Any, course: Course, make_user: Any) -> None:
    same = event("lesson.completed", "", course, lesson="read")
    batches = [[{**same, "user": make_user(f"pupil{n}").username}] for n in range(SENDERS)]
    results: list[ingest.Result] = []
    assert at_once(lambda batch: results.extend(ingest.take_events(actor=admin, events=batch)), batches) == []
    assert sorted(result.status for result in results) == ["accepted"] + ["duplicate"] * (SENDERS - 1)
    assert LessonProgress.objects.count() == 1


def test_reports_meet_the_students_own_pages(admin: Any, anna: Any, course: Course) -> None:
    read = course.lessons.get(slug="read")
    ingest.take_events(actor=admin, events=[event("course.enrolled", "anna", course)])

    def work(n: int) -> None:
        if n % 2:
            complete(actor=anna, lesson=read, shown_here=False)
        else:
            ingest.take_events(actor=admin, events=[event("lesson.completed", "anna", course, lesson="read")])

    assert at_once(work, list(range(8))) == []
    assert LearningEvent.objects.filter(verb=Verb.COMPLETED).count() == 1
    assert Enrollment.objects.get().lessons_completed == 1


def test_a_thousand_events_take_less_than_two_seconds(
    admin: Any, course: Course, make_user: Any, monkeypatch: Any
) -> None:
    """As on a server, where a worker tells the other apps: here the queue only takes what it is given."""
    queued: list[Any] = []
    monkeypatch.setattr(ingest_telling, "_queue", [queued.extend])
    events = [one for n in range(143) for one in whole_way(make_user(f"pupil{n}").username, course)][:1000]
    began, worked = time.perf_counter(), time.process_time()
    results = ingest.take_events(actor=admin, events=events)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    assert {result.status for result in results} == {"accepted"}
    assert len(queued) > 1000
    assert took < 2, f"{took:.2f} s, {worked:.2f} s of them our own"
