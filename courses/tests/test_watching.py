"""A scripted player against the server's clock: what is credited is what a person can have seen."""

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community_platform.core import events
from community_platform.core.errors import Invalid, NotAllowed
from courses.events import LessonCompleted, VideoWatched
from courses.models import Enrollment, LearningEvent, Lesson, LessonKind, LessonProgress, Verb, WatchSpan
from courses.services import progress, watching
from courses.services.watching import Span
from courses.tests.factories import EnrollmentFactory, LessonFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
LENGTH = 120
Clock = Any


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False) as travelling:
        yield travelling


@pytest.fixture
def film(anna: User, clock: Clock) -> Lesson:
    """Return a video of two minutes that anna opened just now."""
    lesson = LessonFactory(kind=LessonKind.VIDEO, video_url="/media/a.webm", duration_seconds=LENGTH)
    EnrollmentFactory(user=anna, course=lesson.course, enrolled_at=timezone.now() - timedelta(hours=1))
    progress.open_lesson(actor=anna, lesson=lesson)
    return lesson


class Player:
    """Plays in one tab and reports as the page does: what grew since the last report, with its age."""

    def __init__(self, user: User, lesson: Lesson, clock: Clock) -> None:
        self.user, self.lesson, self.clock = user, lesson, clock
        self.place, self.rate = 0.0, 1.0
        self.queue: dict[uuid.UUID, list[Any]] = {}  # id → [from, to, rate, ended at]
        self.now: uuid.UUID | None = None

    def play(self, seconds: float, *, report: bool = True) -> None:
        """Play for so many seconds of real time, telling the server every 15 seconds."""
        while seconds > 0:
            step = min(seconds, 15)
            self.clock.shift(step)
            seconds -= step
            if self.now is None:
                self.now = uuid.uuid4()
                self.queue[self.now] = [self.place, self.place, self.rate, None]
            self.place = min(self.place + step * self.rate, LENGTH)
            self.queue[self.now][1], self.queue[self.now][3] = self.place, timezone.now()
            if report:
                self.report()

    def wait(self, seconds: float) -> None:
        """Pause, or hide the tab."""
        self.now = None
        self.clock.shift(seconds)

    def seek(self, place: float) -> None:
        self.place, self.now = place, None

    def speed(self, rate: float) -> None:
        self.rate, self.now = rate, None

    def report(self, *, lost: bool = False) -> LessonProgress:
        spans = [
            Span(start, end, rate, key, (timezone.now() - ended).total_seconds())
            for key, (start, end, rate, ended) in self.queue.items()
            if end > start
        ]
        row = watching.report(
            actor=self.user, lesson=self.lesson, position_seconds=int(self.place), spans=spans
        )
        if not lost:
            self.queue = {key: span for key, span in self.queue.items() if key == self.now}
        return row


def watched(user: User) -> int:
    return LessonProgress.objects.get(user=user).watched_seconds


def test_watching_to_the_end_completes_the_lesson(anna: User, film: Lesson, clock: Clock) -> None:
    player = Player(anna, film, clock)
    player.play(113)
    assert LessonProgress.objects.get().completed_at is None
    player.play(1)
    row = LessonProgress.objects.get()
    assert row.completed_at is not None
    assert row.coverage == [[0, 114_000]]
    assert WatchSpan.objects.count() == 1
    assert Enrollment.objects.get().progress_percent == 100


@pytest.mark.parametrize("rate", [0.5, 1.0, 1.5, 2.0])
def test_speed_is_credited_as_watched(anna: User, film: Lesson, clock: Clock, rate: float) -> None:
    player = Player(anna, film, clock)
    player.speed(rate)
    player.play(40)
    assert watched(anna) == 40 * rate
    log = LearningEvent.objects.filter(verb=Verb.WATCHED)
    assert sum(log.values_list("value", flat=True)) == 40 * rate * 1000
    assert sum(log.values_list("wall_ms", flat=True)) == 40_000


