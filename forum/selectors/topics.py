"""Reading lists of topics. Each list costs the same number of queries however long it is."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, F, IntegerField, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid
from forum.models import Category, Like, Post, Topic, TopicKind, TopicRead
from forum.models.topic import TopicQuerySet

ORDERINGS = ("last_post_at", "created_at", "replies_count", "likes_count", "views_count")
TABS = ("latest", "unread", "unanswered")
UNREAD_CAP = 100  # a badge says 99+


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a reader asked of a list of topics; empty values ask nothing."""

    ordering: str = ""
    tag: str = ""
    author: str = ""
    is_solved: str = ""
    q: str = ""


def categories(user: Any) -> list[Category]:
    """Return the visible categories in their order. One query."""
    return list(Category.objects.visible_to(user))


def topics(user: Any) -> TopicQuerySet:
    """Return the visible topics with what a row shows; `unread` says that posts came after the last one read."""
    return with_unread(Topic.objects.visible_to(user).live(), user).for_list()


def with_unread(rows: TopicQuerySet, user: Any) -> TopicQuerySet:
    """Annotate `last_read` (0 where never opened) and `unread`."""
    if not user.is_authenticated:
        never = Value(0, output_field=IntegerField())
        return rows.annotate(last_read=never, unread=Value(False, output_field=BooleanField()))
    read = TopicRead.objects.filter(user_id=user.pk, topic=OuterRef("pk")).values("last_read_number")[:1]
    return rows.annotate(last_read=Coalesce(Subquery(read), 0)).annotate(
        unread=Q(last_read__gt=0, last_post_number__gt=F("last_read"))
    )


def with_body(rows: TopicQuerySet, user: Any) -> TopicQuerySet:
    """Load the body as `bodies[0]` and annotate `is_liked`: what the API shows of a topic. One query more."""
    body = Prefetch("posts", queryset=Post.objects.filter(number=1), to_attr="bodies")
    liked: Any = Value(False, output_field=BooleanField())
    if user.is_authenticated:
        liked = Exists(Like.objects.filter(user_id=user.pk, post__topic=OuterRef("pk"), post__number=1))
    return rows.prefetch_related(body).annotate(is_liked=liked)


def filtered(rows: TopicQuerySet, filters: Filters) -> TopicQuerySet:
    """Apply what was asked. Raises Invalid on `ordering` or `is_solved`."""
    if filters.tag:
        rows = rows.filter(tags__slug=filters.tag)
    if filters.author:
        rows = rows.filter(author__username__iexact=filters.author)
    if filters.is_solved:
        rows = rows.filter(best_answer__isnull=not _truth(filters.is_solved))
    if filters.q:
        rows = rows.filter(title_has(filters.q))
    if not filters.ordering:
        return rows.pinned_first()
    if filters.ordering.removeprefix("-") not in ORDERINGS:
        raise Invalid(
            _("Order by one of: %(names)s.") % {"names": ", ".join(ORDERINGS)}, code="invalid_choice", field="ordering"
        )
    return rows.order_by(filters.ordering, "-pk" if filters.ordering.startswith("-") else "pk")


def title_has(words: str) -> Q:
    """Match titles that hold all words, in any case. SQLite folds ASCII only, so usual spellings are tried too."""
    found = Q()
    for word in words.split()[:10]:
        spellings = {word, word.lower(), word.upper(), word.capitalize()}
        either = Q(title__icontains=word)
        for spelling in sorted(spellings):
            either |= Q(title__contains=spelling)
        found &= either
    return found


def tab(user: Any, name: str) -> TopicQuerySet:
    """Return the topics of one tab of the forum's front page."""
    if name == "unread":
        return unread(user)
    if name == "unanswered":
        questions = topics(user).filter(kind=TopicKind.QUESTION, best_answer=None, replies_count=0)
        return questions.order_by("-created_at", "-pk")
    return topics(user).pinned_first()


def unread(user: Any) -> TopicQuerySet:
    """Return topics that `user` has read or written in and that have newer posts, the latest first."""
    if not user.is_authenticated:
        return topics(user).none()
    behind = TopicRead.objects.filter(
        user_id=user.pk, topic=OuterRef("pk"), last_read_number__lt=OuterRef("last_post_number")
    )
    return topics(user).filter(Exists(behind)).order_by("-last_post_at", "-pk")


def unread_topics(user: Any, limit: int = 5) -> list[Topic]:
    """Return the first unread topics, for the home page. Two queries."""
    return list(unread(user)[:limit])


def unread_count(user: Any) -> int:
    """Return how many topics are unread, at most UNREAD_CAP. One query."""
    if not user.is_authenticated:
        return 0
    rows = TopicRead.objects.filter(
        user_id=user.pk, topic__deleted_at=None, topic__last_post_number__gt=F("last_read_number")
    )
    if not user.is_moderator:
        rows = rows.filter(topic__category__is_hidden=False)
    return rows[:UNREAD_CAP].count()


def search_topics(user: Any, q: str) -> TopicQuerySet:
    """Return the topics whose titles hold the words of `q`, the latest first; none for no words."""
    rows = topics(user)
    return rows.filter(title_has(q)).order_by("-last_post_at", "-pk") if q.split() else rows.none()


def topics_by(user: Any, author: Any, limit: int = 5) -> list[Topic]:
    """Return the newest topics that `author` started and `user` may see. Two queries."""
    return list(topics(user).filter(author=author).order_by("-created_at", "-pk")[:limit])


def _truth(value: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
    except KeyError:
        raise Invalid(_("Say true or false."), code="invalid", field="is_solved") from None
