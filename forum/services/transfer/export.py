"""The forum as lines of NDJSON, for administrators: everything that was written, deleted things included."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from community_platform.core.consistency import snapshot
from community_platform.core.permissions import ensure
from forum.models import Category, Comment, ImportedRow, Like, Post, Revision, Tag, Topic
from forum.services.transfer import lines
from forum.services.transfer.lines import columns, line
from profiles.models import User

CHUNK = 200  # topics, or roots of comments


def export_lines(*, actor: Any, with_emails: bool = False) -> Iterator[str]:
    """Yield the whole forum, a line at a time, as it was at one moment. Raises NotAllowed (rule forum.export).

    Memory stays small: 200 topics with their posts at once. About 4,000 posts a second.
    """
    ensure(actor, "forum.export")
    return _lines(with_emails)


def _lines(with_emails: bool) -> Iterator[str]:
    with snapshot():
        yield line("forum", format=lines.FORMAT, version=lines.VERSION, source=settings.SITE_HOST)
        names = dict(User.objects.filter(pk__in=_writers()).values_list("pk", "username"))
        yield from _people(names, with_emails)
        for shelf in Category.objects.select_related("course").order_by("pk"):
            course = shelf.course.slug if shelf.course else None
            yield line("category", **columns(shelf, lines.CATEGORY), course=course)
        for tag in Tag.objects.select_related("synonym_of").order_by("pk"):
            synonym_of = tag.synonym_of.slug if tag.synonym_of else None
            yield line("tag", **columns(tag, lines.TAG), synonym_of=synonym_of)
        # Signposts come last: whoever reads the file knows by then where they lead.
        for rows in (Topic.objects.filter(merged_into=None), Topic.objects.exclude(merged_into=None)):
            for chunk in _chunks(
                rows.select_related("category", "course", "lesson", "best_answer", "merged_post")
            ):
                yield from _topics(chunk, names)
        roots = Comment.objects.filter(root=None).select_related("course", "lesson__course")
        for chunk in _chunks(roots):
            yield from _comments(chunk, names)


def _writers() -> set[int]:
    """Return everybody whose name stands in the file."""
    found: set[int] = set()
    for model, people in (
        (Topic, ("author", "deleted_by")), (Post, ("author", "deleted_by", "endorsed_by")),
        (Comment, ("author", "deleted_by")), (Like, ("user",)), (Revision, ("editor",)),
    ):  # fmt: skip
        rows: QuerySet[Any] = model.objects.order_by()  # type: ignore[attr-defined]
        for person in people:
            found |= set(rows.exclude(**{person: None}).values_list(person, flat=True).distinct())
    return found


def _people(names: dict[int, str], with_emails: bool) -> Iterator[str]:
    # Sorted here: databases disagree about the order of letters.
    for keys in _batches(sorted(names, key=lambda pk: names[pk])):
        people = User.objects.in_bulk(keys)
        for pk in keys:
            person = people[pk]
            email = person.email if with_emails and not person.email.endswith(".invalid") else None
            yield line(
                "user", username=person.username, display_name=person.display_name, joined_at=person.date_joined,
                is_closed=not person.is_active, email=email,
            )  # fmt: skip


def _topics(topics: list[Topic], names: dict[int, str]) -> Iterator[str]:
    keys = [topic.pk for topic in topics]
    called = _keys_of("topic", {*keys, *(topic.merged_into_id for topic in topics if topic.merged_into_id)})
    called |= _keys_of("topic", {topic.merged_post.topic_id for topic in topics if topic.merged_post})
    posts: dict[int, list[Post]] = defaultdict(list)
    for post in Post.objects.filter(topic__in=keys).order_by("topic", "number").select_related("reply_to"):
        posts[post.topic_id].append(post)
    written = [post.pk for rows in posts.values() for post in rows]
    likes, revisions = _likes("post", written, names), _revisions("post", written, names)
    tags: dict[int, list[str]] = defaultdict(list)
    for topic_id, slug in Topic.tags.through.objects.filter(topic__in=keys).values_list("topic", "tag__slug"):
        tags[topic_id].append(slug)
    for topic in topics:
        yield line("topic", id=called[topic.pk], **_topic(topic, called, names), tags=sorted(tags[topic.pk]))
        for post in posts[topic.pk]:
            answered = post.reply_to
            yield line(
                "post", **columns(post, lines.POST), author=names[post.author_id],
                deleted_by=names.get(post.deleted_by_id or 0), endorsed_by=names.get(post.endorsed_by_id or 0),
                # An answer to a post that was split off stands alone.
                reply_to=answered.number if answered and answered.topic_id == post.topic_id else None,
                likes=likes[post.pk], revisions=revisions[post.pk],
            )  # fmt: skip


def _topic(topic: Topic, called: dict[int, str], names: dict[int, str]) -> dict[str, Any]:
    body = topic.merged_post
    return {
        **columns(topic, lines.TOPIC),
        "author": names[topic.author_id],
        "deleted_by": names.get(topic.deleted_by_id or 0),
        "category": topic.category.slug,
        "course": topic.course.slug if topic.course else None,
        "lesson": topic.lesson.slug if topic.lesson else None,
        "best_answer": topic.best_answer.number if topic.best_answer else None,
        "last_number": topic.last_post_number,
        "merged_into": called[topic.merged_into_id] if topic.merged_into_id else None,
        "merged_post": {"topic": called[body.topic_id], "number": body.number} if body else None,
    }


def _comments(roots: list[Comment], names: dict[int, str]) -> Iterator[str]:
    thread: dict[int, list[Comment]] = defaultdict(list)
    for reply in Comment.objects.filter(root__in=[root.pk for root in roots]).order_by("pk"):
        thread[reply.root_id or 0].append(reply)
    rows = [row for root in roots for row in (root, *thread[root.pk])]
    keys = [row.pk for row in rows]
    called = _keys_of("comment", set(keys))
    likes, revisions = _likes("comment", keys, names), _revisions("comment", keys, names)
    for root in roots:
        target = root.target
        about = {
            "course": getattr(target, "course", target).slug,
            "lesson": target.slug if root.lesson else None,
        }
        for row in (root, *thread[root.pk]):
            yield line(
                "comment", id=called[row.pk], **columns(row, lines.COMMENT), author=names[row.author_id],
                deleted_by=names.get(row.deleted_by_id or 0), **(about if row is root else {}),
                root=called[row.root_id] if row.root_id else None,
                parent=called[row.parent_id] if row.parent_id else None,
                likes=likes[row.pk], revisions=revisions[row.pk],
            )  # fmt: skip


def _likes(kind: str, keys: list[int], names: dict[int, str]) -> dict[int, list[tuple[str, datetime]]]:
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    rows = Like.objects.filter(**{f"{kind}__in": keys}).order_by("pk")
    for pk, user_id, created_at in rows.values_list(kind, "user", "created_at"):
        found[pk].append((names[user_id], created_at))
    return found


def _revisions(kind: str, keys: list[int], names: dict[int, str]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in Revision.objects.filter(**{f"{kind}__in": keys}).order_by("number"):
        told = {**columns(row, lines.REVISION), "editor": names.get(row.editor_id or 0)}
        found[getattr(row, f"{kind}_id")].append(told)
    return found


def _keys_of(kind: str, pks: set[int]) -> dict[int, str]:
    """Return what things are called: by the site they came from, or by this one."""
    came = ImportedRow.objects.filter(kind=kind, object_id__in=pks).values_list("object_id", "source", "key")
    return {pk: lines.own_key(pk) for pk in pks} | {pk: f"{source}/{key}" for pk, source, key in came}


def _chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """Yield `rows` in the order of their keys, a few at a time."""
    after = 0
    while chunk := list(rows.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        after = chunk[-1].pk
        yield chunk


def _batches(keys: Iterable[int]) -> Iterator[list[int]]:
    found = list(keys)
    for start in range(0, len(found), CHUNK):
        yield found[start : start + CHUNK]
