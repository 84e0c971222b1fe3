"""Questions: those that wait for an answer, and those about one lesson."""

from typing import Any

from django.db.models import Count

from courses.models import Course, Lesson
from forum.models import Topic, TopicKind
from forum.models.topic import TopicQuerySet
from forum.selectors.topics import topics

OF_LESSON = 5  # questions below a lesson


def unanswered(user: Any, course: Course | None = None) -> TopicQuerySet:
    """Return the visible questions without any reply, of one course or of all, the longest waiting first."""
    rows = _waiting(topics(user)).select_related("course", "lesson__course")
    return (rows.filter(course=course) if course else rows).order_by("created_at", "pk")


def unanswered_count(user: Any, course: Course) -> int:
    """Return how many questions of `course` wait. One query."""
    return _waiting(Topic.objects.visible_to(user).live()).filter(course=course).count()


def waiting_in_own_courses(user: Any) -> list[dict[str, Any]]:
    """Return title, slug and `waiting` of the courses that `user` teaches and in which questions wait. One query."""
    rows = _waiting(Topic.objects.visible_to(user).live()).filter(course__in=Course.objects.taught_by(user))
    by_course = rows.order_by().values("course__title", "course__slug")
    return list(by_course.annotate(waiting=Count("pk")).order_by("-waiting", "course__title"))


def about_lesson(user: Any, lesson: Lesson) -> list[Topic]:
    """Return the questions about `lesson` that were talked about last. One query."""
    rows = Topic.objects.visible_to(user).live().filter(lesson=lesson, kind=TopicKind.QUESTION)
    return list(rows.select_related("author").order_by("-last_post_at", "-pk")[:OF_LESSON])


def _waiting(rows: Any) -> Any:
    return rows.filter(kind=TopicKind.QUESTION, best_answer=None, replies_count=0)
