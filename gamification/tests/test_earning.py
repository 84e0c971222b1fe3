"""What people do through the site's own services pays, is taken back, and is paid back: once each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from courses import services as courses
from courses.models import Course, Lesson, LessonProgress, Review
from courses.services import ingest, reviews
from courses.tests.factories import CourseFactory, EnrollmentFactory
from courses.tests.reports import event, school
from forum import services as forum
from forum.models import Comment, Topic
from forum.tests.factories import TopicFactory, reply
from gamification.models import LessonMoment, PointTransaction, UserBadge, UserMetric
from gamification.services import arrears, evaluation
from gamification.services.catalogue import sync_catalogue
from profiles.models import Profile, User
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
Commit = Callable[..., Any]


@pytest.fixture(autouse=True)
def _school(db: None, settings: Any) -> None:
    sync_catalogue()
    settings.RATE_LIMIT_SCALE = 10_000


@pytest.fixture
def now_(django_capture_on_commit_callbacks: Any) -> Commit:
    """Run something and let its events be heard, as after a commit."""

    def run(job: Callable[[], Any]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return job()

    return run


def amounts(user: User, reason: str) -> list[int]:
    return list(
        PointTransaction.objects.filter(user=user, reason=reason).order_by("pk").values_list("amount", flat=True)
    )


def test_a_lesson_pays_once_and_its_local_hour_is_noted(now_: Commit) -> None:
    student = UserFactory(timezone="Asia/Kathmandu")
    course = CourseFactory(lessons=2)
    EnrollmentFactory(user=student, course=course)
    first, second = course.lessons.order_by("position")
    LessonProgress.objects.create(user=student, lesson=first, viewed_at=timezone.now() - timedelta(minutes=9))
    for _again in range(2):
        now_(lambda: courses.progress.complete(actor=student, lesson=first))
    assert amounts(student, "lesson_completed") == [10]
    row = PointTransaction.objects.get(reason="lesson_completed")
    assert (row.key, row.title, row.url, row.course_ref) == (
        f"lesson:{first.pk}:{student.pk}", first.title, first.get_absolute_url(), course.pk,
    )  # fmt: skip
    assert LessonMoment.objects.get().hour == row.occurred_at.astimezone(student_zone(student)).hour
    LessonProgress.objects.create(user=student, lesson=second, viewed_at=timezone.now() - timedelta(minutes=9))
    now_(lambda: courses.progress.complete(actor=student, lesson=second))
    assert amounts(student, "course_completed") == [100]
    held = UserBadge.objects.filter(user=student).values_list("badge__slug", flat=True)
    assert {"first-steps", "getting-started"} <= set(held)


def student_zone(user: User) -> Any:
    from gamification.selectors.days import zone_of

    return zone_of(user.timezone)


def test_ones_own_course_pays_nothing(now_: Commit) -> None:
    teacher = UserFactory()
    course = CourseFactory(instructor=teacher, lessons=1)
    EnrollmentFactory(user=teacher, course=course)
    lesson: Lesson = course.lessons.get()
    LessonProgress.objects.create(user=teacher, lesson=lesson, viewed_at=timezone.now() - timedelta(minutes=9))
    now_(lambda: courses.progress.complete(actor=teacher, lesson=lesson))
    assert not PointTransaction.objects.filter(user=teacher).exists()
    assert not UserBadge.objects.filter(user=teacher).exists()


def test_a_topic_is_taken_back_when_hidden_and_paid_back_when_shown(now_: Commit, maxim: User) -> None:
    topic: Topic = now_(TopicFactory)
    author = topic.author
    assert amounts(author, "topic_created") == [5]
    for _again in range(2):
        now_(lambda: forum.hiding.hide_topic(actor=maxim, topic=topic, reason="spam"))
    assert amounts(author, "topic_created") == [5, -5]
    topic.refresh_from_db()
    for _again in range(2):
        now_(lambda: forum.topics.restore_topic(actor=maxim, topic=topic))
    assert amounts(author, "topic_created") == [5, -5, 5]
    topic.refresh_from_db()
    now_(lambda: forum.topics.delete_topic(actor=maxim, topic=topic))
    assert amounts(author, "topic_created") == [5, -5, 5, -5]
    assert Profile.objects.get(pk=author.pk).total_points == 0


def test_replies_and_comments_pay_and_are_taken_back(now_: Commit, maxim: User) -> None:
    author, topic = UserFactory(), TopicFactory()
    post = now_(lambda: reply(topic, author))
    course = CourseFactory()
    comment: Comment = now_(lambda: forum.comments.post_comment(actor=author, target=course, content="A fine course."))
    assert (amounts(author, "post_created"), amounts(author, "comment_posted")) == ([2], [2])
    now_(lambda: forum.posts.delete_post(actor=author, post=post))
    now_(lambda: forum.comments.delete_comment(actor=author, comment=comment))
    assert (amounts(author, "post_created"), amounts(author, "comment_posted")) == ([2, -2], [2, -2])


def test_a_like_pays_its_author_and_goes_with_the_like(now_: Commit) -> None:
    topic, fan = TopicFactory(), UserFactory()
    post = reply(topic)
    for _again in range(2):
        now_(lambda: forum.likes.like_post(actor=fan, post=post))
    assert amounts(post.author, "like_received") == [2]
    for _again in range(2):
        now_(lambda: forum.likes.unlike_post(actor=fan, post=post))
    assert amounts(post.author, "like_received") == [2, -2]
    for _again in range(4):  # a pair has its limit a day, however often the heart is clicked
        now_(lambda: forum.likes.like_post(actor=fan, post=post))
        now_(lambda: forum.likes.unlike_post(actor=fan, post=post))
    assert sum(amount for amount in amounts(post.author, "like_received") if amount > 0) == 4
    assert Profile.objects.get(pk=post.author_id).total_points == 0


def test_the_best_answer_moves_with_its_points(now_: Commit) -> None:
    topic = TopicFactory(kind="question")
    first, second = reply(topic), reply(topic)
    now_(lambda: forum.answers.accept_answer(actor=topic.author, topic=topic, post=first.pk))
    now_(lambda: forum.answers.accept_answer(actor=topic.author, topic=topic, post=second.pk))
    assert amounts(first.author, "best_answer_received") == [25, -25]
    assert amounts(second.author, "best_answer_received") == [25]
    assert sum(amounts(topic.author, "best_answer_chosen")) == 2
    now_(lambda: forum.answers.unaccept_answer(actor=topic.author, topic=topic))
    assert Profile.objects.get(pk=second.author_id).total_points == 0
    own = reply(topic, topic.author)
    now_(lambda: forum.answers.accept_answer(actor=topic.author, topic=topic, post=own.pk))
    assert sum(amounts(topic.author, "best_answer_received") + amounts(topic.author, "best_answer_chosen")) == 0
    now_(lambda: forum.answers.accept_answer(actor=topic.author, topic=topic, post=first.pk))
    assert sum(amounts(first.author, "best_answer_received")) == 25


def test_five_stars_pay_the_teacher_until_they_change(now_: Commit) -> None:
    row = EnrollmentFactory(progress_percent=20)
    course: Course = row.course
    review: Review = now_(lambda: reviews.post_review(actor=row.user, course=course, rating=5, content="Good."))
    assert amounts(course.instructor, "five_star_review") == [15]
    now_(lambda: reviews.edit_review(actor=row.user, review=review, rating=4, content="Good."))
    assert amounts(course.instructor, "five_star_review") == [15, -15]
    review.refresh_from_db()
    now_(lambda: reviews.edit_review(actor=row.user, review=review, rating=5, content="Good."))
    now_(lambda: reviews.delete_review(actor=row.user, review=review))
    assert amounts(course.instructor, "five_star_review") == [15, -15, 15, -15]


def test_publishing_pays_once(now_: Commit, irina: User) -> None:
    course = CourseFactory(instructor=irina, lessons=1, status="draft", published_at=None)
    now_(lambda: courses.authoring.publish(actor=irina, course=course))
    assert amounts(irina, "course_published") == [150]
    course.refresh_from_db()
    now_(lambda: courses.studio.unpublish(actor=irina, course=course))
    course.refresh_from_db()
    now_(lambda: courses.authoring.publish(actor=irina, course=course))
    assert sum(amounts(irina, "course_published")) == 150


def test_what_events_lost_the_night_pays_the_same(maxim: User) -> None:
    """Nothing is heard here: the test's transaction never commits."""
    topic, fan = TopicFactory(kind="question"), UserFactory()
    post = reply(topic)
    forum.likes.like_post(actor=fan, post=post)
    forum.answers.accept_answer(actor=topic.author, topic=topic, post=post.pk)
    for _n in range(4):
        TopicFactory(author=fan)
    assert not PointTransaction.objects.exists()
    since = timezone.now() - timedelta(days=1)
    assert arrears.settle(since=since) == 9
    assert arrears.settle(since=since) == 0
    assert amounts(fan, "topic_created") == [5, 5, 5, 0]  # the limit of the day
    assert Profile.objects.get(pk=post.author_id).total_points == 2 + 2 + 25
    forum.posts.delete_post(actor=maxim, post=post)
    arrears.settle(since=since)
    assert amounts(post.author, "post_created") == [2, -2]


