"""Reading lists of topics. Each list costs the same number of queries however long it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Prefetch, Q, Value
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid
from forum.models import Category, Like, Post, Topic, TopicKind
from forum.models.topic import TopicQuerySet
from forum.selectors import reading
from forum.selectors.reading import UNREAD_CAP, Reader, joined, reader, with_state
from forum.selectors.search_titles import topic_titled

ORDERINGS = ("last_post_at", "created_at", "replies_count", "likes_count", "views_count")
TABS = ("latest", "new", "unread", "participating", "unanswered", "solved")
PERSONAL_TABS = ("new", "unread", "participating")


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


def topics(user: Any, who: Reader | None = None) -> TopicQuerySet:
    """Return the visible topics with what a row shows (`reading.with_state`). One query more unless `who` is given."""
    who = who or reader(user)
    return with_state(reading.listed(who), who).for_list()


def with_body(rows: TopicQuerySet, user: Any) -> TopicQuerySet:
    """Load the body as `bodies[0]` and annotate `is_liked`: what the API shows of a topic. One query more."""
    body = Prefetch("posts", queryset=Post.objects.filter(number=1), to_attr="bodies")
    liked: Any = Value(False, output_field=BooleanField())
    if user.is_authenticated:
        liked = Exists(Like.objects.filter(user_id=user.pk, post__topic=OuterRef("pk"), post__number=1))
    return rows.prefetch_related(body).annotate(is_liked=liked)


def filtered(rows: TopicQuerySet, filters: Filters) -> TopicQuerySet:
    """Apply what was asked; rows keep their order unless another one is asked. Raises Invalid on the field at fault."""
    if filters.tag:
        rows = rows.filter(tags__slug=filters.tag)
    if filters.author:
        rows = rows.filter(author__username__iexact=filters.author)
    if filters.is_solved:
        rows = rows.filter(best_answer__isnull=not _truth(filters.is_solved))
    if filters.q:
        rows = rows.filter(topic_titled(filters.q))
    if not filters.ordering:
        return rows
    if filters.ordering.removeprefix("-") not in ORDERINGS:
        raise Invalid(
            _("Order by one of: %(names)s.") % {"names": ", ".join(ORDERINGS)}, code="invalid_choice", field="ordering"
        )
    return rows.order_by(filters.ordering, "-pk" if filters.ordering.startswith("-") else "pk")


class TopicList:
    """Topics in an order, read a page at a time: its keys out of indexes alone, then its rows.

    A paginator takes it as it takes a queryset. `dress` loads more of each row.
    """

    ordered = True

    def __init__(
        self, rows: TopicQuerySet, who: Reader, dress: Callable[[TopicQuerySet], TopicQuerySet] | None = None
    ) -> None:
        self.rows, self.who, self.dress = rows, who, dress

    def count(self) -> int:
        return self.rows.count()

    def __getitem__(self, window: slice) -> list[Topic]:
        return self._shown(self.rows.values("pk")[window])

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._shown(self.rows.values("pk")))

    def _shown(self, keys: Any) -> list[Topic]:
        rows = joined(Topic.objects.filter(pk__in=keys), self.who).order_by(*self.rows.query.order_by)
        rows = with_state(rows, self.who).for_list()
        return list(self.dress(rows) if self.dress else rows)


def tab(user: Any, name: str, who: Reader | None = None, filters: Filters | None = None, **narrow: Any) -> TopicList:
    """Return the topics of one tab of the forum, or of a `category`. Visitors have no personal ones.

    latest, new, unread, participating (where one wrote), unanswered (questions), solved. Raises as `filtered`.
    """
    who = who or reader(user)
    rows = _narrowed(reading.listed(who).filter(**narrow), name, who)
    return TopicList(filtered(rows, filters) if filters else rows, who)


def _narrowed(rows: TopicQuerySet, name: str, who: Reader) -> TopicQuerySet:
    newest, lately = ("-created_at", "-pk"), ("-last_post_at", "-pk")
    if name == "new":
        return reading.new(rows, who).order_by(*newest)
    if name == "unread":
        return reading.unread(rows, who).order_by(*lately)
    if name == "participating":
        return rows.filter(_written_in(who.user)).order_by(*lately)
    if name == "unanswered":
        return rows.filter(kind=TopicKind.QUESTION, best_answer=None, replies_count=0).order_by(*newest)
    if name == "solved":
        return rows.filter(best_answer__isnull=False).order_by(*lately)
    return rows.pinned_first()


def unread(user: Any, who: Reader | None = None) -> TopicQuerySet:
    """Return what is unread, the latest first, without what a row shows."""
    who = who or reader(user)
    return _narrowed(reading.listed(who), "unread", who)


def unread_topics(user: Any, limit: int = 5) -> list[Topic]:
    """Return the first unread topics, for the home page. Three queries."""
    return tab(user, "unread")[:limit]


def unread_count(user: Any, who: Reader | None = None, **narrow: Any) -> int:
    """Return how many topics are unread (of a `category`), at most UNREAD_CAP. Two queries; one if `who` is given."""
    if not user.is_authenticated:
        return 0
    return unread(user, who).filter(**narrow).order_by()[:UNREAD_CAP].count()


def topics_by(user: Any, author: Any, limit: int = 5) -> list[Topic]:
    """Return the newest topics that `author` started and `user` may see, without their tags. One query."""
    rows = _live(user).filter(author=author).for_list().prefetch_related(None)
    return list(rows.order_by("-created_at", "-pk")[:limit])


def topics_about(user: Any, course: Any, limit: int = 3) -> list[Topic]:
    """Return the topics about `course` in which somebody wrote last, authors loaded. One query."""
    rows = _live(user).filter(course=course).select_related("author")
    return list(rows.order_by("-last_post_at", "-pk")[:limit])


def _live(user: Any) -> TopicQuerySet:
    return Topic.objects.listed_to(user)


def _written_in(user: Any) -> Q:
    if not user.is_authenticated:
        return Q(pk__in=[])
    return Q(pk__in=Post.objects.filter(author_id=user.pk, deleted_at=None).values("topic"))


def _truth(value: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
    except KeyError:
        raise Invalid(_("Say true or false."), code="invalid", field="is_solved") from None
