"""Rows that writers lock, always in this order: category, topic, post, tag; several of one kind by primary key.

`no_key` leaves room for inserts that only refer to the row. SQLite's IMMEDIATE transactions lock everything anyway.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from community_platform.core.errors import Conflict, NotFound, Stale
from forum.models import Category, Comment, Post, Topic

ATTEMPTS = 5


def lock_categories(*pks: int) -> set[int]:
    """Lock categories by primary key, before any topic; return the keys of those that exist."""
    rows = Category.objects.select_for_update(no_key=True).filter(pk__in=set(pks)).order_by("pk")
    return set(rows.values_list("pk", flat=True))


def lock_topic_row(pk: int) -> Topic:
    """Lock one topic, deleted or not, with category, courses and author loaded."""
    return _one(Topic.objects.select_related("category__course", "course", "author"), pk)


def lock_counted_topic(pk: int, *others: int) -> Topic:
    """Lock the category of a topic (and `others`), then the topic: for writes that move the category's counters.

    Raises NotFound; Conflict `moved` when the topic never stands still.
    """
    return lock_counted_topics([pk], *others)[0]


def lock_counted_topics(pks: Iterable[int], *others: int) -> list[Topic]:
    """Lock the categories of several topics (and `others`), then the topics; return these by primary key.

    A topic that is moved between the reading and the lock is looked for again: rolling back to the savepoint lets go
    of the wrong category. Raises NotFound; Conflict `moved` when they never stand still.
    """
    wanted = sorted(set(pks))
    for _attempt in range(ATTEMPTS):
        shelves = list(Topic.objects.filter(pk__in=wanted).values_list("category_id", flat=True))
        if len(shelves) < len(wanted):
            raise NotFound
        savepoint = transaction.savepoint()
        locked = lock_categories(*shelves, *others)
        topics = [lock_topic_row(pk) for pk in wanted]
        if all(topic.category_id in locked for topic in topics):
            transaction.savepoint_commit(savepoint)
            return topics
        transaction.savepoint_rollback(savepoint)
    raise Conflict(_("The topic was moved just now. Try again."), code="moved")


def lock_post_row(pk: int, *, counted: bool = False) -> Post:
    """Lock one post and, first, its topic (with `counted` also its category); `post.topic` is the locked row.

    A post that is split off or merged away meanwhile is looked for again. Raises NotFound, Conflict `moved`.
    """
    for _attempt in range(ATTEMPTS):
        topic_id = Post.objects.filter(pk=pk).values_list("topic_id", flat=True).first()
        if topic_id is None:
            raise NotFound
        savepoint = transaction.savepoint()
        topic = lock_counted_topic(topic_id) if counted else lock_topic_row(topic_id)
        post: Post = _one(Post.objects.select_related("author"), pk)
        if post.topic_id == topic_id:
            transaction.savepoint_commit(savepoint)
            post.topic = topic
            return post
        transaction.savepoint_rollback(savepoint)
    raise Conflict(_("The post was moved just now. Try again."), code="moved")


def lock_liked_post(post: Post) -> Post:
    """Lock a post whose likes move: a reply alone, a body after its topic, which counts them too.

    A reply that becomes the body of a topic meanwhile (or ceases to be one) is locked again. Raises NotFound, Conflict.
    """
    topic_id, is_body = post.topic_id, post.is_body
    for _attempt in range(ATTEMPTS):
        savepoint = transaction.savepoint()
        if is_body:
            lock_topic_row(topic_id)
        locked: Post = _one(Post.objects.all(), post.pk)
        if (locked.topic_id if is_body else 0, locked.is_body) == (topic_id if is_body else 0, is_body):
            transaction.savepoint_commit(savepoint)
            return locked
        transaction.savepoint_rollback(savepoint)
        topic_id, is_body = locked.topic_id, locked.is_body
    raise Conflict(_("The post was moved just now. Try again."), code="moved")


def lock_comment_row(pk: int) -> Comment:
    """Lock one comment, with its author and what it is on loaded. Raises NotFound."""
    return _one(Comment.objects.select_related("author", "course", "lesson__course"), pk)


def lock_counted_comment(comment: Comment) -> Comment:
    """Lock the course or lesson, the root and the comment, in that order: for writes that move their counters."""
    target = comment.target
    list(type(target)._default_manager.select_for_update(no_key=True).filter(pk=target.pk).values_list("pk"))
    if comment.root_id is not None:
        lock_comment_row(comment.root_id)
    return lock_comment_row(comment.pk)


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