def test_seconds_that_were_skipped_are_not_seconds_watched(anna: User, film: Lesson, clock: Clock) -> None:
    player = Player(anna, film, clock)
    player.play(10)
    player.seek(100)
    player.play(10)
    row = LessonProgress.objects.get()
    assert row.coverage == [[0, 10_000], [100_000, 110_000]]
    assert (row.watched_seconds, row.completed_at) == (20, None)


def test_what_is_watched_again_counts_once(anna: User, film: Lesson, clock: Clock) -> None:
    player = Player(anna, film, clock)
    for _ in range(5):
        player.seek(30)
        player.play(20)
    assert watched(anna) == 20
    assert sum(LearningEvent.objects.filter(verb=Verb.WATCHED).values_list("value", flat=True)) == 100_000


def test_a_hidden_tab_earns_nothing(anna: User, film: Lesson, clock: Clock) -> None:
    player = Player(anna, film, clock)
    player.play(12)
    player.wait(60)
    player.play(8)
    assert watched(anna) == 20


def test_a_script_faster_than_life_gets_the_time_that_passed(anna: User, film: Lesson, clock: Clock) -> None:
    for rate in (1.0, 2.0, 16.0):
        watching.report(actor=anna, lesson=film, spans=[Span(0, LENGTH, rate)])
    assert not WatchSpan.objects.exists()
    clock.shift(10)
    watching.report(actor=anna, lesson=film, spans=[Span(n * 10, n * 10 + 10, 16.0) for n in range(12)])
    assert watched(anna) == 20  # ten seconds at double speed, the most that a person follows


def test_two_tabs_earn_what_one_person_can_see(anna: User, film: Lesson, clock: Clock) -> None:
    first, second = Player(anna, film, clock), Player(anna, film, clock)
    second.seek(60)
    for _ in range(4):
        clock.shift(10)
        for player in (first, second):
            player.now = player.now or uuid.uuid4()
            start = player.queue.get(player.now, [player.place])[0]
            player.place += 10
            player.queue[player.now] = [start, player.place, 1.0, timezone.now()]
            player.report()
    assert watched(anna) == 40


def test_two_courses_at_once_earn_what_one_person_can_see(anna: User, film: Lesson, clock: Clock) -> None:
    other = LessonFactory(kind=LessonKind.VIDEO, video_url="/media/b.webm", duration_seconds=LENGTH)
    EnrollmentFactory(user=anna, course=other.course, enrolled_at=timezone.now() - timedelta(hours=1))
    progress.open_lesson(actor=anna, lesson=other)
    clock.shift(30)
    for lesson in (film, other):
        watching.report(actor=anna, lesson=lesson, spans=[Span(0, 30)])
    assert sum(LessonProgress.objects.values_list("watched_seconds", flat=True)) == 30


def test_a_lost_connection_loses_nothing_and_retries_add_nothing(
    anna: User, film: Lesson, clock: Clock
) -> None:
    player = Player(anna, film, clock)
    player.play(15)
    player.play(20, report=False)  # the connection is gone
    player.seek(60)
    player.play(20, report=False)
    player.wait(300)
    for _ in range(3):  # the answers get lost, the page tries again
        player.report(lost=True)
    player.report()
    assert LessonProgress.objects.get().coverage == [[0, 35_000], [60_000, 80_000]]
    assert sum(LearningEvent.objects.filter(verb=Verb.WATCHED).values_list("value", flat=True)) == 55_000


def test_spans_without_an_age_follow_one_another(anna: User, film: Lesson, clock: Clock) -> None:
    clock.shift(25)
    watching.report(actor=anna, lesson=film, spans=[Span(0, 10), Span(50, 60)])
    assert LessonProgress.objects.get().coverage == [[0, 10_000], [50_000, 60_000]]


def test_a_span_beyond_the_end_ends_there(anna: User, film: Lesson, clock: Clock) -> None:
    clock.shift(600)
    row = watching.report(
        actor=anna, lesson=film, position_seconds=900, spans=[Span(110, 400), Span(500, 600)]
    )
    assert (row.coverage, row.position_seconds) == ([[110_000, 120_000]], LENGTH)


