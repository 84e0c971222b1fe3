"""What is found, with all that a result shows. Each kind of thing costs one query, however many there are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from community_platform.core.markdown.shown import shown_text
from courses.models import Course, Lesson
from forum.models import Comment, Post
from forum.models.search import SearchKind
from forum.selectors.search_snippets import Marker
from profiles.models import User
from profiles.privacy import seen_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One result. `crumbs` are (name, address) of what it stands in; `topic` is set for topics and replies."""

    type: str
    id: int
    title: str
    title_html: SafeString
    snippet_html: SafeString
    url: str
    author: User | None
    created_at: datetime
    icon: str
    crumbs: Sequence[tuple[str, str]] = ()
    is_solved: bool = False  # a topic with a best answer, or that answer

    @property
    def type_name(self) -> str:
        return str(SearchKind(self.type).label)


@dataclass(frozen=True, slots=True)
class Found:
    """The key of one found thing: enough to load it."""

    kind: str
    key: int  # of the post, comment, course, lesson or person


Loader = Callable[[Any, Iterable[int], Marker], dict[int, Hit]]


def load(user: Any, found: Sequence[Found], marker: Marker) -> list[Hit]:
    """Return the hits in the order of `found`; what `user` may no longer see is left out."""
    keys: dict[Loader, list[int]] = {}
    for each in found:
        keys.setdefault(_LOADERS[each.kind], []).append(each.key)
    hits = {loader: loader(user, wanted, marker) for loader, wanted in keys.items()}
    loaded = (hits[_LOADERS[each.kind]].get(each.key) for each in found)
    return [hit for hit in loaded if hit is not None]


def _posts(user: Any, keys: Iterable[int], marker: Marker) -> dict[int, Hit]:
    rows = Post.objects.visible_to(user).filter(pk__in=keys, deleted_at=None, topic__deleted_at=None)
    return {
        row.pk: _topic(row, marker) if row.is_body else _reply(row, marker)
        for row in rows.select_related("author", "topic__category")
    }


def _topic(body: Post, marker: Marker) -> Hit:
    topic = body.topic
    icon = {"question": "circle-question-mark", "announcement": "megaphone"}.get(
        topic.kind, "messages-square"
    )
    return Hit(
        type=SearchKind.TOPIC, id=topic.pk, url=topic.get_absolute_url(), author=body.author, icon=icon,
        title=topic.title, title_html=marker.title(topic.title), created_at=topic.created_at,
        snippet_html=marker.snippet(shown_text(body.content_html)), is_solved=topic.is_solved,
        crumbs=[(topic.category.name, topic.category.get_absolute_url())],
    )  # fmt: skip


def _reply(post: Post, marker: Marker) -> Hit:
    topic = post.topic
    return Hit(
        type=SearchKind.POST, id=post.pk, url=post.get_absolute_url(), author=post.author, icon="reply",
        title=topic.title, title_html=marker.title(topic.title), created_at=post.created_at,
        snippet_html=marker.snippet(shown_text(post.content_html)), is_solved=topic.best_answer_id == post.pk,
        crumbs=[(topic.category.name, topic.category.get_absolute_url())],
    )  # fmt: skip


def _comments(user: Any, keys: Iterable[int], marker: Marker) -> dict[int, Hit]:
    rows = Comment.objects.visible_to(user).filter(pk__in=keys, deleted_at=None)
    hits = {}
    for row in rows.select_related("author", "course", "lesson__course"):
        target = row.target
        course = target if isinstance(target, Course) else target.course
        above = [] if target is course else [(course.title, course.get_absolute_url())]
        hits[row.pk] = Hit(
            type=SearchKind.COMMENT, id=row.pk, url=row.get_absolute_url(), author=row.author, icon="message-circle",
            title=target.title, title_html=marker.title(target.title), created_at=row.created_at,
            snippet_html=marker.snippet(shown_text(row.content_html)), crumbs=above,
        )  # fmt: skip
    return hits


def _courses(user: Any, keys: Iterable[int], marker: Marker) -> dict[int, Hit]:
    rows = Course.objects.visible_to(user).filter(pk__in=keys).for_card()
    return {
        row.pk: Hit(
            type=SearchKind.COURSE, id=row.pk, url=row.get_absolute_url(), author=row.instructor, icon="book-open",
            title=row.title, title_html=marker.title(row.title), created_at=row.published_at or row.created_at,
            snippet_html=marker.snippet(row.summary),
            crumbs=[(row.category.name, f"/courses/?category={row.category.slug}")],
        )
        for row in rows
    }  # fmt: skip


def _lessons(user: Any, keys: Iterable[int], marker: Marker) -> dict[int, Hit]:
    icons = {"video": "circle-play", "quiz": "list-checks"}
    rows = Lesson.objects.visible_to(user).filter(pk__in=keys).without_text()
    return {
        row.pk: Hit(
            type=SearchKind.LESSON, id=row.pk, url=row.get_absolute_url(), author=row.course.instructor,
            icon=icons.get(row.kind, "file-text"), title=row.title, title_html=marker.title(row.title),
            created_at=row.course.published_at or row.course.created_at,
            snippet_html=marker.snippet(row.section.title),
            crumbs=[(row.course.title, row.course.get_absolute_url())],
        )
        for row in rows.select_related("course__instructor", "section")
    }  # fmt: skip


def _people(user: Any, keys: Iterable[int], marker: Marker) -> dict[int, Hit]:
    rows = User.objects.filter(seen_by(user), pk__in=keys)
    return {
        row.pk: Hit(
            type=SearchKind.PERSON, id=row.pk, url=row.get_absolute_url(), author=row, icon="user",
            title=row.name, title_html=marker.title(row.name), created_at=row.date_joined,
            snippet_html=marker.snippet(f"@{row.username}"),
        )
        for row in rows
    }  # fmt: skip


_LOADERS: dict[str, Loader] = {
    SearchKind.TOPIC: _posts,
    SearchKind.POST: _posts,
    SearchKind.COMMENT: _comments,
    SearchKind.COURSE: _courses,
    SearchKind.LESSON: _lessons,
    SearchKind.PERSON: _people,
}
