"""Starting, editing, deleting and restoring topics."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import ratelimits, realtime, text
from community_platform.core.errors import Conflict, Invalid
from community_platform.core.events import publish
from community_platform.core.permissions import ensure, may
from community_platform.core.rates import limits_for
from courses.models import Course, Lesson
from forum.events import PostEdited, TopicCreated
from forum.limits import POST_MAX, POST_MIN, TITLE_MAX, TITLE_MIN
from forum.models import Category, Post, Topic, TopicKind
from forum.services import guards, search_index
from forum.services.content import prepare
from forum.services.counting import put_into
from forum.services.deeds import note_topic
from forum.services.hiding import ensure_editable, mending
from forum.services.lesson_seconds import clean_second
from forum.services.locks import check_revision, lock_categories, lock_counted_topic, move_category_counters
from forum.services.noting import note_removal
from forum.services.pictures import adopt_pictures
from forum.services.reading import mark_written
from forum.services.removal import bring_back, take_away
from forum.services.revisions import clean_reason, keep_former, version_of
from forum.services.tags import clean_tags, set_tags

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
    lesson_second: int | None = None,
    typed_seconds: float | None = None,
) -> Topic:
    """Start a topic; its body is post number 1. Publishes TopicCreated.

    What guards take for spam is held: hidden until a moderator has looked (`typed_seconds`: as in `reply`).
    Raises Invalid on the field at fault (also for a category, course or lesson that the actor cannot see),
    NotAllowed where only staff or people of more trust start topics, Conflict `duplicate`, TooFast.
    """
    shelf = find_category(actor, category)
    ensure(actor, "forum.create_topic", shelf)
    kind = _clean_kind(actor, kind)
    title = text.clean(title, field="title", low=TITLE_MIN, high=TITLE_MAX, multiline=False)
    body = prepare(content, low=POST_MIN, high=POST_MAX)
    words = clean_tags(tags)
    about_course, about_lesson = _find_subject(actor, course, lesson)
    second = clean_second(about_lesson, lesson_second)
    guards.check_text(actor=actor, body=body)
    now = timezone.now()
    with transaction.atomic():
        lock_categories(shelf.pk)
        guards.check_topic(actor=actor, title=title, body=body)
        ratelimits.hit(actor.pk, *limits_for(actor, "topic"))
        why = guards.suspicion(actor=actor, body=body, typed_seconds=typed_seconds)
        topic = Topic.objects.create(
            category=shelf, author=actor, kind=kind, title=title, course=about_course, lesson=about_lesson,
            lesson_second=second, last_post_number=1, last_post_at=now, last_post_author=actor, created_at=now,
        )  # fmt: skip
        post = Post.objects.create(topic=topic, number=1, author=actor, created_at=now, **body.columns)
        move_category_counters(shelf.pk, topics=1, posts=1)
        set_tags(topic, words)
        mark_written(user=actor, topic=topic, number=1)
        search_index.put_posts(post.pk)
        adopt_pictures(actor=actor, row=post)
        if why:
            guards.hold(kind="topic", row=topic, why=why)
        note_topic(topic)
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
    reason: str = "",
    expected_revision: int | None = None,
) -> Topic:
    """Change title, body, category and tags at once; None leaves category or tags as they are. Publishes PostEdited.

    New words mark it as edited; whatever changes moves the revision, and nothing changed leaves no mark.
    Raises Stale when `expected_revision` is not the locked row's, Invalid, NotAllowed, NotFound.
    """
    ensure(actor, "forum.edit_topic", topic)
    title = text.clean(title, field="title", low=TITLE_MIN, high=TITLE_MAX, multiline=False)
    body = prepare(content, low=POST_MIN, high=POST_MAX)
    guards.check_text(actor=actor, body=body)
    words = None if tags is None else clean_tags(tags)
    reason = clean_reason(reason)
    shelf = None if category is None else find_category(actor, category)
    ratelimits.hit(actor.pk, *limits_for(actor, "edit"))
    if topic.is_hidden:  # only its words change until it is shown
        words = shelf = None
    with transaction.atomic(), mending(actor, topic):
        locked = lock_counted_topic(topic.pk, *([shelf.pk] if shelf else []))
        ensure_editable(actor, locked)
        check_revision(locked.revision, expected_revision)
        post = Post.objects.select_for_update(no_key=True).get(topic=locked, number=1)
        moved = shelf is not None and shelf.pk != locked.category_id
        if shelf is not None and moved:
            ensure(actor, "forum.create_topic", shelf)
            put_into(locked, shelf)
            realtime.recheck(channel=f"topic.{locked.pk}")
        old = version_of(post, topic=locked)
        retagged = words is not None and set_tags(locked, words)
        reworded = (locked.title, post.content) != (title, body.source)
        if not (moved or retagged or reworded):
            return locked
        if reworded or retagged:
            new = version_of(post, topic=locked, title=title, content=body.source)
            keep_former(actor=actor, row=post, old=old, new=new, reason=reason)
        if reworded:
            now = timezone.now()
            locked.title, locked.edited_at = title, now
            if post.content != body.source:
                Post.objects.filter(pk=post.pk).update(edited_at=now, revision=post.revision + 1, **body.columns)
        locked.revision += 1
        locked.save(update_fields=["title", "category", "edited_at", "revision"])
        if reworded:
            mentioned = body.mentioned_newly(post.content_html)
            post.content_html = body.html
            adopt_pictures(actor=actor, row=post)
            publish(PostEdited(post_id=post.pk, topic_id=locked.pk, editor_id=actor.pk, mentioned=mentioned))
        search_index.put_topic(locked.pk)
    return locked


def delete_topic(*, actor: Any, topic: Topic) -> None:
    """Take a topic away from everyone but moderators. Deleting twice changes nothing. Publishes ContentDeleted."""
    ensure(actor, "forum.delete_topic", topic)
    with transaction.atomic():
        locked = lock_counted_topic(topic.pk)
        note_removal(actor, "delete", locked)
        take_away(locked, actor)


def restore_topic(*, actor: Any, topic: Topic) -> Topic:
    """Bring a deleted topic back, with the posts that were not deleted by themselves. Publishes ContentRestored."""
    ensure(actor, "forum.restore", topic)
    with transaction.atomic():
        locked = lock_counted_topic(topic.pk)
        if locked.merged_into_id is not None:
            raise Conflict(_("This topic was merged into another one."), code="merged")
        note_removal(actor, "restore", locked)
        bring_back(locked, actor)
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


