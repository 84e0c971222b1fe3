"""Reads about badges. A hidden one does not exist for whoever does not hold it: no name, no address, no number."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache
from django.db.models import F, Q, QuerySet

from gamification.models import Badge, UserBadge, UserMetric
from gamification.selectors.preferences import preference_of
from profiles import privacy
from profiles.models import User

POPULATION_KEPT = 1800  # seconds


@dataclass(frozen=True, slots=True)
class Card:
    """A badge as one reader sees it: held or not, and how far they are. `value` is None where nothing is shown."""

    badge: Badge
    award: UserBadge | None = None
    value: float | None = None
    rarity_percent: float = 0.0

    @property
    def is_held(self) -> bool:
        return self.award is not None

    @property
    def target(self) -> float:
        return float(self.badge.threshold)

    @property
    def percent(self) -> int:
        """How much of the way is done, 0-100."""
        return min(100, int((self.value or 0) * 100 / self.target)) if self.target else 0

    @property
    def is_near(self) -> bool:
        return not self.is_held and self.value is not None and self.percent >= 80

    @property
    def progress(self) -> dict[str, float] | None:
        return None if self.value is None else {"value": whole(self.value), "target": whole(self.target)}


def visible_to(viewer: Any) -> QuerySet[Badge]:
    """Return the badges that exist for `viewer`: hidden ones, and those that left the catalogue, if they hold them."""
    shown = Q(is_active=True, is_hidden=False)
    if not viewer.is_authenticated:
        return Badge.objects.filter(shown)
    held = UserBadge.objects.filter(user=viewer, revoked_at=None).values("badge")
    return Badge.objects.filter(shown | Q(pk__in=held))


def cards(viewer: Any) -> list[Card]:
    """Return all badges for `viewer`, held ones first, the newest of them in front. Four queries."""
    badges = list(visible_to(viewer))
    awards: dict[int, UserBadge] = {}
    values: dict[str, float] = {}
    if viewer.is_authenticated:
        for award in UserBadge.objects.filter(user=viewer, revoked_at=None).order_by("earned_at"):
            awards[award.badge_id] = award
        values = {row.metric: float(row.value) for row in UserMetric.objects.filter(user=viewer)}
    people = population()
    found = [_card(badge, awards.get(badge.pk), values, people, viewer) for badge in badges]
    return sorted(found, key=lambda card: (not card.is_held, -_seconds(card), card.badge.number))


def card(viewer: Any, slug: str) -> Card | None:
    """Return one badge for `viewer`, None where it does not exist for them. At most four queries."""
    badge = visible_to(viewer).filter(slug=slug).first()
    if badge is None:
        return None
    award, values = None, {}
    if viewer.is_authenticated:
        award = UserBadge.objects.filter(user=viewer, badge=badge, revoked_at=None).order_by("-earned_at").first()
        rows = UserMetric.objects.filter(user=viewer, metric=badge.metric)
        values = {row.metric: float(row.value) for row in rows}
    return _card(badge, award, values, population(), viewer)


def goal_of(user: Any) -> Card | None:
    """Return the badge that `user` works for, None without one. No query for who has none, else at most four."""
    goal_id = preference_of(user).goal_id
    badge = visible_to(user).filter(pk=goal_id).first() if goal_id else None
    found = card(user, badge.slug) if badge is not None else None
    return found if found is not None and found.progress is not None else None


def _card(badge: Badge, award: UserBadge | None, values: dict[str, float], people: int, viewer: Any) -> Card:
    has_bar = badge.has_progress and viewer.is_authenticated and award is None and badge.metric and badge.op == ">="
    value = values.get(badge.metric, 0.0) if has_bar else None
    return Card(badge, award, value, round(100 * badge.holders_count / people, 1) if people else 0.0)


def _seconds(card: Card) -> float:
    return card.award.earned_at.timestamp() if card.award else 0.0


def population() -> int:
    """Return how many people rarity is measured against: active, without staff. Kept half an hour."""
    kept = cache.get("badges:population")
    if kept is None:
        kept = User.objects.filter(is_active=True, is_staff=False).count()
        cache.set("badges:population", kept, POPULATION_KEPT)
    return int(kept)


def holders(viewer: Any, badge: Badge) -> QuerySet[UserBadge]:
    """Return the awards of a badge that `viewer` may see, the first holders first."""
    rows = UserBadge.objects.filter(
        privacy.seen_by(viewer, privacy.Facet.BADGES, person="user"), badge=badge, revoked_at=None
    )
    return rows.select_related("user").order_by("earned_at", "pk")


def held_by(viewer: Any, person: User) -> QuerySet[UserBadge]:
    """Return the badges of `person` that exist for `viewer`, pinned ones first, then the newest.

    The caller answers for `viewer` being allowed to see the badges of `person` at all (`privacy.can_see`).
    """
    rows = UserBadge.objects.filter(user=person, revoked_at=None).select_related("badge")
    if viewer.pk != person.pk:
        rows = rows.filter(badge__in=visible_to(viewer))
    return rows.order_by(F("pin").asc(nulls_last=True), "-earned_at", "-pk")


def unseen(user: Any) -> list[UserBadge]:
    """Return the awards of `user` that were not celebrated yet, the oldest first. One query, by its own index."""
    rows = UserBadge.objects.filter(user=user, seen_at=None, revoked_at=None, is_quiet=False)
    return list(rows.select_related("badge").order_by("pk"))


def has_unseen(user: Any) -> bool:
    """Tell whether there is something to celebrate: asked on each page, so it is kept. One query, mostly none."""
    kept = cache.get(unseen_key(user.pk))
    if kept is None:
        kept = bool(unseen(user))
        # add, not set: a slower reader must not bring back what a writer replaced.
        cache.add(unseen_key(user.pk), kept, POPULATION_KEPT)
    return bool(kept)


def unseen_key(user_id: int) -> str:
    """Return where the answer of `has_unseen` is kept; who awards or celebrates sets it."""
    return f"badges:unseen:{user_id}"


def next_step(badge: Badge) -> Badge | None:
    """Return the badge of the same metric that comes after this one, if any."""
    rows = Badge.objects.filter(is_active=True, is_hidden=False, metric=badge.metric, event="")
    return rows.filter(threshold__gt=badge.threshold).order_by("threshold").first() if badge.metric else None


def unlocked(badge: Badge, at: datetime) -> dict[str, Any]:
    """Return what `badge:unlocked` tells, in the active language (CONTRACT §5)."""
    return {
        "badge": {
            "slug": badge.slug,
            "name": badge.name,
            "description": badge.description,
            "category": badge.category,
            "rarity": badge.rarity,
            "points": badge.points,
            "icon": badge.icon,
            "url": badge.get_absolute_url(),
        },
        "points": badge.points,
        "earned_at": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def whole(value: float) -> float:
    """Return 4.0 as 4 and 4.5 as it is."""
    return int(value) if float(value).is_integer() else value
