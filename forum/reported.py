"""What of the forum can be reported, and who besides moderators decides about it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community_platform.core.api.views import get_or_404
from forum.models import Comment, Post, Topic
from forum.models.moderators import is_known_to_moderate
from forum.models.topic import moderated_by
from forum.selectors.comments import visible_comments
from forum.services import hiding
from profiles import moderation
from profiles.moderation import Kind, Subject


def _shared(text: Topic | Post | Comment, **own: Any) -> dict[str, Any]:
    """Return what all three have in common."""
    return {
        "pk": text.pk,
        "author": text.author,
        "url": text.get_absolute_url(),
        "revision": text.revision,
        "is_hidden": text.is_hidden,
        "is_deleted": text.is_deleted,
        "removal_reason": text.removal_reason,
        "created_at": text.created_at,
        **own,
    }


def _of_topic(topic: Topic) -> Subject:
    body = topic.bodies[0] if topic.bodies else None  # type: ignore[attr-defined]  # merged topics have none
    own = {
        "title": topic.title,
        "content": body.content if body else "",
        "content_html": body.content_html if body else "",
        "edit_url": reverse("forum:topic-edit", args=[topic.pk]),
    }
    return Subject(kind="topic", **_shared(topic, **own, **_place(topic)))


def _of_post(post: Post) -> Subject:
    state = post.topic if post.is_body else post  # split off after it was reported: goes as a topic now
    own = {
        "is_hidden": state.is_hidden,
        "is_deleted": state.is_deleted,
        "removal_reason": state.removal_reason,
        "title": post.topic.title,
        "content": post.content,
        "content_html": post.content_html,
        "edit_url": reverse("forum:post-edit", args=[post.pk]),
    }
    return Subject(kind="post", **_shared(post, **own, **_place(post.topic)))


def _of_comment(comment: Comment) -> Subject:
    course: Any = getattr(comment.target, "course", comment.target)
    own = {
        "title": comment.target.title,
        "content": comment.content,
        "content_html": comment.content_html,
        "edit_url": reverse("forum:comment-edit", args=[comment.pk]),
        "place": course.title,
        "course_ref": course.pk,
        "category_ref": None,
        "is_public": course.is_published,
    }
    return Subject(kind="comment", **_shared(comment, **own))


def _place(topic: Topic) -> dict[str, Any]:
    return {
        "place": topic.category.name,
        "course_ref": topic.course_id or topic.category.course_id,
        "category_ref": topic.category_id,
        "is_public": topic.category.is_public,
    }


def _topics(rows: Any) -> Any:
    return rows.select_related("author", "category").prefetch_related(hiding.BODIES)


def _find_topic(user: Any, pk: int) -> Subject:
    return _of_topic(get_or_404(_topics(Topic.objects.visible_to(user)), pk=pk))


def _find_post(user: Any, pk: int) -> Subject:
    rows = Post.objects.visible_to(user).select_related("author", "topic__category")
    post = get_or_404(rows, pk=pk)
    return _find_topic(user, post.topic_id) if post.is_body else _of_post(post)


def _find_comment(user: Any, pk: int) -> Subject:
    return _of_comment(get_or_404(visible_comments(user), pk=pk))


def _load_topics(pks: Iterable[int]) -> Mapping[int, Subject]:
    return {row.pk: _of_topic(row) for row in _topics(hiding.all_of(Topic, pks))}


def _load_posts(pks: Iterable[int]) -> Mapping[int, Subject]:
    rows = hiding.all_of(Post, pks).select_related("author", "topic__category")
    return {row.pk: _of_post(row) for row in rows}


def _load_comments(pks: Iterable[int]) -> Mapping[int, Subject]:
    rows = hiding.all_of(Comment, pks).select_related("author", "course", "lesson__course")
    return {row.pk: _of_comment(row) for row in rows}


def _register(name: str, label: Any, icon: str, model: Any, find: Any, load: Any, shown: Any) -> None:
    moderation.register(
        Kind(
            name=name,
            label=label,
            icon=icon,
            find=find,
            load=load,
            shown=lambda user, pks: set(shown(user).filter(pk__in=list(pks)).values_list("pk", flat=True)),
            hide=lambda actor, pk, reason: hiding.hide(actor=actor, model=model, pk=pk, reason=reason),
            show=lambda actor, pk: hiding.show(actor=actor, model=model, pk=pk),
            delete=lambda actor, pk: hiding.drop(actor=actor, model=model, pk=pk),
        )
    )


def register() -> None:
    """Tell the review queue about the forum."""
    _register(
        "topic", _("Topic"), "messages-square", Topic, _find_topic, _load_topics,
        lambda user: Topic.objects.visible_to(user).live(),
    )  # fmt: skip
    _register(
        "post", _("Post"), "message-square", Post, _find_post, _load_posts,
        lambda user: Post.objects.visible_to(user).filter(deleted_at=None, topic__deleted_at=None),
    )  # fmt: skip
    _register(
        "comment", _("Comment"), "message-circle", Comment, _find_comment, _load_comments,
        lambda user: visible_comments(user).filter(deleted_at=None),
    )  # fmt: skip
    moderation.register_scope("category_ref", moderated_by, is_known_to_moderate)
