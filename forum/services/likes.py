"""Liking: at most once a person and thing, counted by the rows really inserted or deleted."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import ratelimits
from community_platform.core.db import insert_once
from community_platform.core.errors import NotAllowed, NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from forum.events import Liked, Unliked
from forum.limits import LIKE_RATES
from forum.models import Comment, Like, Post, Topic


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


def _like(actor: Any, thing: Any, kind: str) -> int:
    ensure(actor, "forum.like", thing)
    if thing.author_id == actor.pk:
        raise NotAllowed(_("You cannot like what you wrote."), code="own_content")
    ratelimits.hit(actor.pk, *LIKE_RATES)
    with transaction.atomic():
        _lock(thing)
        if insert_once(Like, user_id=actor.pk, created_at=timezone.now(), **{f"{kind}_id": thing.pk}):
            _count(thing, +1)
            publish(Liked(user_id=actor.pk, author_id=thing.author_id, **{f"{kind}_id": thing.pk}))
        return _likes(thing)


def _unlike(actor: Any, thing: Any, kind: str) -> int:
    ensure(actor, "forum.like", thing)
    with transaction.atomic():
        _lock(thing)
        deleted, _rows = Like.objects.filter(user_id=actor.pk, **{f"{kind}_id": thing.pk}).delete()
        if deleted:
            _count(thing, -1)
            publish(Unliked(user_id=actor.pk, author_id=thing.author_id, **{f"{kind}_id": thing.pk}))
        return _likes(thing)


def _lock(thing: Any) -> None:
    """Lock what is liked; the topic comes before its body."""
    if isinstance(thing, Post) and thing.is_body:
        Topic.objects.select_for_update(no_key=True).filter(pk=thing.topic_id).first()
    row = type(thing)._default_manager.select_for_update(no_key=True).filter(pk=thing.pk).first()
    if row is None or row.deleted_at is not None:
        raise NotFound
    if isinstance(row, Post) and row.topic.deleted_at is not None:
        raise NotFound


def _count(thing: Any, step: int) -> None:
    type(thing)._default_manager.filter(pk=thing.pk).update(likes_count=F("likes_count") + step)
    if isinstance(thing, Post) and thing.is_body:
        Topic.objects.filter(pk=thing.topic_id).update(likes_count=F("likes_count") + step)


def _likes(thing: Any) -> int:
    return int(type(thing)._default_manager.values_list("likes_count", flat=True).get(pk=thing.pk))
