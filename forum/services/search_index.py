"""Keeping the search index: each change of a text calls one of these in its transaction, after the rows are written.

They read the row and write its entry, so they are right after any change and may be called twice. `catch_up` mends what
was written around the services (bulk inserts, dates moved into the past).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from community_platform.core.markdown.shown import shown_text
from community_platform.core.stems import form, stem, words
from courses.models import Course, Lesson
from forum.models import Comment, Post
from forum.models.search import TITLE_MAX, SearchEntry, SearchKind
from forum.models.search_words import GAP, WORDS_MAX
from profiles.models import User

BATCH = 500
_Kind = tuple[str, QuerySet[Any], Callable[[Any], SearchEntry]]  # its name, its rows, the entry of one
_CODE = "<code"
_COLUMNS = (
    "kind", "topic", "category", "within", "author", "is_live", "is_private", "has_code", "title", "revision",
    "created_at", "title_words", "title_forms", "words",
)  # fmt: skip
# Of what has a name: the words themselves cannot be read back.
_READABLE = ("title", "revision", "author_id", "within_id", "created_at", "is_live", "is_private")


def put_posts(*pks: int) -> None:
    """Index these posts as they are now. Two queries."""
    _store("post", [_of_post(post) for post in _posts().filter(pk__in=pks)])


def put_topic(pk: int) -> None:
    """Index what depends on a topic: its title, and where all its posts stand and whether they live. Three queries.

    After posts were moved between topics, call it for each of them.
    """
    bodies = (
        _posts()
        .filter(topic=pk)
        .filter(Q(number=1) | Q(search_entry=None) | Q(search_entry__kind=SearchKind.TOPIC))
    )
    _store("post", [_of_post(post) for post in bodies])
    refresh(SearchEntry.objects.filter(post__topic=pk))


def put_comments(*pks: int) -> None:
    """Index these comments as they are now. Two queries."""
    _store("comment", [_of_comment(row) for row in _comments().filter(pk__in=pks)])


def put_course(pk: int) -> None:
    """Index a course and its lessons. Four queries."""
    _store("course", [_of_course(row) for row in Course.objects.filter(pk=pk)])
    _store("lesson", [_of_lesson(row) for row in _lessons().filter(course=pk)])


def put_people(*pks: int) -> None:
    """Index these people as they are now. Two queries."""
    _store("person", [_of_person(row) for row in User.objects.filter(pk__in=pks)])


def refresh(entries: QuerySet[SearchEntry]) -> int:
    """Set what entries of posts and comments derive from rows other than their text; return how many were looked at."""
    post = Post.objects.filter(pk=OuterRef("post"))
    comment = Comment.objects.filter(pk=OuterRef("comment"))
    is_body = Exists(post.filter(number=1))
    kind = Case(
        When(is_body, then=Value(SearchKind.TOPIC)), default=Value(SearchKind.POST), output_field=CharField()
    )
    moved = entries.filter(post__isnull=False).update(
        is_live=Exists(post.filter(deleted_at=None, topic__deleted_at=None)),
        topic=Subquery(post.values("topic")[:1]),
        category=Subquery(post.values("topic__category")[:1]),
        created_at=Subquery(post.values("created_at")[:1]),
        kind=kind,
    )
    return moved + entries.filter(comment__isnull=False).update(
        is_live=Exists(comment.filter(deleted_at=None)), created_at=Subquery(comment.values("created_at")[:1])
    )


def catch_up(*, everything: bool = False, tell: Callable[[str, int], None] | None = None) -> int:
    """Index what is not indexed yet, or `everything` anew, in batches; refresh the rest. Return how many were written.

    `tell(name, count)` is called after each batch. It may be interrupted and begun again.
    """
    written = 0
    kinds: tuple[_Kind, ...] = (("post", _posts(), _of_post), ("comment", _comments(), _of_comment), *_named())
    for name, rows, entry in kinds:
        wanted: QuerySet[Any] = rows if everything else rows.filter(search_entry=None)
        after = 0
        while batch := list(wanted.filter(pk__gt=after).order_by("pk")[:BATCH]):
            after = batch[-1].pk
            written += _store(name, [entry(row) for row in batch])
            if tell is not None:
                tell(name, written)
    refresh(SearchEntry.objects.all())
    return written


def mend_names() -> int:
    """Index courses, lessons and people again where the index says something else than they do; return how many.

    An event that was lost (docs/adr/0004) leaves them so. All are read, what differs is written: 100,000 people take
    some ten seconds.
    """
    written = 0
    for name, rows, entry in _named():
        after = 0
        while batch := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
            after = batch[-1].pk
            known = SearchEntry.objects.in_bulk([row.pk for row in batch], field_name=f"{name}_id")
            made = [(row.pk, entry(row)) for row in batch]
            written += _store(name, [new for pk, new in made if pk not in known or _differ(known[pk], new)])
    return written


def _differ(known: SearchEntry, new: SearchEntry) -> bool:
    """Tell whether two entries of one thing differ in what can be read back; its words follow from that."""
    return any(getattr(known, column) != getattr(new, column) for column in _READABLE)


def _named() -> tuple[_Kind, ...]:
    """Return what is indexed when an event tells of it, not in the transaction that changes it."""
    people = ("person", User.objects.all(), _of_person)
    return (("course", Course.objects.all(), _of_course), ("lesson", _lessons(), _of_lesson), people)


def _posts() -> QuerySet[Post]:
    return Post.objects.select_related("topic")


def _comments() -> QuerySet[Comment]:
    return Comment.objects.select_related("lesson")


def _lessons() -> QuerySet[Lesson]:
    return Lesson.objects.select_related("course").without_text()


def _of_post(post: Post) -> SearchEntry:
    topic = post.topic
    return _entry(
        SearchKind.TOPIC if post.is_body else SearchKind.POST, post.content_html,
        title=topic.title if post.is_body else "", post=post, topic=topic, category_id=topic.category_id,
        author_id=post.author_id, revision=post.revision, created_at=post.created_at,
        is_live=post.deleted_at is None and topic.deleted_at is None,
    )  # fmt: skip


def _of_comment(comment: Comment) -> SearchEntry:
    within = comment.lesson.course_id if comment.lesson else comment.course_id
    return _entry(
        SearchKind.COMMENT, comment.content_html, comment=comment, within_id=within, author_id=comment.author_id,
        revision=comment.revision, created_at=comment.created_at, is_live=comment.deleted_at is None,
    )  # fmt: skip


def _of_course(course: Course) -> SearchEntry:
    return _entry(
        SearchKind.COURSE, f"{course.summary}\n{course.description_html}", title=course.title, course=course,
        within=course, author_id=course.instructor_id, revision=course.revision,
        created_at=course.published_at or course.created_at,
    )  # fmt: skip


def _of_lesson(lesson: Lesson) -> SearchEntry:
    course = lesson.course
    return _entry(
        SearchKind.LESSON, "", title=lesson.title, lesson=lesson, within=course,
        created_at=course.published_at or course.created_at,
    )  # fmt: skip


def _of_person(person: User) -> SearchEntry:
    name = "" if person.name == person.username else person.name
    return _entry(
        SearchKind.PERSON, "", title=f"{name} {person.username}".strip(), person=person,
        created_at=person.date_joined, is_live=person.is_active, is_private=not person.is_profile_public,
    )  # fmt: skip


def _entry(kind: str, html: str, *, title: str = "", **columns: Any) -> SearchEntry:
    title_words = [word.text for word in words(title)]
    title_stems = _known(map(stem, title_words))
    text_stems = _known(stem(word.text) for word in words(shown_text(html)))
    return SearchEntry(
        kind=kind, title=title[:TITLE_MAX], has_code=_CODE in html, title_words=title_stems,
        title_forms=_known(map(form, title_words)), words=[*title_stems, GAP, *text_stems][:WORDS_MAX], **columns,
    )  # fmt: skip


def _known(found: Iterable[str]) -> list[str]:
    return [word for word in found if word]


def _store(name: str, entries: Sequence[SearchEntry]) -> int:
    """Write the entries of things called `name`, whether they were indexed before or not. One statement."""
    if entries:
        SearchEntry.objects.bulk_create(
            entries, update_conflicts=True, unique_fields=[name], update_fields=_COLUMNS
        )
    return len(entries)