@pytest.mark.breaks_counters  # the quiz says that it has five questions
def test_a_quiz_that_another_system_reports_counts_as_one_taken_here(now_: Commit, admin: User, irina: User) -> None:
    student, lost, course = UserFactory(), UserFactory(), school(irina)
    quiz = course.lessons.get(kind="quiz").quiz
    type(quiz).objects.filter(pk=quiz.pk).update(questions_count=5)

    def report(score: int, minutes: int, who: User = student) -> dict[str, Any]:
        data = {"score": score, "max_score": 5, "duration_seconds": 60}
        return event(
            "quiz.submitted", who.username, course, quiz=quiz.pk, data=data, ago=timedelta(minutes=minutes)
        )

    now_(lambda: ingest.take_events(actor=admin, events=[report(0, 9), report(5, 8), report(5, 7)]))
    ingest.take_events(actor=admin, events=[report(5, 8, lost), report(5, 7, lost)])  # what nobody heard of
    assert amounts(lost, "quiz_passed") == []
    arrears.settle()
    for person in (student, lost):
        assert [len(amounts(person, f"quiz_{how}")) for how in ("passed", "perfect")] == [1, 1]
    quizzes = ["quizzes_passed", "perfect_quizzes", "quick_quizzes", "first_try_quizzes", "max_attempts_one_quiz"]
    evaluation.evaluate(metrics=quizzes, people=[student.pk])
    kept = {row.metric: int(row.value) for row in UserMetric.objects.filter(user=student, metric__in=quizzes)}
    assert kept == {"quizzes_passed": 1, "perfect_quizzes": 1, "quick_quizzes": 1, "max_attempts_one_quiz": 3}
