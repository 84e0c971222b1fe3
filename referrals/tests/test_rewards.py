"""What an invitation pays, once, and what a rejection takes back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community_platform.core import consistency
from community_platform.core.errors import Conflict, Invalid, NotAllowed
from courses.models import CourseStaff
from gamification.models import Badge, DailyPoints, PointTransaction, UserBadge
from gamification.services.catalogue import sync_catalogue
from profiles.models import Profile
from referrals import limits
from referrals.events import LadderReached, ReferralRegistered, ReferralRejected, ReferralRewarded
from referrals.models import LadderStep, ReachedStep, Referral, ReferralCode, ReferralPolicy, Status
from referrals.selectors import own
from referrals.services import claiming, codes, reviewing, rewarding
from referrals.services.ladder import load_ladder
from referrals.tests.world import brings, came, confirms, course_of, finishes, from_invitations, heard, joins


@pytest.fixture(autouse=True)
def _ladder(db: None) -> None:
    load_ladder()


def test_a_friend_pays_when_the_mail_is_confirmed_and_when_a_course_is_finished(anna: Any, hear: Any) -> None:
    told, paid = hear(ReferralRegistered), hear(ReferralRewarded)
    friend, applied = joins(codes.default_code(actor=anna))
    assert applied
    assert from_invitations(anna) == 0
    confirms(friend)
    assert (from_invitations(anna), from_invitations(friend)) == (100, 50)
    confirms(friend)
    finishes(friend, course_of())
    finishes(friend, course_of())
    assert (from_invitations(anna), from_invitations(friend)) == (600, 300)
    referral = Referral.objects.get()
    assert (referral.status, referral.referrer_points, referral.referee_points) == (Status.REWARDED, 600, 300)
    assert [(event.user_id, event.other_id, event.points) for event in told] == [(anna.pk, friend.pk, 100)]
    assert [(event.user_id, event.points, event.reason, event.is_inviter) for event in paid] == [
        (anna.pk, 100, "joined", True), (friend.pk, 50, "joined", False),
        (anna.pk, 500, "completed", True), (friend.pk, 250, "completed", False),
    ]  # fmt: skip


def test_a_course_finished_before_the_mail_is_confirmed_pays_with_it(anna: Any) -> None:
    friend, _applied = joins(codes.default_code(actor=anna))
    finishes(friend, course_of())
    assert from_invitations(anna) == 0
    confirms(friend)
    assert (from_invitations(anna), from_invitations(friend)) == (600, 300)


@pytest.mark.parametrize("part", ["teaches", "assists"])
@pytest.mark.breaks_counters
def test_a_course_of_the_inviter_does_not_count(anna: Any, part: str) -> None:
    friend, _applied = joins(codes.default_code(actor=anna))
    confirms(friend)
    own_course = course_of(anna if part == "teaches" else None)
    if part == "assists":
        CourseStaff.objects.create(course=own_course, user=anna)
    finishes(friend, own_course)
    assert Referral.objects.get().status == Status.PENDING
    finishes(friend, course_of())
    assert Referral.objects.get().status == Status.REWARDED


def test_the_school_may_ask_for_a_longer_course(anna: Any) -> None:
    ReferralPolicy.objects.create(pk=1, min_lessons=2)
    assert brings(anna, course_of()).status == Status.PENDING


def test_five_friends_reach_the_first_rung_once_and_a_rejection_takes_it_back(
    anna: Any, admin: Any, hear: Any
) -> None:
    sync_catalogue()
    LadderStep.objects.filter(min_referrals=5).update(min_referrals=2)
    reached, rejected = hear(LadderReached), hear(ReferralRejected)
    course = course_of()
    first = brings(anna, course)
    before = _totals(anna.pk)
    second = brings(anna, course)
    assert [(event.min_referrals, event.points) for event in reached] == [(2, 1000)]
    assert from_invitations(anna) == 2 * 600 + 1000
    assert UserBadge.objects.filter(user=anna, badge__slug="referral-enthusiast").exists()
    with heard():
        reviewing.reject(actor=admin, referral=second, reason="One person")
    assert _totals(anna.pk) == before, "as if it had never been"
    assert from_invitations(second.referee) == 0
    assert ReferralCode.objects.get(user=anna).usage_count == 1
    assert Badge.objects.get(slug="referral-enthusiast").holders_count == 0
    assert [event.referral_id for event in rejected] == [second.pk]
    stats = own.stats_of(anna)
    assert (stats.rewarded, stats.rejected, stats.points_earned) == (1, 1, 600)
    with pytest.raises(Conflict):
        reviewing.reject(actor=admin, referral=second, reason="Again")
    rewarding.settle(referral_id=second.pk)
    assert _totals(anna.pk) == before, "events that come late change nothing"
    with heard():
        reviewing.release(actor=admin, referral=second)
    assert from_invitations(anna) == 2 * 600 + 1000
    assert UserBadge.objects.filter(user=anna, badge__slug="referral-enthusiast").exists()
    assert ReachedStep.objects.get().revoked_at is None
    assert first.pk
    assert not [found for found in consistency.check() if found.violations]


def test_the_ladder_counts_who_joined_where_the_school_says_so(anna: Any) -> None:
    ReferralPolicy.objects.create(pk=1, basis="registered")
    LadderStep.objects.filter(min_referrals=5).update(min_referrals=1, points=7)
    brings(anna)
    assert from_invitations(anna) == 107


def test_who_invites_reviews_nothing_of_their_own(maxim: Any, anna: Any) -> None:
    referral = brings(maxim)
    for actor in (maxim, anna):
        with pytest.raises(NotAllowed):
            reviewing.reject(actor=actor, referral=referral, reason="x")


def test_a_doubt_holds_for_its_time_and_then_pays(anna: Any) -> None:
    ReferralPolicy.objects.create(pk=1, same_address_a_day=1, burst_a_day=99)
    course = course_of()
    brings(anna, course, address="203.0.113.9")
    held = brings(anna, course, address="203.0.113.9")
    assert (held.is_held, held.flags, from_invitations(anna)) == (True, ["address"], 600)
    assert own.friends(list(own.referrals_of(anna)), 2)[0].state == "checking"
    now = timezone.now()
    rewarding.settle_all(now=now + timedelta(hours=71))
    assert from_invitations(anna) == 600
    rewarding.settle_all(now=now + timedelta(hours=73))
    assert from_invitations(anna) == 1200


def test_nothing_is_held_where_the_school_holds_nothing(anna: Any) -> None:
    ReferralPolicy.objects.create(pk=1, has_holds=False, same_address_a_day=1, burst_a_day=1)
    course = course_of()
    for _n in range(4):
        brings(anna, course, address="203.0.113.9")
    assert from_invitations(anna) == 4 * 600


def test_a_code_is_entered_by_hand_in_the_first_week_only(anna: Any, make_user: Any) -> None:
    code = codes.default_code(actor=anna)
    friend = make_user("friend")
    confirms(friend)
    with pytest.raises(Invalid):
        claiming.enter_code(actor=anna, code=code.code)
    claiming.enter_code(actor=friend, code=code.code.lower())
    assert from_invitations(anna) == 100
    with pytest.raises(Conflict):
        claiming.enter_code(actor=friend, code=code.code)
    late = make_user("late", date_joined=timezone.now() - limits.MANUAL_ENTRY - timedelta(minutes=1))
    with pytest.raises(Conflict):
        claiming.enter_code(actor=late, code=code.code)
    older = make_user("older", date_joined=anna.date_joined - timedelta(hours=1))
    with pytest.raises(Conflict):
        claiming.enter_code(actor=older, code=code.code)


@pytest.mark.parametrize(
    "state",
    [{"is_active": False}, {"expires_at": timezone.now() - timedelta(hours=1)}, {"max_uses": 1, "usage_count": 1}],
)
@pytest.mark.breaks_counters
def test_a_code_that_is_off_over_or_used_up_brings_nobody(anna: Any, state: dict[str, Any]) -> None:
    code = codes.default_code(actor=anna)
    ReferralCode.objects.filter(pk=code.pk).update(**state)
    _friend, applied = joins(code)
    assert not applied
    assert not Referral.objects.exists()


def test_codes_have_the_name_of_public_people_only(make_user: Any) -> None:
    shape = limits.CODE
    public, private = make_user("борис.к"), make_user("hidden", is_profile_public=False)
    assert codes.default_code(actor=public).code.startswith("BORISK-")
    assert codes.default_code(actor=private).code.startswith("USER-")
    assert shape.match(codes.default_code(actor=public).code)
    assert codes.default_code(actor=public) == codes.default_code(actor=public)


def test_the_board_counts_rewarded_friends(anna: Any) -> None:
    confirms(anna)
    brings(anna, course_of())
    brings(anna)
    stats = own.stats_of(anna)
    assert (stats.pending, stats.rewarded, stats.points_earned, stats.next_step.count) == (1, 1, 700, 1)
    assert from_invitations(anna) == stats.points_earned


def test_nobody_comes_by_their_own_code(anna: Any) -> None:
    assert not came(anna, codes.default_code(actor=anna))


def _totals(pk: int) -> Any:
    profile = Profile.objects.get(pk=pk)
    days = DailyPoints.objects.filter(user=pk).exclude(points=0).order_by("date", "bucket")
    badges = sorted(UserBadge.objects.filter(user=pk).values_list("badge__slug", flat=True))
    stats = own.stats_of(profile.user)
    ledger = sum(PointTransaction.objects.filter(user=pk).values_list("amount", flat=True))
    return (
        profile.total_points, profile.level, list(days.values_list("date", "bucket", "points")), badges, ledger,
        stats.rewarded, stats.points_earned, stats.next_step,
    )  # fmt: skip
