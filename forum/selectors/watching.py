"""How closely people watch a topic: their own choice, else what they chose for its shelves, else what came by itself.

The order of strength: (1) the level chosen for the topic; (2) muted, where its category, its course or one of its tags
is muted: nothing automatic overrides what somebody chose; (3) the highest of the levels of these shelves and of the
automatic one of the topic (its author watches it, who replied tracks it); (4) normal. Watching therefore beats muted
only where it was chosen for the topic itself.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from courses.models import Course
from forum.models import Audience, Category, Topic, TopicRead, Watch, WatchLevel
from forum.models.topic import TopicQuerySet
from forum.selectors.reading import SHELVES
from profiles.models import User

TOPICS_SHOWN = 200  # of those that somebody watches, the latest


@dataclass(frozen=True, slots=True)
class Watched:
    """One line of what a person watches: a topic, category, tag or course, and how closely."""

    kind: str
    thing: Any
    level: WatchLevel

    @property
    def name(self) -> str:
        return self.level.name.lower()


def with_level(rows: TopicQuerySet, user: Any) -> TopicQuerySet:
    """Annotate `own_level`, `is_chosen` and `shelf_level` (None: nothing chosen); `level_of` reads them."""
    if not user.is_authenticated:
        return rows
    own = TopicRead.objects.filter(user_id=user.pk, topic=OuterRef("pk"))
    shelves = Watch.objects.filter(_stands_on(), user_id=user.pk)
    muted_first = Case(When(level=WatchLevel.MUTED, then=9), default=F("level"), output_field=IntegerField())
    return rows.annotate(
        own_level=Subquery(own.values("level")[:1]),
        is_chosen=Subquery(own.values("is_manual")[:1]),
        shelf_level=Subquery(shelves.order_by(muted_first.desc()).values("level")[:1]),
    )


def level_of(topic: Any) -> WatchLevel:
    """Return how closely the person of `with_level` watches the topic. No query."""
    return effective(topic.own_level, bool(topic.is_chosen), topic.shelf_level)


def effective(own: int | None, is_chosen: bool, shelf: int | None) -> WatchLevel:
    """Return the level that holds. `shelf` is muted if one of the shelves is, else the highest of theirs."""
    if own is not None and is_chosen:
        return WatchLevel(own)
    if shelf == WatchLevel.MUTED:
        return WatchLevel.MUTED
    return WatchLevel(max(WatchLevel.NORMAL, own or 0, shelf or 0))


def listeners(topic: Topic) -> QuerySet[User]:
    """Return who watches `topic`, by primary key: active, not suspended. Whether they see it, `readers_of` says."""
    own = TopicRead.objects.filter(topic=topic)
    shelves = Watch.objects.filter(_shelves_of(topic))
    chosen = own.filter(is_manual=True)
    by_itself = own.filter(is_manual=False, level=WatchLevel.WATCHING).values("user")
    watching = by_itself.union(shelves.filter(level=WatchLevel.WATCHING).values("user"))
    muted = shelves.filter(level=WatchLevel.MUTED).values("user")
    loosely = Q(pk__in=watching) & ~Q(pk__in=chosen.values("user")) & ~Q(pk__in=muted)
    loud = chosen.filter(level=WatchLevel.WATCHING).values("user")
    return reachable().filter(Q(pk__in=loud) | loosely).order_by("pk")


def muted_by(topic: Topic, people: list[int]) -> set[int]:
    """Return those of `people` for whom `topic` is muted. Two queries."""
    own = TopicRead.objects.filter(topic=topic, user__in=people, is_manual=True)
    levels = dict(own.values_list("user_id", "level"))
    shelves = Watch.objects.filter(_shelves_of(topic), user__in=people, level=WatchLevel.MUTED)
    by_shelf = set(shelves.values_list("user_id", flat=True)) - set(levels)
    return by_shelf | {pk for pk, level in levels.items() if level == WatchLevel.MUTED}


def reachable() -> QuerySet[User]:
    """Return the people who may be told anything: active, not suspended."""
    suspended = Q(suspended_until__gt=timezone.now())
    return User.objects.with_roles().filter(is_active=True).exclude(suspended)


def readers_of(topic: Topic, people: QuerySet[User] | list[User]) -> list[User]:
    """Return those of `people` (roles loaded) who see `topic`. No query where every member does, else one a person."""
    rows = Topic.objects.filter(pk=topic.pk)
    if topic.category.audience in {Audience.EVERYONE, Audience.MEMBERS}:
        return list(people) if rows.live().exists() else []
    return [
        person for person in people if Topic.objects.visible_to(person).live().filter(pk=topic.pk).exists()
    ]


def watches(user: Any) -> list[Watched]:
    """Return all that `user` watches, tracks or muted and still sees, by kind and name. Two queries."""
    visible = Q(category__in=Category.objects.visible_to(user)) | Q(
        course__in=Course.objects.visible_to(user)
    )
    rows = Watch.objects.filter(visible | Q(tag__isnull=False), user_id=user.pk)
    found = []
    for row in rows.select_related(*SHELVES):
        kind = next(name for name in SHELVES if getattr(row, f"{name}_id") is not None)
        found.append(Watched(kind, getattr(row, kind), WatchLevel(row.level)))
    found.sort(key=lambda one: (SHELVES.index(one.kind), str(one.thing).lower()))
    mine = FilteredRelation("reads", condition=Q(reads__user_id=user.pk))
    topics = Topic.objects.visible_to(user).live().alias(mine=mine).annotate(own_level=F("mine__level"))
    chosen = (
        topics.filter(mine__is_manual=True).exclude(own_level=WatchLevel.NORMAL).select_related("category")
    )
    newest = chosen.order_by("-last_post_at", "-pk")[:TOPICS_SHOWN]
    return found + [Watched("topic", topic, WatchLevel(topic.own_level)) for topic in newest]


def _stands_on() -> Q:
    """Match the watches of the shelves of the outer topic."""
    tags = Topic.tags.through.objects.filter(topic=OuterRef(OuterRef("pk"))).values("tag")
    return Q(category=OuterRef("category")) | Q(course=OuterRef("course")) | Q(tag__in=tags)


def _shelves_of(topic: Topic) -> Q:
    tags = Topic.tags.through.objects.filter(topic=topic.pk).values("tag")
    shelves = Q(category=topic.category_id) | Q(tag__in=tags)
    return shelves | Q(course=topic.course_id) if topic.course_id is not None else shelves
