"""Many evaluations of one person at the same moment (PostgreSQL): one award, one of everything."""

import pytest

from community_platform.core.models import ChannelEvent
from forum.tests.test_parallel_writers import at_once
from gamification import tasks
from gamification.models import Badge, PointTransaction, SignupRank, UserBadge
from gamification.services import facts, ledger
from gamification.services.catalogue import sync_catalogue
from gamification.tests import deeds
from notifications.models import Notification
from profiles.models import Activity, Profile
from profiles.tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.breaks_counters]


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    sync_catalogue()


def test_twelve_evaluations_at_once_award_once() -> None:
    user = UserFactory()
    deeds.build("followers", user, range(10))
    at_once([lambda: tasks.evaluate_event("follow.changed", user.pk) for _ in range(12)])
    assert UserBadge.objects.filter(user=user).count() == 1
    assert PointTransaction.objects.filter(user=user).count() == 1
    assert Notification.objects.filter(user=user, kind="badge").count() == 1
    assert Activity.objects.filter(user=user, activity_type="badge_earned").count() == 1
    told = ChannelEvent.objects.filter(channel=f"user.{user.pk}", type="badge:unlocked")
    assert told.count() == 1
    assert Badge.objects.get(slug="friend").holders_count == 1
    assert Profile.objects.get(pk=user.pk).total_points == 30


def test_twelve_awards_at_once_keep_the_limit_and_the_sum() -> None:
    user = UserFactory()

    def topic(n: int) -> int:
        return ledger.award(user_id=user.pk, action="topic_created", key=f"topic:{n}", occurred_at=deeds.at(0))

    paid = at_once([lambda n=n: topic(n) for n in range(12)])  # type: ignore[misc]
    assert sorted(paid) == [0] * 9 + [5] * 3
    assert Profile.objects.get(pk=user.pk).total_points == 15
    assert at_once([lambda: ledger.reverse(key="topic:0") for _ in range(6)]).count(True) == 1


def test_places_are_given_once_each_however_many_join_at_once() -> None:
    joined = deeds.people(12)
    ranks = at_once([lambda pk=person.pk: facts.give_rank(user_id=pk) for person in joined])  # type: ignore[misc]
    assert sorted(ranks) == list(range(1, 13))
    assert SignupRank.objects.count() == 12
