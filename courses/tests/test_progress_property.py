"""Whatever students do and instructors change: progress stays within 0 to 100, what is finished stays finished."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community_platform.core import consistency
from community_platform.core.errors import Conflict, NotAllowed
from courses.models import Course, Enrollment, Lesson, LessonKind, LessonProgress, Quiz
from courses.services import attempts, authoring, enrollment, progress, quizzes, watching
from courses.tests.factories import CourseFactory
from courses.tests.quizzes import SINGLE, right, wrong
from profiles.models import User

pytestmark = pytest.mark.django_db
STUDENTS = 2
Step = tuple[str, int, int]
WHAT = [
    *["complete"] * 5, "watch", "pass", "fail", "leave", "return", "add", "add_video", "add_quiz", "remove", "optional",
    "required", "move", "archive", "publish", "shorten",
]  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.integers(0, STUDENTS - 1),
        st.integers(0, 9),
    ),
    min_size=4,
    max_size=25,
)


class World:
    """One course, its author, two students; each step does one thing, or is refused as it should be."""

    def __init__(self) -> None:
        self.course = CourseFactory(lessons=1)
        self.actor = self.course.instructor
        self.students = [
            User.objects.create_user(username=f"s{n}", email=f"s{n}@example.com") for n in range(STUDENTS)
        ]
        for student in self.students:
            enrollment.enroll(actor=student, course=self.course)
        Enrollment.objects.update(enrolled_at=timezone.now() - timedelta(hours=1))  # there was time to watch
        self.finished: set[int] = set()

    def lesson(self, number: int) -> Lesson | None:
        rows = list(
            Lesson.objects.filter(course=self.course).select_related("course", "section").order_by("pk")
        )
        return rows[number % len(rows)] if rows else None

    def do(self, step: Step) -> None:
        name, who, number = step
        student, lesson = self.students[who], self.lesson(number)
        if name in {"leave", "return"}:
            service = enrollment.leave if name == "leave" else enrollment.enroll
            service(actor=student, course=Course.objects.get(pk=self.course.pk))
        elif name in {"archive", "publish"}:
            getattr(authoring, name)(actor=self.actor, course=Course.objects.get(pk=self.course.pk))
        elif name in {"add", "add_video", "add_quiz"}:
            self.add(name, number)
        elif lesson is not None:
            self.act(name, student, lesson, number)

    def add(self, name: str, number: int) -> None:
        section = self.course.sections.first()
        if name == "add_quiz":
            quiz = quizzes.create_quiz(actor=self.actor, section=section, title="Quiz", position=number)
            quizzes.add_question(actor=self.actor, quiz=quiz, draft=SINGLE)
            return
        film = {"kind": LessonKind.VIDEO, "video_url": "/media/a.webm", "duration_seconds": 10}
        fields = film if name == "add_video" else {"content": "text"}
        authoring.add_lesson(actor=self.actor, section=section, title="More", position=number, **fields)

    def act(self, name: str, student: User, lesson: Lesson, number: int) -> None:
        if name == "complete":
            progress.complete(actor=student, lesson=lesson)
        elif name == "watch":
            spans = [watching.Span(number / 2, 10)]
            watching.report(actor=student, lesson=lesson, position_seconds=number, spans=spans)
        elif name in {"pass", "fail"} and lesson.kind == LessonKind.QUIZ:
            quiz = Quiz.objects.select_related("lesson__course").get(lesson=lesson)
            attempt, _ = attempts.start_attempt(actor=student, quiz=quiz)
            said = right if name == "pass" else wrong
            attempts.submit_attempt(
                actor=student, attempt=attempt, answers=[said(q) for q in quiz.questions.all()]
            )
        elif name == "remove":
            authoring.delete_lesson(actor=self.actor, lesson=lesson)
        elif name in {"optional", "required"}:
            authoring.update_lesson(actor=self.actor, lesson=lesson, is_required=name == "required")
        elif name == "move":
            authoring.update_lesson(actor=self.actor, lesson=lesson, position=number)
        elif name == "shorten":
            authoring.update_lesson(actor=self.actor, lesson=lesson, duration_seconds=5 + number)

    def check(self) -> None:
        for row in Enrollment.ever.filter(course=self.course):
            assert 0 <= row.progress_percent <= 100
            assert (row.completed_at is not None) == (row.progress_percent == 100)
            if row.pk in self.finished:
                assert row.completed_at is not None, "what is finished stays finished"
            elif row.completed_at:
                self.finished.add(row.pk)
        for step in LessonProgress.objects.filter(lesson__kind=LessonKind.VIDEO):
            assert step.watched_seconds <= 19, "a video lasts 5 to 19 seconds here"


class TestProgress(TestCase):
    @settings(
        max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[*HealthCheck]
    )  # fmt: skip
    @example(
        steps=[("complete", 0, 0), ("add", 0, 9), ("complete", 0, 1), ("remove", 0, 0), ("complete", 0, 1)]
    )
    @example(steps=[("complete", 0, 0), ("add", 0, 9), ("add", 0, 9), ("leave", 0, 0), ("return", 0, 0)])
    @given(steps=STEPS)
    def test_progress_never_passes_100_nor_falls_for_who_has_finished(self, steps: list[Step]) -> None:
        world = World()
        for step in steps:
            with suppress(Conflict, NotAllowed):  # refusals are part of life; what they leave behind matters
                world.do(step)
            world.check()
        assert [result.invariant.id for result in consistency.check() if result.violations] == []
