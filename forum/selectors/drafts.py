"""Drafts with the places they were begun for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import JSONField, Subquery
from django.utils.translation import gettext as _

from community_platform.core.markdown import excerpt
from courses.models import Course, Lesson
from forum.models import Comment, Draft, Post, Topic
from forum.models.topic import TopicQuerySet
from forum.selectors.comments import visible_comments

EXCERPT = 180  # characters


@dataclass(frozen=True, slots=True)
class Target:
    """Where a draft goes on: the page with its form, and what it will be."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An open draft; `target` is None where its place is gone or not to be seen any more."""

    draft: Draft
    target: Target | None

    @property
    def title(self) -> str:
        return str(self.draft.payload.get("title", ""))

    @property
    def content(self) -> str:
        return str(self.draft.payload.get("content", ""))

    @property
    def excerpt(self) -> str:
        return excerpt(self.content, EXCERPT)


def open_drafts(user: Any) -> Any:
    """Return the drafts of `user` that hold words, the latest first."""
    return Draft.objects.filter(user=user).exclude(payload={}).order_by("-updated_at", "-pk")


def draft_seq(user: Any, key: str) -> int | None:
    """Return the number of the draft, None where there is none. One query."""
    return Draft.objects.filter(user=user, key=key).values_list("seq", flat=True).first()


def with_targets(user: Any, drafts: Iterable[Draft]) -> list[Kept]:
    """Return `drafts` with their places, as `user` may see them. At most five queries."""
    rows = list(drafts)
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        kind, number = row.key.rsplit(":", 1)
        if number.isdecimal():
            wanted[kind].add(int(number))
    found: dict[str, Target] = {"topic:new": Target(_("New topic"), "/forum/new/")}
    found |= _topics(user, wanted["reply"], wanted["edit-topic"])
    found |= _posts(user, wanted["edit-post"])
    found |= _comments(user, wanted["comment-reply"], wanted["edit-comment"])
    found |= _targets(user, wanted["comment:course"], wanted["comment:lesson"])
    return [Kept(row, found.get(row.key)) for row in rows]


def with_draft(rows: TopicQuerySet, user: Any, pk: int) -> TopicQuerySet:
    """Annotate `draft_seq` and `draft_payload`, the reply that `user` began in topic `pk`. No query of its own."""
    if not user.is_authenticated:
        return rows
    mine = Draft.objects.filter(user_id=user.pk, key=f"reply:{pk}")
    return rows.annotate(
        draft_seq=Subquery(mine.values("seq")[:1]),
        draft_payload=Subquery(mine.values("payload")[:1], output_field=JSONField()),
    )


def draft_on(topic: Any, user: Any) -> Draft:
    """Return the draft that `with_draft` loaded, empty where there is none."""
    seq, payload = getattr(topic, "draft_seq", None), getattr(topic, "draft_payload", None)
    return Draft(key=f"reply:{topic.pk}", seq=seq or 0, payload=payload or {})


def _topics(user: Any, replies: set[int], edits: set[int]) -> dict[str, Target]:
    if not replies | edits:
        return {}
    found = {}
    for topic in Topic.objects.visible_to(user).live().filter(pk__in=replies | edits):
        about, path = {"title": topic.title}, topic.get_absolute_url()
        found[f"reply:{topic.pk}"] = Target(_("Reply in “%(title)s”") % about, f"{path}?page=last#reply")
        found[f"edit-topic:{topic.pk}"] = Target(_("Edit of “%(title)s”") % about, f"{path}edit/")
    return found


def _posts(user: Any, edits: set[int]) -> dict[str, Target]:
    if not edits:
        return {}
    rows = Post.objects.visible_to(user).filter(pk__in=edits).select_related("topic")
    label = _("Edit of post #%(number)d in “%(title)s”")
    return {
        f"edit-post:{row.pk}": Target(
            label % {"number": row.number, "title": row.topic.title}, f"{row.get_absolute_url()}edit/"
        )
        for row in rows
    }


def _comments(user: Any, replies: set[int], edits: set[int]) -> dict[str, Target]:
    if not replies | edits:
        return {}
    found = {}
    rows: Iterable[Comment] = visible_comments(user).filter(pk__in=replies | edits)
    for row in rows:
        about, path = {"name": row.author.name, "title": row.target.title}, row.get_absolute_url()
        reply = _("Reply to %(name)s below “%(title)s”") % about
        found[f"comment-reply:{row.pk}"] = Target(reply, f"{path}reply/")
        found[f"edit-comment:{row.pk}"] = Target(_("Edit of a comment below “%(title)s”") % about, f"{path}edit/")
    return found


def _targets(user: Any, courses: set[int], lessons: set[int]) -> dict[str, Target]:
    found = {}
    label = _("Comment on “%(title)s”")
    if courses:
        for course in Course.objects.visible_to(user).filter(pk__in=courses):
            url = f"/forum/comments/course/{course.pk}/"
            found[f"comment:course:{course.pk}"] = Target(label % {"title": course.title}, url)
    if lessons:
        for lesson in Lesson.objects.visible_to(user).filter(pk__in=lessons):
            url = f"/forum/comments/lesson/{lesson.pk}/"
            found[f"comment:lesson:{lesson.pk}"] = Target(label % {"title": lesson.title}, url)
    return found
