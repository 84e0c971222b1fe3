"""What is new and what is unread for a person: one definition for lists, dots, badges and the API.

A topic is *new* when the person never opened it and it was begun by somebody else after they joined. It is *unread*
when they opened it, or track it, and somebody else has written there since. Both look no further back than the horizon
and the person's "all read" marks, and neither counts what is muted, deleted, hidden or not visible (any more). One's
own posts are never unread.

`joined` comes first and once; the other functions read what it joins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    PositiveSmallIntegerField,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from forum.limits import UNREAD_HORIZON_DAYS
from forum.models import Category, Post, ReadMark, Topic, Watch, WatchLevel
from forum.models.topic import TopicQuerySet
from profiles.models import Block

SHELVES = ("category", "tag", "course")  # what a Watch is about
UNREAD_CAP = 100  # a badge says 99+
Levels = Mapping[int, WatchLevel]


@dataclass(frozen=True, slots=True)
class Reader:
    """A person with what they marked as read and how closely they watch each category, tag and course.

    `since` is when the horizon or the "all read" of the whole forum ends, whichever is later; `marks` hold the
    categories that were read later than that. `begun` says since when a shelf is watched. `visible` are the keys of
    the categories that they see, None where that was not asked: as constants they halve the planning of a list.
    `unheard` are the people whom they ignore or block: their topics are not listed, their posts are no news.
    """

    user: Any
    since: datetime
    visible: tuple[int, ...] | None = None
    marks: Mapping[int, datetime] = field(default_factory=dict)
    levels: Mapping[str, Levels] = field(default_factory=lambda: {shelf: {} for shelf in SHELVES})
    begun: Mapping[tuple[str, int], datetime] = field(default_factory=dict)
    unheard: tuple[int, ...] = ()

    def at(self, shelf: str, *levels: WatchLevel) -> list[int]:
        """Return the keys of the shelves of this kind that are watched at one of `levels`."""
        return [pk for pk, level in self.levels[shelf].items() if level in levels]

    def level(self, shelf: str, pk: int) -> WatchLevel:
        return self.levels[shelf].get(pk, WatchLevel.NORMAL)


def reader(user: Any) -> Reader:
    """Load what `user` marked, watches and sees. One query; none for visitors."""
    since = timezone.now() - timedelta(days=UNREAD_HORIZON_DAYS)
    if not user.is_authenticated:
        return Reader(user, since)
    names = ("of_category", "of_tag", "of_course", "how", "when")
    nothing = {name: Cast(Value(None), BigIntegerField()) for name in ("of_tag", "of_course")}
    watches = Watch.objects.filter(user_id=user.pk).annotate(
        of_category=F("category_id"), of_tag=F("tag_id"), of_course=F("course_id"), how=F("level"), when=F("created_at")
    )
    marks = ReadMark.objects.filter(user_id=user.pk).annotate(
        of_category=F("category_id"), **nothing, how=_small(_MARK), when=F("read_at")
    )
    shelves = Category.objects.visible_to(user).order_by().annotate(
        of_category=F("pk"), **nothing, how=_small(_SEEN), when=Cast(Value(None), DateTimeField())
    )  # fmt: skip
    ignored = Block.objects.filter(user_id=user.pk).order_by().annotate(
        of_category=F("other_id"), **nothing, how=_small(_UNHEARD), when=Cast(Value(None), DateTimeField())
    )  # fmt: skip
    parts = [rows.values_list(*names) for rows in (watches, marks, shelves, ignored)]
    found = list(parts[0].union(*parts[1:], all=True))
    read = {row[0]: row[4] for row in found if row[3] == _MARK}
    since = max(since, read.pop(None, since))
    levels: dict[str, dict[int, WatchLevel]] = {shelf: {} for shelf in SHELVES}
    begun = {}
    for *keys, how, when in found:
        for shelf, pk in zip(SHELVES, keys, strict=True):
            if how < _MARK and pk is not None:
                levels[shelf][pk], begun[shelf, pk] = WatchLevel(how), when
    return Reader(
        user=user,
        since=since,
        visible=tuple(sorted(row[0] for row in found if row[3] == _SEEN)),
        marks={pk: at for pk, at in read.items() if at > since},
        levels=levels,
        begun=begun,
        unheard=tuple(sorted(row[0] for row in found if row[3] == _UNHEARD)),
    )


_MARK, _SEEN, _UNHEARD = 8, 9, 10  # what a row of `reader` is, where it is no level


def _small(value: int) -> Cast:
    return Cast(Value(value), PositiveSmallIntegerField())


def listed(who: Reader) -> TopicQuerySet:
    """Return the topics that are listed to the person, with `joined`. Nothing that people began whom they ignore."""
    if who.visible is None:
        return joined(Topic.objects.listed_to(who.user), who)
    rows = Topic.objects.live().filter(category__in=who.visible)
    return joined(rows.exclude(author__in=who.unheard) if who.unheard else rows, who)


def joined(rows: TopicQuerySet, who: Reader) -> TopicQuerySet:
    """Join the person's own row of each topic as `mine`, and when their unread time begins there as `since`."""
    if not who.user.is_authenticated:
        return rows
    whens = [When(category_id=pk, then=Value(at)) for pk, at in sorted(who.marks.items())]
    since = Case(*whens, default=Value(who.since), output_field=DateTimeField())
    return rows.alias(mine=_mine(who.user), since=since)


