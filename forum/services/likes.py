"""Liking: at most once a person and thing, counted by the rows really inserted or deleted."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import ratelimits
from community_platform.core.db import insert_returning
from community_platform.core.errors import NotAllowed, NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from community_platform.core.rates import limits_for
from forum.events import Liked, Unliked
from forum.models import Comment, Like, Post, Topic
from forum.services.locks import lock_liked_post


def like_post(*, actor: Any, post: Post) -> int:
    """Like a post and return its likes; a second like changes nothing. Publishes Liked once.

    The body's likes are the topic's. Raises NotAllowed `own_content`, TooFast.
    """
    return _like(actor, post, "post")


def unlike_post(*, actor: Any, post: Post) -> int:
    """Take a like back and return the likes that are left. Publishes Unliked if there was one."""
    return _unlike(actor, post, "post")


def like_comment(*, actor: Any, comment: Comment) -> int:
    """As `like_post`, for a comment."""
    return _like(actor, comment, "comment")


def unlike_comment(*, actor: Any, comment: Comment) -> int:
    """As `unlike_post`, for a comment."""
    return _unlike(actor, comment, "comment")


def carry_likes(*, keep: Any, absorb: Any) -> int:
    """Let the likes of `absorb` be those of `keep`, and return how many there were. A part of merging accounts.

    Two likes of one thing become one, and those of what `keep` wrote go: `absorb` may have liked it, or the other way.
    Publishes: Unliked for each that goes.
    """
    moved = Like.objects.filter(user=absorb).count()
    for column in ("post", "comment"):
        theirs = Like.objects.filter(user=absorb, **{f"{column}__isnull": False})
        own = Like.objects.filter(user__in=(keep, absorb), **{f"{column}__author": keep})
        mine = Like.objects.filter(user=keep).exclude(**{column: None}).values(column)
        twice = theirs.filter(**{f"{column}__in": mine})
        for like in (own | twice).select_related(column).order_by(column, "pk"):
            _drop(like, getattr(like, column))
        theirs.update(user=keep)
    return moved


def _drop(like: Like, thing: Any) -> None:
    """Delete a like of whatever it likes, deleted texts too: their counters count it all the same."""
    with transaction.atomic():
        is_post = isinstance(thing, Post)
        locked = lock_liked_post(thing) if is_post else Comment.objects.select_for_update(no_key=True).get(pk=thing.pk)
        what: dict[str, Any] = {"like_id": like.pk, "post_id": like.post_id, "comment_id": like.comment_id}
        if like.delete()[0]:
            _count(locked, -1)
            publish(Unliked(user_id=like.user_id, author_id=thing.author_id, **what))


def _like(actor: Any, thing: Any, kind: str) -> int:
    ensure(actor, "forum.like", thing)
    if thing.author_id == actor.pk:
        raise NotAllowed(_("You cannot like what you wrote."), code="own_content")
    ratelimits.hit(actor.pk, *limits_for(actor, "like"))
    with transaction.atomic():
        thing = _lock(thing)
        what = {f"{kind}_id": thing.pk}
        row = {"user_id": actor.pk, "created_at": timezone.now(), **what}
        for (like_id,) in insert_returning(Like, [row], ["id"]):
            _count(thing, +1)
            publish(Liked(user_id=actor.pk, author_id=thing.author_id, like_id=like_id, **what))
        return _likes(thing)


def _unlike(actor: Any, thing: Any, kind: str) -> int:
    ensure(actor, "forum.like", thing)
    with transaction.atomic():
        thing = _lock(thing)
        what = {f"{kind}_id": thing.pk}
        like = Like.objects.filter(user_id=actor.pk, **what).only("pk").first()
        if like is not None:
            like_id = like.pk
            like.delete()
            _count(thing, -1)
            publish(Unliked(user_id=actor.pk, author_id=thing.author_id, like_id=like_id, **what))
        return _likes(thing)


def _lock(thing: Any) -> Any:
    """Lock what is liked and return the row."""
    if isinstance(thing, Post):
        row: Any = lock_liked_post(thing)
        gone = row.deleted_at is not None or row.topic.deleted_at is not None
    else:
        row = type(thing)._default_manager.select_for_update(no_key=True).filter(pk=thing.pk).first()
        gone = row is None or row.deleted_at is not None
    if gone:
        raise NotFound
    return row


def _count(thing: Any, step: int) -> None:
    type(thing)._default_manager.filter(pk=thing.pk).update(likes_count=F("likes_count") + step)
    if isinstance(thing, Post) and thing.is_body:
        Topic.objects.filter(pk=thing.topic_id).update(likes_count=F("likes_count") + step)


def _likes(thing: Any) -> int:
    return int(type(thing)._default_manager.values_list("likes_count", flat=True).get(pk=thing.pk))
