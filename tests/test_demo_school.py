"""The small demo school as a visitor finds it: what CONTRACT §4 promises, in a believable order of time."""

import statistics
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import models
from django.test import Client, override_settings
from django.utils import timezone

from community_platform.core import consistency
from community_platform.demo import people, seed, texts
from community_platform.demo.seeding import SCALES
from courses.models import (
    Course,
    CourseCategory,
    Enrollment,
    LearningEvent,
    Lesson,
    LessonProgress,
    Question,
    Quiz,
    QuizAnswer,
    QuizAttempt,
    Verb,
    WatchSpan,
)
from forum.models import Category, Comment, Like, Post, Topic
from gamification.models import DailyActivity, Streak, StreakCover
from profiles.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_school")]


@pytest.fixture(scope="module")
def _school(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Seed once for all tests of this file, which only read."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        seed.seed(scale="small", number=1, now=timezone.now())
    yield
    with django_db_blocker.unblock():
        seed.reset()


def test_the_small_school_is_the_promised_one() -> None:
    assert User.objects.count() == SCALES["small"].people
    roles = {
        user.username: user.role
        for user in User.objects.with_roles().filter(username__in=[p.username for p in people.NAMED])
    }
    assert roles == {
        "anna": "student", "boris": "student", "chen": "student", "irina": "instructor", "daniel": "instructor",
        "maxim": "moderator", "admin": "admin",
    }  # fmt: skip
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == User.objects.count()
    for person in people.NAMED:
        assert Client().login(username=person.username, password="demo-school"), person.username
    assert not User.objects.get(username="mei").has_usable_password()

    assert Course.objects.in_catalogue().count() >= 6
    assert CourseCategory.objects.filter(courses__isnull=False).distinct().count() >= 5
    assert set(Course.objects.values_list("instructor__username", flat=True)) == {"irina", "daniel"}
    assert {"article", "video", "quiz"} == set(Lesson.objects.values_list("kind", flat=True))
    assert Quiz.objects.count() == Course.objects.count()
    assert Category.objects.count() == 8
    assert Topic.objects.count() == len(texts.topics()) >= 40
    assert Topic.objects.exclude(best_answer=None).count() >= 20
    html = "".join(Post.objects.values_list("content_html", flat=True))
    for piece in ("<math", "<table", "<pre", "<details", "Двоичный"):
        assert piece in html or piece in "".join(Topic.objects.values_list("title", flat=True)), piece
    assert Comment.objects.exclude(parent=None).exists()
    assert Like.objects.filter(comment__isnull=False).exists()
    _is_consistent()


def test_nothing_in_the_school_happened_in_the_future_or_before_its_cause() -> None:
    now = timezone.now()
    assert not Post.objects.filter(created_at__gt=now).exists()
    assert not Like.objects.filter(created_at__gt=now).exists()
    assert not LessonProgress.objects.filter(completed_at__gt=now).exists()
    assert not Like.objects.filter(created_at__lt=models.F("post__created_at")).exists()
    assert not Comment.objects.filter(created_at__lt=models.F("parent__created_at")).exists()
    assert not Enrollment.objects.filter(completed_at__lt=models.F("enrolled_at")).exists()
    for topic in Topic.objects.all():
        moments = list(topic.posts.order_by("number").values_list("created_at", flat=True))
        assert moments == sorted(moments)
        shown = topic.posts.filter(deleted_at=None).latest("number").created_at  # some of it is hidden
        assert (topic.created_at, topic.last_post_at) == (moments[0], shown)
    assert now - Topic.objects.order_by("created_at")[0].created_at > timedelta(days=60)
    assert now - Topic.objects.order_by("-last_post_at")[0].last_post_at < timedelta(days=2)


def test_one_question_misleads_those_who_know_most() -> None:
    """The rest of the test says the opposite of the trap: what an instructor is to find by its discrimination."""
    told = {}
    for question in Question.objects.filter(quiz__lesson__course__slug="statistics-you-can-feel"):
        rows = QuizAnswer.objects.filter(question=question, attempt__number=1).select_related("attempt")
        pairs = [(row.mark or 0, row.attempt.score - (row.mark or 0)) for row in rows]
        assert len(pairs) >= 10
        told[question.text[:3]] = statistics.covariance(*zip(*pairs, strict=True))
    assert min(told, key=lambda text: told[text]) == "p ="
    assert told["p ="] < 0


def test_the_log_of_learning_says_what_the_rows_say() -> None:
    log = LearningEvent.objects
    assert log.filter(verb=Verb.ENROLLED).count() == Enrollment.objects.count()
    assert log.filter(verb=Verb.COMPLETED).count() == LessonProgress.objects.exclude(completed_at=None).count()
    assert log.filter(verb=Verb.FINISHED).count() == Enrollment.objects.exclude(completed_at=None).count()
    assert log.filter(verb=Verb.SUBMITTED).count() == QuizAttempt.objects.count()
    assert not log.filter(at__gt=timezone.now()).exists()
    seen = WatchSpan.objects.filter(lesson__course__slug="linear-algebra-in-pictures")
    assert seen.filter(from_ms=18_000, to_ms=33_000).exists(), "a section that many watch again"


def test_people_have_the_streaks_that_their_days_make() -> None:
    assert Streak.objects.get(user__username="anna").current_streak >= 41
    assert Streak.objects.get(user__username="chen").current_streak >= 11
    assert StreakCover.objects.filter(user__username="anna", kind="auto").exists(), "a freeze was used"
    for streak in Streak.objects.select_related("user"):
        days = DailyActivity.objects.filter(user=streak.user, is_qualifying=True)
        assert streak.total_active_days == days.count()
    assert Enrollment.objects.filter(completed_at__isnull=False, user__username="anna").exists()
    assert Enrollment.objects.filter(
        completed_at=None, progress_percent__gt=0, user__username="anna"
    ).exists()


def _is_consistent() -> None:
    broken = {r.invariant.id: r.examples for r in consistency.check() if r.violations}
    assert broken == {}
