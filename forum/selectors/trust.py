"""Trust levels: what a person has done, and which level that earns. One query, for one person as for all."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community_platform.core.consistency import count_of, sum_of
from community_platform.core.rates import level_of
from courses.models import LessonProgress
from forum.limits import TRUST_LESSONS, TRUST_NEEDS
from forum.models import Comment, Like, Post, TopicRead
from profiles.limits import TRUST_CAP_DAYS, TRUST_CAPS
from profiles.models import Penalty, User

READING = ("topics_read", "posts_read")
LABELS: dict[str, Promise] = {
    "topics_read": _("Topics opened"),
    "posts_read": _("Posts read"),
    "lessons": _("Lessons finished"),
    "days": _("Days since you joined"),
    "likes_given": _("Likes given"),
    "likes_received": _("Likes received"),
    "replies": _("Replies written"),
    "days_without_penalty": _("Days without a penalty"),
}
GRANTS: dict[int, Promise] = {
    0: _("Reads and writes, within the limits for new members."),
    1: _("More links, mentions and pictures in a text; no waiting between posts of a new member."),
    2: _("More likes, reports, pictures and topics a day; reports count twice."),
    3: _("The widest limits; what teachers and moderators have from the start."),
}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a level asks for."""

    name: str
    label: str
    value: int
    target: int

    @property
    def is_met(self) -> bool:
        return self.value >= self.target


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands. `level` is earned, `acts_as` what limits go by; `needs` are of the next level.

    `or_lessons` is the other way to what `needs` asks to be read.
    """

    level: int
    acts_as: int
    next_level: int | None
    needs: tuple[Need, ...]
    or_lessons: Need | None
    is_capped: bool


def with_figures(people: QuerySet[User]) -> QuerySet[User]:
    """Annotate what levels are earned by, as `_topics_read` and so on, and what penalties take."""
    since = timezone.now() - timedelta(days=TRUST_CAP_DAYS)
    remembered = Penalty.objects.filter(
        Q(starts_at__gt=since) | Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    )
    penalties = remembered.filter(user=OuterRef("pk"), lifted_at=None)
    capping = {cap: [kind for kind, at in TRUST_CAPS.items() if at == cap] for cap in (0, 1)}
    reads = TopicRead.objects.filter(last_read_number__gt=0)
    live_posts, live_comments = Post.objects.filter(deleted_at=None), Comment.objects.filter(deleted_at=None)
    return people.annotate(
        _topics_read=count_of(reads, "user"),
        _posts_read=sum_of(reads, "user", "last_read_number"),
        _lessons=count_of(LessonProgress.objects.exclude(completed_at=None), "user"),
        _likes_given=count_of(Like.objects.all(), "user"),
        _likes_received=sum_of(live_posts, "author", "likes_count")
        + sum_of(live_comments, "author", "likes_count"),
        _replies=count_of(live_posts.filter(number__gt=1), "author"),
        _penalised=Exists(penalties),
        _capped_at_0=Exists(penalties.filter(kind__in=capping[0])),
        _capped_at_1=Exists(penalties.filter(kind__in=capping[1])),
    )


def figures_of(row: Any) -> dict[str, int]:
    """Return what the person of an annotated row has done, by the names that levels ask for."""
    figures = {name: int(getattr(row, f"_{name}", 0)) for name in LABELS}
    figures["days"] = (timezone.now() - row.date_joined).days
    figures["days_without_penalty"] = 0 if row._penalised else TRUST_CAP_DAYS
    return figures


def earned_level(row: Any) -> int:
    """Return the highest level that an annotated row has earned; what penalties take is left out."""
    figures = figures_of(row)
    read = figures["lessons"] >= TRUST_LESSONS or all(figures[name] >= TRUST_NEEDS[1][name] for name in READING)
    earned = 0
    for level, needs in sorted(TRUST_NEEDS.items()):
        if read and all(figures[name] >= least for name, least in needs.items() if name not in READING):
            earned = level
    return min(earned, 0 if row._capped_at_0 else 1 if row._capped_at_1 else max(TRUST_NEEDS))


def rising(people: QuerySet[User]) -> dict[int, int]:
    """Return the level that those of `people` have earned who hold a lower one, by key. One query."""
    below = people.filter(is_active=True, trust_level__lt=max(TRUST_NEEDS))
    rows = with_figures(below).only("trust_level", "date_joined")
    return {row.pk: earned for row in rows if (earned := earned_level(row)) > row.trust_level}


def standing(user: User) -> Standing:
    """Return where `user` stands and what the next level asks for. One query."""
    row: Any = with_figures(User.objects.filter(pk=user.pk)).get()
    level = int(row.trust_level)
    following = level + 1 if level + 1 in TRUST_NEEDS else None
    asked = TRUST_NEEDS[following] if following else {}
    figures = figures_of(row)
    needs = tuple(Need(name, str(LABELS[name]), figures[name], target) for name, target in asked.items())
    lessons = (
        Need("lessons", str(LABELS["lessons"]), figures["lessons"], TRUST_LESSONS) if following else None
    )
    capped = row._capped_at_0 or (row._capped_at_1 and level >= 1)
    return Standing(level, level_of(user), following, needs, lessons, bool(capped))
