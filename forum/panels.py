"""What the forum adds to other pages: comments below courses and lessons, topics on profiles."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from community_platform.core import panels
from forum.forms.comments import CommentForm
from forum.forms.drafts import begun
from forum.forms.watching import watch_control
from forum.models import Draft, TopicKind
from forum.selectors import comments, questions
from forum.selectors.people import best_answers_of
from forum.selectors.places import Place, place_of
from forum.selectors.topics import topics_about, topics_by


def comments_below(request: HttpRequest, target: Any) -> dict[str, Any]:
    """Return the thread below a course or lesson, and the box to write in. Two queries."""
    thread = comments.thread(target, request.user, request.GET.get("comments"), _place(request, target))
    stored = thread.place.draft or Draft()
    draft = begun(request, thread.place.new, f"/forum/comments/{thread.kind}/{target.pk}/", stored)
    return {"thread": thread, "form": CommentForm(initial=draft.fields), "draft": draft}


def recent_topics(request: HttpRequest, seen: Any) -> dict[str, Any] | None:
    """Return the latest topics of a person, as the reader may see them; nothing where there are none."""
    topics = topics_by(seen.viewer, seen.person)
    return {"topics": topics} if topics else None


def best_answers(request: HttpRequest, seen: Any) -> dict[str, Any] | None:
    """Return the latest best answers of a person that the reader may see; nothing where there are none. One query."""
    answers = best_answers_of(seen.viewer, seen.person)
    return {"answers": answers} if answers else None


def feed_of_person(request: HttpRequest, seen: Any) -> dict[str, Any]:
    """Return what the link to a person's feed needs. No query."""
    return {"person": seen.person}


def questions_of_lesson(request: HttpRequest, lesson: Any) -> dict[str, Any]:
    """Return the questions about a lesson and the way to ask one. One query."""
    asked = {"kind": TopicKind.QUESTION.value, "course": lesson.course_id, "lesson": lesson.pk}
    return {
        "questions": questions.about_lesson(request.user, lesson),
        "ask_url": f"{reverse('forum:topic-new')}?{urlencode(asked)}",
    }


def queue_of_course(request: HttpRequest, course: Any) -> dict[str, Any] | None:
    """Return how many questions of a course wait, for those who teach it. One query, none for others."""
    return {"waiting": questions.unanswered_count(request.user, course)} if course.is_taught_by(request.user) else None


def waiting_questions(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """Return the courses of an instructor in which questions wait. One query, none for others."""
    if not (request.user.is_authenticated and request.user.is_instructor):
        return None
    courses = questions.waiting_in_own_courses(request.user)
    return {"courses": courses} if courses else None


def talk_of_course(request: HttpRequest, course: Any) -> dict[str, Any]:
    """Return the latest topics about a course and, for members, how closely they watch them. One query."""
    topics = topics_about(request.user, course)
    if not request.user.is_authenticated:
        return {"topics": topics, "watch": None}
    return {"topics": topics, "watch": watch_control(course, _place(request, course).level)}


def _place(request: HttpRequest, target: Any) -> Place:
    """Read what the reader left at the page's course or lesson once, however many panels show of it. One query."""
    if not hasattr(request, "forum_place"):
        request.forum_place = place_of(request.user, target)  # type: ignore[attr-defined]
    place: Place = request.forum_place  # type: ignore[attr-defined]
    return place


panels.register("course.below", "forum/_course_talk.html", talk_of_course, order=20)
panels.register("home.main", "forum/_waiting.html", waiting_questions, order=10)
panels.register("course.below", "forum/_course_queue.html", queue_of_course, order=10)
panels.register("lesson.below", "forum/_lesson_questions.html", questions_of_lesson, order=10)
panels.register("profile.head", "forum/_profile_feed.html", feed_of_person)
panels.register("profile.main", "forum/_profile_topics.html", recent_topics)
panels.register("profile.main", "forum/_profile_answers.html", best_answers, order=110)
panels.register("course.below", "forum/_comments.html", comments_below)
panels.register("lesson.below", "forum/_comments.html", comments_below)