def with_state(rows: TopicQuerySet, who: Reader) -> TopicQuerySet:
    """Annotate what a row of a list shows: `last_read` (0: never opened), `unread`, `is_new`, `posts_after`.

    `posts_after` counts what was written by others among the next 100 numbers; it may be None or 0 where more than
    that are gone. It says nothing of a topic that is not unread: `Topic.new_posts` knows both.
    """
    if not who.user.is_authenticated:
        no, none = Value(False, output_field=BooleanField()), Value(0, output_field=IntegerField())
        return rows.annotate(last_read=none, unread=no, is_new=no, posts_after=none)
    rows = rows.annotate(last_read=_last_read())
    unread, new = (Case(When(held, then=True), default=False) for held in (_is_unread(who), _is_new(who)))
    return rows.annotate(unread=unread, is_new=new, posts_after=_count(who))


def with_last_read(rows: TopicQuerySet, user: Any) -> TopicQuerySet:
    """Annotate `last_read`: the number up to which `user` read, 0 where they never opened it."""
    if not user.is_authenticated:
        return rows.annotate(last_read=Value(0, output_field=IntegerField()))
    return rows.alias(mine=_mine(user)).annotate(last_read=_last_read())


def unread(rows: TopicQuerySet, who: Reader) -> TopicQuerySet:
    """Narrow `rows` to those that are unread."""
    return rows.filter(_is_unread(who)) if who.user.is_authenticated else rows.none()


def new(rows: TopicQuerySet, who: Reader) -> TopicQuerySet:
    """Narrow `rows` to those that are new."""
    return rows.filter(_is_new(who)) if who.user.is_authenticated else rows.none()


def first_unread(user: Any, topic: Topic, last_read: int) -> int | None:
    """Return the number of the first post after `last_read` that is news to `user`, None when there is none. One query.

    It is by somebody else, and by nobody whom they ignore: as what counts as unread.
    """
    rows = Post.objects.filter(topic=topic, number__gt=last_read, deleted_at=None).exclude(author_id=user.pk)
    heard = rows.exclude(author__in=user.blocks.values("other"))
    return heard.order_by("number").values_list("number", flat=True).first()


def _mine(user: Any) -> FilteredRelation:
    return FilteredRelation("reads", condition=Q(reads__user_id=user.pk))


def _last_read() -> Coalesce:
    return Coalesce(F("mine__last_read_number"), 0)


def _others(who: Reader) -> Any:
    """Return the posts of the outer topic that others wrote after what was read."""
    rows = Post.objects.filter(topic=OuterRef("pk"), deleted_at=None, created_at__gt=OuterRef("since"))
    read = OuterRef("mine__last_read_number")
    tracked = bool(_tracked(who))
    return rows.filter(number__gt=Coalesce(read, 0) if tracked else read).exclude(_quiet(who, "author"))


def _quiet(who: Reader, person: str) -> Q:
    """Match what is no news to the person: by themselves, or by whom they ignore."""
    if not who.unheard:
        return Q(**{f"{person}_id": who.user.pk})
    return Q(**{f"{person}_id__in": (who.user.pk, *who.unheard)})


def _count(who: Reader) -> Subquery:
    near = _others(who).filter(number__lte=Coalesce(OuterRef("mine__last_read_number"), 0) + UNREAD_CAP)
    return Subquery(near.order_by().values("topic").annotate(n=Count("pk")).values("n"))


def _is_unread(who: Reader) -> Q:
    opened = Q(mine__last_read_number__gt=0, last_post_number__gt=F("mine__last_read_number"))
    # Chosen before it was opened: what was there then is not news.
    chosen = Q(
        mine__level__gte=WatchLevel.TRACKING, mine__last_read_number=0, last_post_at__gt=F("mine__read_at")
    )
    followed = opened | chosen
    if shelves := _tracked(who):
        followed |= Q(mine__isnull=True) & shelves
    # The second condition says the same again in a way that an index understands.
    recent = Q(last_post_at__gt=F("since")) & Q(last_post_at__gt=who.since)
    # Mostly the newest post tells: by somebody else, and written since. Only else the posts are asked.
    tells = ~_quiet(who, "last_post_author") & Q(last_post_at__gt=F("mine__read_at"))
    return followed & recent & _is_not_muted(who) & (tells | Q(Exists(_others(who))))


def _is_new(who: Reader) -> Q:
    never = Q(mine__isnull=True) | Q(mine__last_read_number=0)
    since = max(who.since, who.user.date_joined)
    recent = Q(created_at__gt=F("since")) & Q(created_at__gt=since)
    return never & recent & ~Q(author_id=who.user.pk) & _is_not_muted(who)


def _tracked(who: Reader) -> Q:
    """Match topics that stand on a tracked or watched shelf and were written in since it is watched; {} for none."""
    found = Q()
    for shelf in SHELVES:
        for pk in who.at(shelf, WatchLevel.TRACKING, WatchLevel.WATCHING):
            found |= _on(shelf, [pk]) & Q(last_post_at__gt=who.begun[shelf, pk])
    return found


def _is_not_muted(who: Reader) -> Q:
    """Match what the person muted neither itself nor, where they chose nothing for the topic, with its shelf.

    Said without "not" about the joined row: Django would ask for that in a query of its own.
    """
    matched = Q(mine__level__isnull=True) | Q(mine__level__gt=WatchLevel.MUTED)
    muted = Q()
    for shelf in SHELVES:
        if keys := who.at(shelf, WatchLevel.MUTED):
            muted |= _on(shelf, keys)
    return matched & (Q(mine__is_manual=True) | ~muted) if muted else matched


def _on(shelf: str, keys: list[int]) -> Q:
    """Match the topics of these categories, courses or tags."""
    if shelf != "tag":
        return Q(**{f"{shelf}_id__in": keys})
    return Q(Exists(Topic.tags.through.objects.filter(topic=OuterRef("pk"), tag__in=keys)))