def test_another_persons_span_of_this_id_is_no_obstacle(
    anna: User, boris: User, film: Lesson, clock: Clock
) -> None:
    EnrollmentFactory(user=boris, course=film.course)
    progress.open_lesson(actor=boris, lesson=film)
    clock.shift(20)
    key = uuid.uuid4()
    for person in (anna, boris):
        watching.report(actor=person, lesson=film, spans=[Span(0, 10, 1.0, key)])
    assert WatchSpan.objects.filter(uuid=key).count() == 2


def test_a_first_report_is_about_the_last_half_minute(anna: User, clock: Clock) -> None:
    lesson = LessonFactory(kind=LessonKind.VIDEO, video_url="/media/a.webm", duration_seconds=LENGTH)
    EnrollmentFactory(user=anna, course=lesson.course, enrolled_at=timezone.now() - timedelta(days=1))
    row = watching.report(actor=anna, lesson=lesson, spans=[Span(0, LENGTH)])
    assert row.watched_seconds == 30


def test_reading_is_counted_by_the_servers_clock(anna: User, clock: Clock) -> None:
    article = LessonFactory()
    EnrollmentFactory(user=anna, course=article.course)
    progress.open_lesson(actor=anna, lesson=article)
    clock.shift(7)
    assert watching.report(actor=anna, lesson=article, read_seconds=600).read_seconds == 8
    assert watching.report(actor=anna, lesson=article, read_seconds=600).read_seconds == 9
    assert LearningEvent.objects.filter(verb=Verb.VIEWED).count() == 1
    progress.complete(actor=anna, lesson=article)


def test_reports_need_an_enrolment_and_some_sense(anna: User, boris: User, film: Lesson) -> None:
    with pytest.raises(NotAllowed):
        watching.report(actor=boris, lesson=film, position_seconds=1)
    for wrong in ({}, {"position_seconds": -1}, {"spans": [Span(0, 1)] * 101}):
        with pytest.raises(Invalid):
            watching.report(actor=anna, lesson=film, **wrong)
    for numbers in (
        (5, 5),
        (5, 4),
        (-1, 4),
        (0, 10**9),
        (float("nan"), 5),
        (0, 5, 0),
        (0, 5, -1),
        (0, 5, 99),
    ):
        with pytest.raises(Invalid):
            Span(*numbers)


def test_watching_is_told_once(
    anna: User, film: Lesson, clock: Clock, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:  # fmt: skip
    heard: list[Any] = []
    for event in (VideoWatched, LessonCompleted):
        monkeypatch.setitem(events._subscribers, event, [heard.append])
    clock.shift(LENGTH)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            watching.report(actor=anna, lesson=film, spans=[Span(0, LENGTH)])
    assert [(type(e).__name__, getattr(e, "seconds", None)) for e in heard] == [
        ("VideoWatched", LENGTH), ("LessonCompleted", None)
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000))))
def test_a_union_is_the_set_of_its_milliseconds(pairs: list[tuple[int, int]]) -> None:
    union = watching.united(pairs)
    assert watching.length_ms(union) == len({ms for start, end in pairs for ms in range(start, end)})
    assert all(a[1] < b[0] for a, b in pairwise(union))
    assert watching.united([*union, *union]) == union


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_beacons_in_parallel_have_one_effect(anna: User) -> None:
    lesson = LessonFactory(kind=LessonKind.VIDEO, video_url="/media/a.webm", duration_seconds=LENGTH)
    EnrollmentFactory(user=anna, course=lesson.course, enrolled_at=timezone.now() - timedelta(hours=1))
    key, start = uuid.uuid4(), threading.Barrier(8)

    def send(number: int) -> None:
        try:
            start.wait(10)
            watching.report(actor=anna, lesson=lesson, spans=[Span(0, 20, 1.0, key)], position_seconds=number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert WatchSpan.objects.count() == 1
    assert sum(LearningEvent.objects.filter(verb=Verb.WATCHED).values_list("value", flat=True)) == 20_000
    assert LessonProgress.objects.get().coverage == [[0, 20_000]]
