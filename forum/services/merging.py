"""Merging two topics: what was said in one goes on in the other."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import realtime
from community_platform.core.errors import Invalid, NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from forum.events import AnswerUnaccepted, PostsMoved
from forum.models import Post, Topic, TopicKind
from forum.services import search_index
from forum.services.carrying import carry_posts, merge_reads
from forum.services.counting import last_activity, live_posts
from forum.services.drafts import carry_drafts
from forum.services.locks import lock_counted_topics, move_category_counters
from forum.services.noting import note_topic
from forum.services.tags import count_topics
from profiles.selectors import person


def merge_topic(*, actor: Any, topic: Topic, into: int) -> Topic:
    """Append all posts of `topic` to the topic with the id `into`, in the order of time, and return that one.

    They get new numbers behind its last; the empty topic is removed and its address leads to what was its body.
    A best answer comes along where the other topic may have one and has none, and what people began to reply. Nobody is
    told; open pages of the other topic hear of the newest post. Raises NotAllowed (rights in both are needed),
    NotFound, Invalid on `into`.  Publishes PostsMoved, AnswerUnaccepted.
    """
    ensure(actor, "forum.merge_topic", topic)
    target = _find_target(actor, topic, into)
    with transaction.atomic():
        by_key = {row.pk: row for row in lock_counted_topics([topic.pk, target.pk])}
        source, target = by_key[topic.pk], by_key[target.pk]
        for row in (source, target):
            ensure(actor, "forum.merge_topic", row)
            if row.deleted_at is not None:
                raise NotFound
        rows = Post.objects.filter(topic=source).order_by("pk")
        posts = sorted(
            rows.select_for_update(of=("self",), no_key=True), key=lambda post: (post.created_at, post.number)
        )
        body = next(post for post in posts if post.is_body)
        _move_counters(source, target)
        before = target.last_post_number
        places = carry_posts(posts, target, after=before)
        _grow(target, source, posts)
        _become_signpost(source, target, body, actor)
        merge_reads(source, target, places, before=before)
        carry_drafts(of=source.pk, into=target.pk)
        search_index.put_topic(target.pk)
        note_topic(actor, "merge_topic", target, note=source.get_absolute_url())
        _tell_listeners(source, target, posts)
        publish(PostsMoved(from_topic_id=source.pk, to_topic_id=target.pk, is_merge=True, actor_id=actor.pk))
    target.refresh_from_db()
    return target


def _find_target(actor: Any, topic: Topic, into: int) -> Topic:
    rows = Topic.objects.visible_to(actor).live().select_related("category__course", "course")
    target = rows.filter(pk=into).first() if abs(into) < 2**63 else None
    if target is None:
        raise Invalid(_("This topic does not exist."), code="does_not_exist", field="into")
    if target.pk == topic.pk:
        raise Invalid(_("A topic cannot be merged into itself."), code="itself", field="into")
    ensure(actor, "forum.merge_topic", target)
    return target


def _move_counters(source: Topic, target: Topic) -> None:
    count = live_posts(source)
    moves = [(source.category_id, -1, -count), (target.category_id, 0, +count)]
    for category_id, topics, posts in sorted(moves):
        move_category_counters(category_id, topics=topics, posts=posts)
    count_topics(source.tags.all(), -1)


def _grow(target: Topic, source: Topic, posts: list[Post]) -> None:
    """Count what came, and keep the best answer of the other topic where there is room for one."""
    live = sum(1 for post in posts if post.deleted_at is None)
    answer = source.best_answer_id
    if answer is not None and (target.best_answer_id is not None or target.kind == TopicKind.ANNOUNCEMENT):
        former = next(post for post in posts if post.pk == answer)
        publish(AnswerUnaccepted(topic_id=source.pk, post_id=former.pk, author_id=former.author_id))
        answer = None
    Topic.objects.filter(pk=target.pk).update(
        last_post_number=target.last_post_number + len(posts),
        replies_count=F("replies_count") + live,
        best_answer=target.best_answer_id or answer,
        **last_activity(target),
    )


def _become_signpost(source: Topic, target: Topic, body: Post, actor: Any) -> None:
    source.deleted_at, source.deleted_by = timezone.now(), actor if actor.pk else None
    source.merged_into, source.merged_post, source.best_answer = target, body, None
    source.is_pinned, source.pinned_until = False, None
    source.replies_count = source.likes_count = 0
    source.moved_posts = source.last_post_number
    source.save(
        update_fields=[
            "deleted_at", "deleted_by", "merged_into", "merged_post", "best_answer", "is_pinned", "pinned_until",
            "replies_count", "likes_count", "moved_posts",
        ]
    )  # fmt: skip


def _tell_listeners(source: Topic, target: Topic, posts: list[Post]) -> None:
    realtime.recheck(channel=f"topic.{source.pk}")
    newest = next((post for post in reversed(posts) if post.deleted_at is None), None)
    if newest is None:
        return
    replies = Topic.objects.values_list("replies_count", flat=True).get(pk=target.pk)
    told = {
        "post_id": newest.pk,
        "number": newest.number,
        "author": person(newest.author),
        "replies_count": replies,
    }
    realtime.publish(channel=f"topic.{target.pk}", type="topic:new_post", data=told)
