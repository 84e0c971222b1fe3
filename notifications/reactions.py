"""Who hears of what. One text tells a person once: as mentioned, else as answered, else as the topic's author."""

from collections.abc import Iterable
from typing import Any

from community_platform.core.events import subscribe
from forum.events import AnswerAccepted, CommentCreated, PostCreated, TopicCreated
from forum.models import Comment, Post
from notifications import catalogue
from notifications.services.inbox import notify
from profiles.models import User

MENTIONS_MAX = 20  # people told about one text


def topic_created(event: TopicCreated) -> None:
    bodies = Post.objects.filter(topic_id=event.topic_id, number=1, topic__deleted_at=None)
    body = bodies.select_related("topic").first()
    if body is None:
        return
    topic = body.topic
    about = {"actor_id": topic.author_id, "subject": topic.title, "url": topic.get_absolute_url()}
    _tell(body, _mentioned(event.mentioned), catalogue.MENTION, key=f"topic:{topic.pk}", **about)


def post_created(event: PostCreated) -> None:
    post = Post.objects.filter(pk=event.post_id, deleted_at=None).select_related("topic", "reply_to").first()
    if post is None:
        return
    about = {"actor_id": post.author_id, "subject": post.topic.title, "url": post.get_absolute_url()}
    answered = [post.reply_to.author_id] if post.reply_to else []
    for kind, people in (
        (catalogue.MENTION, _mentioned(event.mentioned)),
        (catalogue.POST_REPLY, answered),
        (catalogue.TOPIC_REPLY, [post.topic.author_id]),
    ):
        _tell(post, people, kind, key=f"post:{post.pk}", **about)


def comment_created(event: CommentCreated) -> None:
    comments = Comment.objects.filter(pk=event.comment_id, deleted_at=None)
    comment = comments.select_related("parent", "course", "lesson__course").first()
    if comment is None:
        return
    about = {
        "actor_id": comment.author_id,
        "subject": comment.target.title,
        "url": f"/forum/comment/{comment.pk}/#comment-{comment.pk}",
    }
    answered = [comment.parent.author_id] if comment.parent else []
    for kind, people in (
        (catalogue.MENTION, _mentioned(event.mentioned)),
        (catalogue.COMMENT_REPLY, answered),
    ):
        _tell(comment, people, kind, key=f"comment:{comment.pk}", **about)


def answer_accepted(event: AnswerAccepted) -> None:
    post = Post.objects.filter(pk=event.post_id, deleted_at=None).select_related("topic").first()
    if post is not None:
        about = {"actor_id": event.actor_id, "subject": post.topic.title, "url": post.get_absolute_url()}
        people = [event.author_id]
        _tell(post, people, catalogue.BEST_ANSWER, key=f"best_answer:{post.pk}", **about)


def _mentioned(names: tuple[str, ...]) -> list[int]:
    if not names:
        return []
    return list(User.objects.named(names).order_by("pk").values_list("pk", flat=True)[:MENTIONS_MAX])


def _tell(
    text: Post | Comment, people: Iterable[int], kind: catalogue.Kind, *, key: str, **about: Any
) -> None:
    """Notify those of `people` who can see `text`."""
    readers = User.objects.with_roles().filter(pk__in=set(people), is_active=True)
    rows = type(text).objects
    allowed = [reader.pk for reader in readers if rows.visible_to(reader).filter(pk=text.pk).exists()]
    if allowed:
        about["post_id" if isinstance(text, Post) else "comment_id"] = text.pk
        notify(user_ids=allowed, kind=kind, key=key, **about)


subscribe(TopicCreated, topic_created)
subscribe(PostCreated, post_created)
subscribe(CommentCreated, comment_created)
subscribe(AnswerAccepted, answer_accepted)
