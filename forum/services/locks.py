"""Rows that writers lock, always in this order: category, topic, post, tag; several of one kind by primary key.

`no_key` leaves room for inserts that only refer to the row. SQLite's IMMEDIATE transactions lock everything anyway.
"""

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from community_platform.core.errors import Conflict, NotFound, Stale
from forum.models import Category, Post, Topic

ATTEMPTS = 5


def lock_categories(*pks: int) -> set[int]:
    """Lock categories by primary key, before any topic; return the keys of those that exist."""
    rows = Category.objects.select_for_update(no_key=True).filter(pk__in=set(pks)).order_by("pk")
    return set(rows.values_list("pk", flat=True))


def lock_topic_row(pk: int) -> Topic:
    """Lock one topic, deleted or not, with category, course and author loaded."""
    return _one(Topic.objects.select_related("category", "course", "author"), pk)


def lock_counted_topic(pk: int, *others: int) -> Topic:
    """Lock the category of a topic (and `others`), then the topic: for writes that move the category's counters.

    A topic that is moved between the reading and the lock is looked for again: rolling back to the savepoint lets go
    of the wrong category. Raises NotFound; Conflict `moved` when it never stands still.
    """
    for _attempt in range(ATTEMPTS):
        category_id = Topic.objects.filter(pk=pk).values_list("category_id", flat=True).first()
        if category_id is None:
            raise NotFound
        savepoint = transaction.savepoint()
        locked = lock_categories(category_id, *others)
        topic = lock_topic_row(pk)
        if topic.category_id in locked:
            transaction.savepoint_commit(savepoint)
            return topic
        transaction.savepoint_rollback(savepoint)
    raise Conflict(_("The topic was moved just now. Try again."), code="moved")


def lock_post_row(pk: int, *, counted: bool = False) -> Post:
    """Lock one post and, first, its topic (with `counted` also its category); `post.topic` is the locked row."""
    topic_id = Post.objects.filter(pk=pk).values_list("topic_id", flat=True).first()
    if topic_id is None:
        raise NotFound
    topic = lock_counted_topic(topic_id) if counted else lock_topic_row(topic_id)
    post: Post = _one(Post.objects.select_related("author"), pk)
    post.topic = topic
    return post


def _one(rows: QuerySet, pk: int):  # type: ignore[no-untyped-def, type-arg]  # any model
    row = rows.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def move_category_counters(category_id: int, *, topics: int = 0, posts: int = 0) -> None:
    """Add to the counters of a category; its row stays locked until commit."""
    Category.objects.filter(pk=category_id).update(
        topics_count=F("topics_count") + topics, posts_count=F("posts_count") + posts
    )


def check_revision(actual: int, expected: int | None) -> None:
    """Raise Stale if the writer read another revision than the locked row has."""
    if expected is not None and expected != actual:
        raise Stale
