"""What people do earns points: each function looks at the source as it is now and makes the ledger agree.

So the order of events, their repetition and the loss of one change nothing: a topic that is there has been paid once, a
deleted one has been taken back once, a restored one is paid back with what was taken.
"""

from datetime import datetime, timedelta
from typing import Any

from community_platform.core.db import insert_once
from courses.models import Course, CourseStaff, Lesson, Review, Status
from forum.models import Comment, Like, Post, Topic
from gamification.catalogue import key_of
from gamification.limits import WEEKEND
from gamification.models import LessonMoment
from gamification.selectors.days import local_date, zone_of
from gamification.selectors.metrics.teaching import REAL_PROGRESS
from gamification.services import ledger
from profiles.models import User


def lesson_completed(*, user_id: int, lesson_id: int, at: datetime) -> None:
    """Pay a lesson and note the local hour at which it was done."""
    lesson = Lesson.ever.select_related("course").filter(pk=lesson_id).first()
    zone = User.objects.filter(pk=user_id).values_list("timezone", flat=True).first()
    if lesson is None or zone is None:
        return
    insert_once(LessonMoment, user_id=user_id, lesson_id=lesson_id, **local_facts(at, zone))
    if not _teaches(user_id, lesson.course):
        key = key_of("lesson_completed", lesson=lesson_id, user=user_id)
        _pay_learning("lesson_completed", key, user_id, at, lesson.course, lesson)


def local_facts(at: datetime, zone: str) -> dict[str, Any]:
    """Return what a clock on the wall in `zone` shows at `at`: the columns of a LessonMoment."""
    local = at.astimezone(zone_of(zone))
    day = local_date(at, zone_of(zone))
    first = day - timedelta(days=WEEKEND.index(day.weekday())) if day.weekday() in WEEKEND else None
    return {"at": at, "local_date": day, "hour": local.hour, "weekend": first}


def course_completed(*, user_id: int, course_id: int, at: datetime) -> None:
    """Pay a finished course."""
    course = Course.objects.filter(pk=course_id).first()
    if course is not None and not _teaches(user_id, course):
        key = key_of("course_completed", course=course_id, user=user_id)
        _pay_learning("course_completed", key, user_id, at, course, course)


def quiz_submitted(*, user_id: int, quiz_id: int, lesson_id: int, percent: int, passed: bool, at: datetime) -> None:
    """Pay a quiz that was passed for the first time, and one without a mistake."""
    lesson = Lesson.ever.select_related("course").filter(pk=lesson_id).first()
    if lesson is None or not passed or _teaches(user_id, lesson.course):
        return
    for action in ("quiz_passed", "quiz_perfect")[: 2 if percent == 100 else 1]:
        key = key_of(action, quiz=quiz_id, user=user_id)
        _pay_learning(action, key, user_id, at, lesson.course, lesson)


def topic(pk: int) -> None:
    """Pay a topic that is there, take back one that is not."""
    row = Topic.objects.filter(pk=pk).first()
    if row is not None:
        _settle(row, "topic_created", key_of("topic_created", topic=pk), row.title)


def post(pk: int) -> None:
    """As `topic`, for a reply."""
    row = Post.objects.select_related("topic").filter(pk=pk, number__gt=1).first()
    if row is not None:
        _settle(row, "post_created", key_of("post_created", post=pk), row.topic.title)


def comment(pk: int) -> None:
    """As `topic`, for a comment on a course or a lesson."""
    row = Comment.objects.select_related("course", "lesson__course").filter(pk=pk).first()
    if row is not None:
        _settle(row, "comment_posted", key_of("comment_posted", comment=pk), row.target.title)


def text(kind: str, pk: int) -> None:
    """Settle the text of this kind: topic, post or comment."""
    {"topic": topic, "post": post, "comment": comment}[kind](pk)


def like(pk: int) -> None:
    """Pay the author of what was liked, or take it back where the like is gone."""
    key = key_of("like_received", like=pk)
    row = Like.objects.select_related("post__topic", "comment__course", "comment__lesson__course").filter(pk=pk).first()
    if row is None:
        ledger.reverse(key=key)
        return
    liked: Any = row.post or row.comment
    title = liked.topic.title if row.post else liked.target.title
    _award(
        "like_received", liked.author_id, key, row.created_at, title, liked.get_absolute_url(), source_id=row.user_id
    )


def answer(topic_id: int, *, at: datetime) -> None:
    """Pay who gave the best answer and who asked; take it back where there is none, or another one, by now.

    Nobody is paid for answering their own question.
    """
    row = Topic.objects.select_related("best_answer").filter(pk=topic_id).first()
    if row is None:
        return
    best = row.best_answer
    counts = best is not None and best.deleted_at is None and row.deleted_at is None and best.author_id != row.author_id
    for action, person in (
        ("best_answer_received", best.author_id if best else 0),
        ("best_answer_chosen", row.author_id),
    ):
        key = key_of(action, topic=topic_id)
        paid = ledger.payee(key=key)
        if paid is not None and not (counts and paid == person):
            ledger.reverse(key=key)
            paid = None
        if counts and paid is None and best is not None:
            _award(action, person, key, at, row.title, best.get_absolute_url(), again=True)


def course_published(course_id: int) -> None:
    """Pay a course that can be found, once; take it back while it is a draft again."""
    course = Course.objects.filter(pk=course_id, published_at__isnull=False).first()
    if course is None or course.published_at is None:
        return
    key = key_of("course_published", course=course_id)
    if course.status == Status.DRAFT:
        ledger.reverse(key=key)
    elif not ledger.restore(key=key):
        _award(
            "course_published", course.instructor_id, key, course.published_at, course.title, course.get_absolute_url(),
            course_id=course_id,
        )  # fmt: skip


def review(review_id: int) -> None:
    """Pay the instructor for five stars by a student who has seen the course; take it back when that changed."""
    key = key_of("five_star_review", review=review_id)
    row = Review.objects.select_related("course", "enrollment").filter(pk=review_id).first()
    counts = row is not None and is_real_praise(row)
    if row is None or not counts:
        ledger.reverse(key=key)
    elif not ledger.restore(key=key):
        _award(
            "five_star_review", row.course.instructor_id, key, row.created_at, row.course.title,
            row.get_absolute_url(), course_id=row.course_id,
        )  # fmt: skip


def is_real_praise(row: Review) -> bool:
    """Tell whether a review is five stars of a student with progress. Needs `course` and `enrollment` loaded."""
    has_seen = row.enrollment.progress_percent >= REAL_PROGRESS
    return row.rating == 5 and row.counts and has_seen and row.user_id != row.course.instructor_id


def _settle(row: Topic | Post | Comment, action: str, key: str, title: str) -> None:
    if row.deleted_at is not None:
        ledger.reverse(key=key)
    elif not ledger.restore(key=key):
        _award(action, row.author_id, key, row.created_at, title, row.get_absolute_url())


def _pay_learning(
    action: str, key: str, user_id: int, at: datetime, course: Course, about: Course | Lesson
) -> None:
    _award(action, user_id, key, at, about.title, about.get_absolute_url(), course_id=course.pk)


def _award(action: str, user_id: int, key: str, at: datetime, title: str, url: str, **more: Any) -> None:
    ledger.award(user_id=user_id, action=action, key=key, occurred_at=at, title=title, url=url, **more)


def _teaches(user_id: int, course: Course) -> bool:
    """One's own course earns nothing: whoever makes a course of one click would win them all."""
    return course.instructor_id == user_id or CourseStaff.objects.filter(course=course, user=user_id).exists()
