"""Starting, editing, deleting and restoring topics."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import ratelimits, text
from community_platform.core.errors import Invalid, NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure, may
from courses.models import Course, Lesson
from forum.events import ContentDeleted, ContentRestored, TopicCreated
from forum.limits import EDIT_RATES, POST_MAX, POST_MIN, TITLE_MAX, TITLE_MIN, TOPIC_RATES
from forum.models import Category, Post, Topic, TopicKind
from forum.services.content import prepare
from forum.services.locks import check_revision, lock_categories, lock_counted_topic, move_category_counters
from forum.services.reading import mark_read
from forum.services.tags import clean_tags, count_topics, set_tags

Key = int | str  # an id or a slug


def create_topic(
    *,
    actor: Any,
    category: Key,
    title: str,
    content: str,
    kind: str = TopicKind.DISCUSSION,
    tags: Iterable[str] = (),
    course: Key | None = None,
    lesson: int | None = None,
) -> Topic:
    """Start a topic; its body is post number 1. Publishes TopicCreated.

    Raises Invalid on the field at fault (also for a category, course or lesson that the actor cannot see),
    NotAllowed where only staff starts topics, TooFast.
    """
    shelf = find_category(actor, category)
    ensure(actor, "forum.create_topic", shelf)
    kind = _clean_kind(actor, kind)
    title = text.clean(title, field="title", low=TITLE_MIN, high=TITLE_MAX, multiline=False)
    body = prepare(content, low=POST_MIN, high=POST_MAX)
    words = clean_tags(tags)
    about_course, about_lesson = _find_subject(actor, course, lesson)
    ratelimits.hit(actor.pk, *TOPIC_RATES)
    now = timezone.now()
    with transaction.atomic():
        lock_categories(shelf.pk)
        topic = Topic.objects.create(
            category=shelf, author=actor, kind=kind, title=title, course=about_course, lesson=about_lesson,
            last_post_number=1, last_post_at=now, last_post_author=actor, created_at=now,
        )  # fmt: skip
        Post.objects.create(topic=topic, number=1, author=actor, created_at=now, **body.columns)
        move_category_counters(shelf.pk, topics=1, posts=1)
        set_tags(topic, words)
        mark_read(user=actor, topic=topic, number=1)
        publish(TopicCreated(topic_id=topic.pk, author_id=actor.pk, mentioned=body.mentioned))
    return topic


def edit_topic(
    *,
    actor: Any,
    topic: Topic,
    title: str,
    content: str,
    category: Key | None = None,
    tags: Iterable[str] | None = None,
    expected_revision: int | None = None,
) -> Topic:
    """Change title, body, category and tags at once; None leaves category or tags as they are.

    New words mark it as edited; whatever changes moves the revision, and nothing changed leaves no mark.
    Raises Stale when `expected_revision` is not the locked row's, Invalid, NotAllowed, NotFound.
    """
    ensure(actor, "forum.edit_topic", topic)
    title = text.clean(title, field="title", low=TITLE_MIN, high=TITLE_MAX, multiline=False)
    body = prepare(content, low=POST_MIN, high=POST_MAX)
    words = None if tags is None else clean_tags(tags)
    shelf = None if category is None else find_category(actor, category)
    ratelimits.hit(actor.pk, *EDIT_RATES)
    with transaction.atomic():
        locked = lock_counted_topic(topic.pk, *([shelf.pk] if shelf else []))
        if locked.deleted_at is not None:
            raise NotFound
        check_revision(locked.revision, expected_revision)
        post = Post.objects.select_for_update(no_key=True).get(topic=locked, number=1)
        moved = shelf is not None and shelf.pk != locked.category_id
        if shelf is not None and moved:
            ensure(actor, "forum.create_topic", shelf)
            _move(locked, shelf)
        retagged = words is not None and set_tags(locked, words)
        reworded = (locked.title, post.content) != (title, body.source)
        if not (moved or retagged or reworded):
            return locked
        if reworded:
            now = timezone.now()
            locked.title, locked.edited_at = title, now
            if post.content != body.source:
                Post.objects.filter(pk=post.pk).update(edited_at=now, revision=post.revision + 1, **body.columns)
        locked.revision += 1
        locked.save(update_fields=["title", "category", "edited_at", "revision"])
    return locked


def delete_topic(*, actor: Any, topic: Topic) -> None:
    """Take a topic away from everyone but moderators. Deleting twice changes nothing. Publishes ContentDeleted."""
    ensure(actor, "forum.delete_topic", topic)
    with transaction.atomic():
        locked = lock_counted_topic(topic.pk)
        if locked.deleted_at is not None:
            return
        locked.deleted_at, locked.deleted_by = timezone.now(), actor if actor.pk else None
        locked.save(update_fields=["deleted_at", "deleted_by"])
        _count_whole_topic(locked, -1)
        publish(_fact(ContentDeleted, locked, actor))


def restore_topic(*, actor: Any, topic: Topic) -> Topic:
    """Bring a deleted topic back, with the posts that were not deleted by themselves. Publishes ContentRestored."""
    ensure(actor, "forum.restore", topic)
    with transaction.atomic():
        locked = lock_counted_topic(topic.pk)
        if locked.deleted_at is not None:
            locked.deleted_at = locked.deleted_by = None
            locked.save(update_fields=["deleted_at", "deleted_by"])
            _count_whole_topic(locked, +1)
            publish(_fact(ContentRestored, locked, actor))
    return locked


def find_category(actor: Any, key: Key) -> Category:
    """Return the visible category with this id or slug, or raise Invalid on `category`."""
    visible = Category.objects.visible_to(actor)
    found = _by_key(visible, key)
    if found is None:
        raise Invalid(_("This category does not exist."), code="does_not_exist", field="category")
    return found  # type: ignore[no-any-return]  # _by_key serves two models


def _find_subject(actor: Any, course: Key | None, lesson: int | None) -> tuple[Course | None, Lesson | None]:
    about_course = None
    if course not in {None, ""}:
        about_course = _by_key(Course.objects.visible_to(actor), course)
        if about_course is None:
            raise Invalid(_("This course does not exist."), code="does_not_exist", field="course")
    if lesson is None:
        return about_course, None
    about_lesson = _by_key(Lesson.objects.visible_to(actor).select_related("course"), lesson)
    if about_lesson is None or (about_course and about_lesson.course_id != about_course.pk):
        raise Invalid(_("This lesson does not exist in the course."), code="does_not_exist", field="lesson")
    return about_lesson.course, about_lesson


def _by_key(rows: Any, key: Any) -> Any:
    if isinstance(key, int):
        return rows.filter(pk=key).first() if abs(key) < 2**63 else None
    return rows.filter(slug=key).first()


def _clean_kind(actor: Any, kind: str) -> str:
    if kind not in TopicKind.values:
        raise Invalid(_("Choose discussion or question."), code="invalid_choice", field="kind")
    if kind == TopicKind.ANNOUNCEMENT and not may(actor, "forum.announce"):
        raise Invalid(_("Only moderators make announcements."), code="invalid_choice", field="kind")
    return kind


def _move(topic: Topic, target: Category) -> None:
    count = topic.posts.filter(deleted_at__isnull=True).count()
    moves = [(topic.category_id, -1, -count), (target.pk, +1, +count)]
    for category_id, topics, posts in sorted(moves):  # by primary key: two moves must not deadlock
        move_category_counters(category_id, topics=topics, posts=posts)
    topic.category = target


def _count_whole_topic(topic: Topic, step: int) -> None:
    count = topic.posts.filter(deleted_at__isnull=True).count()
    move_category_counters(topic.category_id, topics=step, posts=step * count)
    count_topics(topic.tags.all(), step)


def _fact(event: Any, topic: Topic, actor: Any) -> Any:
    return event(kind="topic", object_id=topic.pk, author_id=topic.author_id, actor_id=actor.pk)
