"""What the forum adds to other pages: comments below courses and lessons, topics on profiles."""

from typing import Any

from django.http import HttpRequest

from community_platform.core import panels
from community_platform.core.html import kept_draft
from forum.forms.comments import CommentForm
from forum.selectors import comments
from forum.selectors.topics import topics_by


def comments_below(request: HttpRequest, target: Any) -> dict[str, Any]:
    """Return the thread below a course or lesson, and the box to write in."""
    thread = comments.thread(target, request.user, request.GET.get("comments"))
    draft = kept_draft(request, f"/forum/comments/{thread.kind}/{target.pk}/")
    return {"thread": thread, "form": CommentForm(initial=draft)}


def recent_topics(request: HttpRequest, person: Any) -> dict[str, Any] | None:
    """Return the latest topics of a person, as the reader may see them; nothing where there are none."""
    topics = topics_by(request.user, person)
    return {"topics": topics} if topics else None


panels.register("profile.main", "forum/_profile_topics.html", recent_topics)
panels.register("course.below", "forum/_comments.html", comments_below)
panels.register("lesson.below", "forum/_comments.html", comments_below)
