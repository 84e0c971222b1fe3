"""Each of the 62 badges: below its threshold nobody has it, at it once, by event and by night, of the same moment."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from gamification import catalogue
from gamification.models import Badge, PointTransaction, SeasonalEvent, UserBadge, UserMetric
from gamification.selectors import metrics
from gamification.selectors.badge_catalogue import check_catalogue
from gamification.selectors.days import UTC
from gamification.services import awarding, evaluation
from gamification.services.catalogue import sync_catalogue
from gamification.tasks import evaluate_event
from gamification.tests import deeds
from profiles.models import Activity, User
from profiles.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_counters]

BADGES = catalogue.load()["badges"]
FROM_ELSEWHERE = {"referrals_joined", "referrals_completed"}
BY_RULE = [badge for badge in BADGES if not badge["manual"] and badge["slug"] != "ultimate-champion"]
WITH_BAR = [badge for badge in BY_RULE if badge["progress"] and badge["rule"]["op"] == ">="]


@pytest.fixture(autouse=True)
def _catalogue(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sync_catalogue()
    today = timezone.now().date()
    SeasonalEvent.objects.all().delete()
    SeasonalEvent.objects.create(
        slug="new-year-now", kind="new-year", starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=2)
    )
    monkeypatch.setattr(metrics, "_METRICS", {**metrics._METRICS})
    for name in FROM_ELSEWHERE:  # the app of invitations is above this one and brings its rows itself
        metrics.register(name, _friends)
    monkeypatch.setattr(deeds, "BUILDERS", {**deeds.BUILDERS, **dict.fromkeys(FROM_ELSEWHERE, deeds._followers)})


def _friends(people: Any, window: Any) -> Any:
    from gamification.selectors.metrics.social import followers

    return followers(people, window)


def below(badge: dict[str, Any]) -> int:
    """How many units are one too few."""
    if badge["rule"]["metric"] in {"instructor_rating", "signup_rank"}:
        return 0
    return int(badge["rule"]["value"]) - 1


def moment(badge: dict[str, Any]) -> datetime:
    """When the unit happened that reached the threshold, as `deeds` dates it."""
    number, metric = below(badge), badge["rule"]["metric"]
    begin = deeds.BEGIN
    special = {
        "night_lessons": begin.replace(hour=23),
        "dawn_lessons": begin.replace(hour=4),
        "best_weekend_lessons": begin + timedelta(days=(5 - begin.weekday()) % 7, hours=2 * number),
        "event_lessons": datetime.combine(timezone.now().date() - timedelta(days=2), time(12), tzinfo=UTC)
        + timedelta(minutes=number),
        "instructor_rating": deeds.at(9),
        "longest_streak": datetime.combine(begin.date() + timedelta(days=number), time(), tzinfo=UTC),
        "birthday_active": datetime.combine(begin.date(), time(), tzinfo=UTC),
        "holidays_active": datetime(begin.year, 2, 23, tzinfo=UTC),
    }
    return special.get(metric, deeds.at(number))


def held(user: User, slug: str) -> UserBadge | None:
    return UserBadge.objects.filter(user=user, badge__slug=slug, revoked_at=None).first()


@pytest.mark.parametrize("badge", BY_RULE, ids=[badge["slug"] for badge in BY_RULE])
def test_at_its_threshold_and_not_before(badge: dict[str, Any]) -> None:
    metric, slug = badge["rule"]["metric"], badge["slug"]
    by_event, by_night = UserFactory(), UserFactory()
    few = below(badge)

    deeds.build(metric, by_event, range(few))
    evaluate_event(badge["triggers"][0], by_event.pk)
    assert held(by_event, slug) is None
    deeds.build(metric, by_event, range(few, few + 1))
    for _again in range(2):
        evaluate_event(badge["triggers"][0], by_event.pk)
    award = held(by_event, slug)
    assert award is not None
    assert award.earned_at == moment(badge)
    assert UserBadge.objects.filter(badge__slug=slug).count() == 1
    paid = PointTransaction.objects.filter(user=by_event, key__startswith=f"badge:{slug}:")
    assert [row.amount for row in paid] == [badge["points"]]
    assert Activity.objects.filter(user=by_event, dedupe_key__startswith=f"badge:{slug}:").count() == 1

    deeds.build(metric, by_night, range(few))
    evaluation.backfill()
    assert held(by_night, slug) is None
    deeds.build(metric, by_night, range(few, few + 1))
    for _again in range(2):
        evaluation.backfill()
    same = held(by_night, slug)
    assert same is not None
    assert (same.earned_at, same.scope_key) == (award.earned_at, award.scope_key)
    assert Badge.objects.get(slug=slug).holders_count == 2


@pytest.mark.parametrize("badge", WITH_BAR, ids=[badge["slug"] for badge in WITH_BAR])
def test_the_bar_shows_the_same_number(badge: dict[str, Any]) -> None:
    metric, few = badge["rule"]["metric"], below(badge)
    user = UserFactory()
    deeds.build(metric, user, range(few))
    evaluate_event(badge["triggers"][0], user.pk)
    stored = UserMetric.objects.filter(user=user, metric=metric).values_list("value", flat=True).first()
    assert float(stored or 0) == few


def test_the_badge_of_people_is_given_by_people_only(irina: User) -> None:
    manual = [badge["slug"] for badge in BADGES if badge["manual"]]
    assert manual == ["beta-tester"]
    evaluation.backfill()
    assert not UserBadge.objects.filter(badge__slug="beta-tester").exists()


def test_the_last_badge_comes_with_the_last_of_the_others() -> None:
    user, other = UserFactory(), UserFactory()
    wanted = list(Badge.objects.filter(counts_for_ultimate=True).order_by("number"))
    last = next(badge for badge in wanted if badge.slug == "friend")
    for badge in wanted:
        if badge != last:
            awarding.award(badge, {user.pk: deeds.at(badge.number), other.pk: deeds.at(badge.number)})
    deeds.build("followers", user, range(10))
    deeds.build("followers", other, range(9))
    evaluate_event("badge.awarded", user.pk)
    assert held(user, "ultimate-champion") is None
    evaluate_event("follow.changed", user.pk)
    evaluate_event("follow.changed", other.pk)
    champion = held(user, "ultimate-champion")
    assert champion is not None
    assert champion.earned_at == max(user.badges.exclude(badge=champion.badge).values_list("earned_at", flat=True))
    assert held(other, "ultimate-champion") is None
    # A badge that is added later takes nothing away.
    Badge.objects.filter(slug="beta-tester").update(counts_for_ultimate=True)
    evaluation.backfill()
    assert held(user, "ultimate-champion") is not None


def test_the_last_badge_at_night() -> None:
    user = UserFactory()
    for badge in Badge.objects.filter(counts_for_ultimate=True):
        UserBadge.objects.create(user=user, badge=badge, earned_at=deeds.at(badge.number))
    Badge.objects.filter(counts_for_ultimate=True).update(holders_count=F("holders_count") + 1)
    evaluation.backfill()
    champion = held(user, "ultimate-champion")
    assert champion is not None
    assert champion.earned_at == deeds.at(61)


def test_every_badge_is_shown_to_be_earned() -> None:
    by_rule = {badge["slug"] for badge in BY_RULE}
    assert by_rule | {"beta-tester", "ultimate-champion"} == {badge["slug"] for badge in BADGES}
    assert len(BADGES) == 62


def test_the_catalogue_agrees_with_the_functions() -> None:
    assert check_catalogue() == []
