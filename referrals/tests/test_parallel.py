"""Many at once, on PostgreSQL: an invitation pays once, and a code brings no more than it may."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connections

from profiles.events import EmailConfirmed
from profiles.services.referral import Arrival
from profiles.tests.factories import UserFactory
from referrals.models import ReachedStep, Referral, ReferralCode
from referrals.reactions import friend_moved_on
from referrals.services import claiming, codes, reviewing, rewarding
from referrals.services.ladder import load_ladder
from referrals.tests.world import brings, confirms, course_of, finishes, from_invitations, joins

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
THREADS = 8


def parallel(jobs: list[Any]) -> list[Any]:
    """Run jobs by eight threads and return what they answered; a failure fails the test."""

    def run(job: Any) -> Any:
        try:
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, jobs))


def test_every_event_twice_and_at_once_pays_once(anna: Any) -> None:
    load_ladder()
    friend, _applied = joins(codes.default_code(actor=anna))
    ids = [Referral.objects.get().pk] * 4
    EmailAddress.objects.create(user=friend, email=friend.email, verified=True, primary=True)
    event = EmailConfirmed(user_id=friend.pk, email=friend.email)
    parallel([lambda: friend_moved_on(event)] * 12)
    assert (from_invitations(anna), from_invitations(friend)) == (100, 50)
    finishes(friend, course_of())
    parallel([lambda pk=pk: rewarding.settle(referral_id=pk) for pk in ids * 3])
    assert (from_invitations(anna), from_invitations(friend)) == (600, 300)


def test_friends_who_finish_at_once_reach_a_rung_once(anna: Any) -> None:
    load_ladder()
    course, people = course_of(), []
    for _n in range(6):
        friend, _applied = joins(codes.default_code(actor=anna))
        people.append(friend)
    for friend in people:
        confirms(friend)
    parallel([lambda friend=friend: finishes(friend, course) for friend in people])
    assert from_invitations(anna) == 6 * 600 + 1000
    assert ReachedStep.objects.count() == 1


def test_of_six_hundred_registrations_at_once_a_code_takes_exactly_its_limit(anna: Any) -> None:
    code = codes.generate_code(actor=anna, max_uses=25)
    people = UserFactory.create_batch(600)
    came = parallel([lambda person=person: claiming.claim(person, Arrival(code=code.code)) for person in people])
    assert sum(came) == 25
    assert (ReferralCode.objects.get(pk=code.pk).usage_count, Referral.objects.count()) == (25, 25)


def test_a_rejection_beside_late_events_leaves_nothing(anna: Any, admin: Any) -> None:
    load_ladder()
    referral = brings(anna, course_of())
    late = [lambda: rewarding.settle(referral_id=referral.pk)] * 8
    parallel([*late, lambda: reviewing.reject(actor=admin, referral=referral, reason="x"), *late])
    assert (from_invitations(anna), from_invitations(referral.referee)) == (0, 0)
    assert ReferralCode.objects.get(user=anna).usage_count == 0
