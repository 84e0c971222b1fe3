"""Reads about points: one's ledger in words, levels, prices."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from gamification.catalogue.levels import threshold
from gamification.limits import REPUTATION
from gamification.models import ActionPoints, Badge, PointTransaction
from gamification.selectors.categories import OTHER, REASONS
from gamification.selectors.preferences import playing
from profiles import privacy
from profiles.models import Profile

SHOWN_LEVELS = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """How far somebody is between two levels."""

    points: int
    level: int

    @property
    def begins_at(self) -> int:
        return threshold(self.level)

    @property
    def next_at(self) -> int:
        return threshold(self.level + 1)

    @property
    def missing(self) -> int:
        return self.next_at - self.points

    @property
    def done(self) -> int:
        """Points since the level began; never below none, whatever was taken back."""
        return max(self.points - self.begins_at, 0)

    @property
    def span(self) -> int:
        return self.next_at - self.begins_at


@dataclass(frozen=True, slots=True)
class Flair:
    """What stands beside the name of who wrote something."""

    level: int
    reputation: int


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the ledger in words. `title` is what it was for, as it was called then."""

    row: PointTransaction
    label: str
    icon: str
    title: str
    url: str


def standing(user: Any) -> Standing:
    """Return the total and level of `user`. One query."""
    points, level = Profile.objects.values_list("total_points", "level").get(pk=user.pk)
    return Standing(points, level)


def history(user: Any) -> QuerySet[PointTransaction]:
    """Return the ledger of `user`, the newest first."""
    return PointTransaction.objects.filter(user=user).order_by("-occurred_at", "-pk")


def reputation(user: Any) -> int:
    """Return what others think of what `user` wrote: the points of likes and best answers. One query."""
    rows = PointTransaction.objects.filter(user=user, reason__in=REPUTATION)
    return max(rows.aggregate(points=Sum("amount"))["points"] or 0, 0)


def flairs(viewer: Any, people: Collection[int]) -> dict[int, Flair]:
    """Return what stands beside the names of `people` (keys), by person. One query.

    Nobody whose profile or badges `viewer` may not see, and nobody who turned the game off for themselves.
    """
    earned = PointTransaction.objects.filter(user=OuterRef("pk"), reason__in=REPUTATION).order_by().values("user")
    shown = Profile.objects.filter(privacy.seen_by(viewer, privacy.Facet.BADGES, person="user"), playing("user"))
    rows = shown.filter(pk__in=people).annotate(_sum=Subquery(earned.annotate(_n=Sum("amount")).values("_n")))
    return {pk: Flair(level, max(found or 0, 0)) for pk, level, found in rows.values_list("pk", "level", "_sum")}


def explained(rows: Iterable[PointTransaction]) -> list[Line]:
    """Put rows into words, badges by their name in the reader's language. At most one query."""
    rows = list(rows)
    urls = {row.url for row in rows if row.reason == "badge_awarded"}
    slugs = {url.removeprefix("/badges/").strip("/") for url in urls}
    names = {badge.slug: badge.name for badge in Badge.objects.filter(slug__in=slugs)} if slugs else {}
    lines = []
    for row in rows:
        label, icon = REASONS.get(row.reason, OTHER)
        title = names.get(row.url.removeprefix("/badges/").strip("/"), row.title)
        lines.append(Line(row, str(label), icon, title or row.note, row.url))
    return lines


def levels(mine: Standing | None = None) -> list[dict[str, int]]:
    """Return levels and where they begin: the first ones, and some beyond one's own."""
    last = max(SHOWN_LEVELS, mine.level + 5 if mine else 0)
    return [{"level": level, "threshold": threshold(level)} for level in range(1, last + 1)]


def prices() -> list[dict[str, Any]]:
    """Return what brings points now, the most first. One query."""
    rows = ActionPoints.objects.order_by("-points", "action")
    return [
        {"label": label, "icon": icon, "points": row.points, "cap": row.daily_cap}
        for row in rows
        for label, icon in [REASONS.get(row.action, OTHER)]
    ]
