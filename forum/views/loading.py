"""What several pages of the forum look up, and what a reader may do on them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from community_platform.core.api.views import get_or_404
from community_platform.core.permissions import may
from forum.models import Post, Topic
from forum.selectors import posts as selectors
from forum.selectors.posts import TopicPage

RIGHTS = (
    "edit_topic", "delete_topic", "pin_topic", "lock_topic", "accept_answer", "endorse_answer", "restore",
    "reply_when_locked",
)  # fmt: skip


def topic_for(request: HttpRequest, pk: int) -> Topic:
    """Return a visible topic. Raises NotFound."""
    return get_or_404(selectors.topic_rows(request.user), pk=pk)


def post_for(request: HttpRequest, pk: int) -> Post:
    """Return a visible post with its topic. Raises NotFound."""
    rows = selectors.with_likes(Post.objects.visible_to(request.user), request.user)
    return get_or_404(rows.select_related("author", "topic__category__course", "topic__course"), pk=pk)


def to_post(post: Post) -> HttpResponse:
    """Go to where the post stands."""
    return redirect(f"{post.topic.get_absolute_url()}?page={post.page}#post-{post.number}")


def rights(user: Any, topic: Topic) -> dict[str, bool]:
    """Return what `user` may do with the topic, by name. No query."""
    return {name: may(user, f"forum.{name}", topic) for name in RIGHTS}


def mark_rights(user: Any, page: TopicPage) -> TopicPage:
    """Note on each post whether `user` may edit and delete it. No query."""
    for post in page.posts:
        post.may_edit = may(user, "forum.edit_post", post)  # type: ignore[attr-defined]  # read by the template
    return page
