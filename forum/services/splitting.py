"""Splitting replies off into a topic of their own."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community_platform.core import text
from community_platform.core.errors import Invalid, NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from forum.events import AnswerUnaccepted, PostsMoved
from forum.limits import SPLIT_MAX, TITLE_MAX, TITLE_MIN
from forum.models import Category, Post, Topic, TopicKind
from forum.services import search_index
from forum.services.carrying import carry_posts, carry_reads_to_new, finish_reads
from forum.services.counting import last_activity
from forum.services.locks import lock_counted_topic, move_category_counters
from forum.services.noting import note_topic
from forum.services.topics import Key, find_category

KINDS = (TopicKind.DISCUSSION, TopicKind.QUESTION)


def split_topic(
    *,
    actor: Any,
    topic: Topic,
    posts: Iterable[int],
    title: str,
    category: Key | None = None,
    kind: str = TopicKind.DISCUSSION,
) -> Topic:
    """Make a topic of these replies, numbered 1..n in their order, and return it; the old one keeps gaps.

    The first becomes the body, its author the topic's. None as category means the same one. Likes come along, a best
    answer loses its mark, nobody is told. Raises NotAllowed, NotFound, Invalid on `posts`, `title`, `category`,
    `kind`.  Publishes PostsMoved, AnswerUnaccepted.
    """
    ensure(actor, "forum.split_topic", topic)
    title = text.clean(title, field="title", low=TITLE_MIN, high=TITLE_MAX, multiline=False)
    if kind not in KINDS:
        raise Invalid(_("Choose discussion or question."), code="invalid_choice", field="kind")
    keys = _clean_keys(posts)
    shelf = find_category(actor, topic.category_id if category in {None, ""} else category)  # type: ignore[arg-type]
    ensure(actor, "forum.create_topic", shelf)
    with transaction.atomic():
        locked = lock_counted_topic(topic.pk, shelf.pk)
        ensure(actor, "forum.split_topic", locked)
        if locked.deleted_at is not None:
            raise NotFound
        chosen = _lock_posts(locked, keys)
        made = _create(chosen, locked, shelf, title, kind)
        places = carry_posts(chosen, made, after=0)
        _leave(locked, chosen)
        move_category_counters(locked.category_id, posts=-len(chosen))
        move_category_counters(shelf.pk, topics=1, posts=len(chosen))
        carry_reads_to_new(locked, made, places)
        finish_reads(locked)
        search_index.put_topic(locked.pk)
        search_index.put_topic(made.pk)
        note_topic(actor, "split_topic", locked, note=made.get_absolute_url())
        publish(PostsMoved(from_topic_id=locked.pk, to_topic_id=made.pk, is_merge=False, actor_id=actor.pk))
    return made


def _clean_keys(posts: Iterable[int]) -> set[int]:
    keys = set(posts)
    if not keys:
        raise Invalid(_("Choose at least one reply."), code="required", field="posts")
    if len(keys) > SPLIT_MAX:
        message = ngettext("Choose at most %(n)d reply.", "Choose at most %(n)d replies.", SPLIT_MAX)
        raise Invalid(message % {"n": SPLIT_MAX}, code="max_length", field="posts")
    return {key for key in keys if abs(key) < 2**63} or {0}


def _lock_posts(topic: Topic, keys: set[int]) -> list[Post]:
    """Lock the chosen posts by primary key and return them in the order of the topic."""
    rows = Post.objects.filter(topic=topic, pk__in=keys, deleted_at=None).order_by("pk")
    found = list(rows.select_for_update(of=("self",), no_key=True))
    if len(found) < len(keys):
        raise Invalid(
            _("A reply that you chose is not in this topic any more."), code="does_not_exist", field="posts"
        )
    if any(post.is_body for post in found):
        raise Invalid(
            _("The first post is the topic itself. Move the topic instead."), code="body", field="posts"
        )
    return sorted(found, key=lambda post: post.number)


def _create(chosen: list[Post], source: Topic, shelf: Category, title: str, kind: str) -> Topic:
    first, newest = chosen[0], max(chosen, key=lambda post: (post.created_at, post.number))
    return Topic.objects.create(
        category=shelf, author_id=first.author_id, kind=kind, title=title, course=source.course, lesson=source.lesson,
        created_at=first.created_at, edited_at=first.edited_at, likes_count=first.likes_count,
        last_post_number=len(chosen), replies_count=len(chosen) - 1, last_post_at=newest.created_at,
        last_post_author_id=newest.author_id,
    )  # fmt: skip


def _leave(topic: Topic, chosen: list[Post]) -> None:
    """Take the posts that went out of the old topic's counters."""
    answer = next((post for post in chosen if post.pk == topic.best_answer_id), None)
    if answer is not None:
        Topic.objects.filter(pk=topic.pk).update(best_answer=None)
        publish(AnswerUnaccepted(topic_id=topic.pk, post_id=answer.pk, author_id=answer.author_id))
    Topic.objects.filter(pk=topic.pk).update(
        replies_count=F("replies_count") - len(chosen),
        moved_posts=F("moved_posts") + len(chosen),
        **last_activity(topic),
    )
