"""Compares people with the rules of the badges: after an event for a few people, at night for everybody.

Both ways ask the same metrics and award by the same insert, in any order and as often as they like. The nightly pass
asks one query a metric, whatever the number of badges, and writes only what differs.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from community_platform.core.events import publish
from gamification import catalogue
from gamification.events import BadgesEarned
from gamification.limits import school_date
from gamification.models import Badge, SeasonalEvent, UserBadge, UserMetric
from gamification.selectors import metrics as registry
from gamification.selectors.metrics import ALWAYS, Number, People, Window
from gamification.services import awarding, goals

LATE = timedelta(days=3)  # an event still counts what happened in it and is heard of later
LAST = "badges_missing"  # asks what the others have awarded
ALL_AT_ONCE = 500  # candidates; of more of them the moments are asked for everybody


def evaluate(*, metrics: Iterable[str], people: People = None, is_backfill: bool = False) -> dict[int, list[int]]:
    """Bring these metrics up to date for `people` (None: everybody), award what is earned, and return who got what.

    {user id: [badge ids]}. Repeatable; parallel calls award once.
    """
    rows = Badge.objects.filter(is_active=True, is_manual=False, metric__in=set(metrics))
    badges = _open_to(rows.filter(has_backfill=True) if is_backfill else rows, people)
    earned: dict[int, list[int]] = defaultdict(list)
    for name in sorted(badges, key=lambda name: (name == LAST, name)):
        for badge, who in _evaluate(name, badges[name], people, is_backfill):
            for user_id in who:
                earned[user_id].append(badge.pk)
    if earned and LAST not in badges and people is not None:
        for user_id, got in evaluate(metrics=[LAST], people=list(earned)).items():
            earned[user_id] += got
    return dict(earned)


def withdraw_unearned(
    *, user_id: int, metrics: Iterable[str], also: Iterable[str] = (), keep: Iterable[str] = ()
) -> None:
    """Undo awards of `metrics` whose rule a person meets no longer, as what they counted was no deed at all.

    `also` are slugs of further badges to undo unless their own rule is met; those of `keep` stay whatever it says.
    """
    held = Badge.objects.filter(awards__user=user_id, is_active=True).exclude(slug__in=set(keep)).distinct()
    for badge in held.filter(Q(metric__in=set(metrics)) | Q(slug__in=set(also))):
        if badge.metric and not badge.is_manual:
            values = registry.metric(badge.metric).values([user_id])
            _keep(badge.metric, values, [user_id])
            if user_id in values and satisfies(badge, values[user_id]):
                continue
        awarding.withdraw(badge=badge, user_id=user_id)


def backfill() -> int:
    """Evaluate everything for everybody and return how many awards that made.

    Publishes: BadgesEarned, one for each person with all that is too old to be news.
    """
    begun = timezone.now()
    got = evaluate(metrics=catalogue.load()["metrics"], is_backfill=True)
    if got:
        old = UserBadge.objects.filter(is_quiet=True, awarded_at__gte=begun).order_by("user", "badge")
        quiet: dict[int, list[int]] = defaultdict(list)
        for user_id, badge_id in old.values_list("user_id", "badge_id"):
            quiet[user_id].append(badge_id)
        for user_id, badges in quiet.items():
            publish(BadgesEarned(user_id=user_id, badge_ids=tuple(badges), is_quiet=True))
    return sum(len(badges) for badges in got.values())


def would_earn(badge: Badge) -> list[int]:
    """Return who would get `badge` now and does not have it: the dry run of a rule. Writes nothing."""
    found: list[int] = []
    if badge.is_manual or not badge.metric:
        return found
    for scope_key, window in _windows(badge, None):
        values = registry.metric(badge.metric).values(None, window)
        found += _candidates(badge, values, scope_key, None)
    return sorted(set(found))


def satisfies(badge: Badge, value: Number) -> bool:
    """Tell whether `value` meets the rule of `badge`."""
    limit = float(badge.threshold)
    return value >= limit if badge.op == ">=" else value <= limit


def _open_to(rows: Any, people: People) -> dict[str, list[Badge]]:
    """Return the badges by metric, without metrics of which a few people hold every badge already."""
    badges: dict[str, list[Badge]] = defaultdict(list)
    for badge in rows:
        badges[badge.metric].append(badge)
    if people is None or not badges:
        return badges
    held: dict[int, set[int]] = defaultdict(set)
    for user_id, badge_id in UserBadge.objects.filter(user__in=people).values_list("user_id", "badge_id"):
        held[badge_id].add(user_id)
    everybody = set(people)
    return {
        name: mine
        for name, mine in badges.items()
        if any(badge.event or not everybody <= held[badge.pk] for badge in mine)
    }


def _evaluate(
    name: str, badges: list[Badge], people: People, is_backfill: bool
) -> Iterable[tuple[Badge, list[int]]]:
    metric = registry.metric(name)
    for kind in sorted({badge.event for badge in badges}):
        asked = [badge for badge in badges if badge.event == kind]
        for scope_key, window in _windows(asked[0], people):
            values = metric.values(people, window)
            _keep(name, values, people)
            for badge in asked:
                new = _candidates(badge, values, scope_key, people)
                if not new:
                    continue
                few = new if len(new) <= ALL_AT_ONCE else None
                found = metric.moments(few, float(badge.threshold), window)
                moments = {pk: found.get(pk) or timezone.now() for pk in new}
                yield badge, awarding.award(badge, moments, scope_key=scope_key, is_backfill=is_backfill)


def _windows(badge: Badge, people: People) -> list[tuple[str, Window]]:
    """Return the scopes in which a badge can be earned: one for good, or one a seasonal event."""
    if not badge.event:
        return [("", ALWAYS)]
    today = school_date(timezone.now())
    events = SeasonalEvent.objects.filter(kind=badge.event, starts_on__lte=today + timedelta(days=1))
    if people is not None:
        events = events.filter(ends_on__gte=today - LATE)
    return [(event.slug, Window(event.starts_on, event.ends_on)) for event in events.order_by("starts_on")]


def _candidates(badge: Badge, values: dict[int, Number], scope_key: str, people: People) -> list[int]:
    met = {pk for pk, value in values.items() if satisfies(badge, value)}
    if not met:
        return []
    held = UserBadge.objects.filter(badge=badge, scope_key=scope_key)
    if people is not None:
        held = held.filter(user__in=people)
    return sorted(met - set(held.values_list("user_id", flat=True)))


def _keep(name: str, values: dict[int, Number], people: People) -> None:
    """Write the values that differ from those that progress bars show."""
    rows = UserMetric.objects.filter(metric=name)
    if people is not None:
        rows = rows.filter(user__in=people)
    stored = {pk: float(value) for pk, value in rows.values_list("user_id", "value")}
    changed = {pk: value for pk, value in values.items() if stored.get(pk) != float(value)}
    changed |= {pk: 0 for pk, value in stored.items() if value and pk not in values}
    now = timezone.now()
    UserMetric.objects.bulk_create(
        [
            UserMetric(user_id=pk, metric=name, value=Decimal(str(value)), updated_at=now)
            for pk, value in sorted(changed.items())
        ],
        update_conflicts=True,
        unique_fields=["user", "metric"],
        update_fields=["value", "updated_at"],
        batch_size=2000,
    )
    if changed:
        goals.note_progress(name, changed)
