"""Lines of the moderation log about topics, posts and comments."""

from typing import Any

from forum.models import Comment, Post, Topic
from profiles.services.log import log


def note_topic(actor: Any, action: str, topic: Topic, *, reason: str = "", note: str = "") -> None:
    """Write what `actor` did to a topic, in the transaction that does it. Needs category and author loaded.

    The title is kept only of what everybody sees: the public page shows it. `note` is for moderators alone.
    """
    shelf = topic.category
    log(
        actor,
        action,
        kind="topic",
        object_id=topic.pk,
        target=topic.author,
        course_ref=topic.course_id or shelf.course_id,
        category_ref=shelf.pk,
        title=topic.title if shelf.is_public and not topic.is_deleted else "",
        url=topic.get_absolute_url(),
        reason=reason,
        note=note,
        is_public=shelf.is_public,
    )


def note_removal(actor: Any, action: str, text: Topic | Post | Comment) -> None:
    """Write that somebody deletes or restores a text of somebody else, if that changes anything.

    Called before the change, under its locks. What people do to their own texts is no moderation.
    """
    changes = text.is_deleted if action == "restore" else not text.is_deleted or text.is_hidden
    if not changes or actor.pk is None or actor.pk == text.author_id:
        return
    if isinstance(text, Comment):
        course: Any = getattr(text.target, "course", text.target)
        log(
            actor, action, kind="comment", object_id=text.pk, target=text.author, course_ref=course.pk,
            title=text.target.title, url=text.get_absolute_url(), is_public=course.is_published,
        )  # fmt: skip
    elif isinstance(text, Topic):
        note_topic(actor, action, text)
    else:
        shelf = text.topic.category
        log(
            actor, action, kind="post", object_id=text.pk, target=text.author, title=text.topic.title,
            course_ref=text.topic.course_id or shelf.course_id, category_ref=shelf.pk,
            url=text.get_absolute_url(), is_public=shelf.is_public,
        )  # fmt: skip
