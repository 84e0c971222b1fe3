"""Scripted ways to farm invitations: none of them pays. And honest people who look like them: they are paid."""

from collections.abc import Callable
from typing import Any

import pytest

from profiles.models import User
from profiles.services import account
from profiles.tests.factories import UserFactory
from referrals.models import Referral, ReferralCode
from referrals.services import codes, devices
from referrals.services.ladder import load_ladder
from referrals.tests.world import brings, came, confirms, course_of, finishes, from_invitations, joins

HOME, OTHER = "203.0.113.7", "198.51.100.4"
Script = Callable[[User], int]  # returns what the scheme may have paid honestly before it began


@pytest.fixture(autouse=True)
def _school(db: None) -> None:
    load_ladder()


def own_code(anna: User) -> int:
    came(anna, codes.default_code(actor=anna))
    return 0


def tagged_mail(anna: User) -> int:
    brings(anna, course_of(), email="anna+second@example.com")
    return 0


def capital_mail(anna: User) -> int:
    User.objects.filter(pk=anna.pk).update(email="Anna.B@example.com")
    anna.refresh_from_db()
    brings(anna, course_of(), email="anna.b+1@EXAMPLE.com")
    return 0


def dotted_gmail(anna: User) -> int:
    User.objects.filter(pk=anna.pk).update(email="annabell@gmail.com")
    anna.refresh_from_db()
    brings(anna, course_of(), email="an.na.bell@googlemail.com")
    return 0


def tags_of_a_friend(anna: User) -> int:
    for n in range(5):
        brings(anna, course_of(), email=f"one+{n}@example.org")
    return 600  # the first is somebody


def same_browser(anna: User) -> int:
    devices.remember(user_id=anna.pk, token="t1")
    brings(anna, course_of(), device="t1")
    return 0


def browser_of_a_friend(anna: User) -> int:
    for _n in range(4):
        brings(anna, course_of(), device="t2")
    return 600


def browser_up_the_chain(anna: User) -> int:
    devices.remember(user_id=anna.pk, token="t3")
    middle = brings(anna).referee
    brings(middle, course_of(), device="t3")
    assert from_invitations(middle) == 50
    return 100


def ten_minute_mail(anna: User) -> int:
    brings(anna, course_of(), email="x@mailinator.com")
    return 0


def ten_minute_subdomain(anna: User) -> int:
    brings(anna, course_of(), email="x@box.yopmail.com")
    return 0


def no_mail_at_all(anna: User) -> int:
    friend, _applied = joins(codes.default_code(actor=anna))
    finishes(friend, course_of())
    return 0


def own_course(anna: User) -> int:
    brings(anna, course_of(anna))
    return 100


def draft_course(anna: User) -> int:
    course = course_of()
    referral = brings(anna)
    finishes(referral.referee, course)
    return 600  # published when it was finished; nothing is earned twice


def clicked_through(anna: User) -> int:
    friend = brings(anna).referee
    finishes(friend, course_of(), hours=0)
    assert Referral.objects.get(referee=friend).is_held
    return 100


def burst(anna: User) -> int:
    for _n in range(14):
        brings(anna)
    return 1000  # ten a day; the rest waits for staff


def burst_by_many_codes(anna: User) -> int:
    second = codes.generate_code(actor=anna)
    for n in range(14):
        friend, _applied = joins(second if n % 2 else codes.default_code(actor=anna))
        confirms(friend)
    return 1000


def crowd_behind_one_address(anna: User) -> int:
    for _n in range(9):
        brings(anna, address=HOME)
    return 500


def chain_behind_one_address(anna: User) -> int:
    inviter = anna
    for _n in range(3):
        inviter = brings(inviter, address=HOME).referee
    last = Referral.objects.get(referee=inviter)
    assert last.flags == ["chain"]
    assert last.is_held
    return 100


def second_inviter(anna: User) -> int:
    friend, _applied = joins(codes.default_code(actor=anna))
    confirms(friend)
    assert not came(friend, codes.default_code(actor=UserFactory(username="another")))
    return 100


def mail_changed_and_confirmed_again(anna: User) -> int:
    friend = brings(anna).referee
    User.objects.filter(pk=friend.pk).update(email="new@example.org")
    friend.refresh_from_db()
    confirms(friend)
    return 100


def closed_account(anna: User) -> int:
    friend, _applied = joins(codes.default_code(actor=anna))
    friend.is_active = False
    friend.save()
    confirms(friend)
    return 0


SCHEMES: list[Script] = [
    own_code, tagged_mail, capital_mail, dotted_gmail, tags_of_a_friend, same_browser, browser_of_a_friend,
    browser_up_the_chain, ten_minute_mail, ten_minute_subdomain, no_mail_at_all, own_course, draft_course,
    clicked_through, burst, burst_by_many_codes, crowd_behind_one_address, chain_behind_one_address, second_inviter,
    mail_changed_and_confirmed_again, closed_account,
]  # fmt: skip


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.__name__)
def test_a_scheme_brings_nothing_beyond_what_is_honest(anna: User, scheme: Script) -> None:
    assert len(SCHEMES) == 21
    honest = scheme(anna)
    assert from_invitations(anna) == honest
    refused = Referral.objects.filter(status="rejected")
    assert not refused.exclude(referrer_points=0).exists()


def test_a_family_behind_one_address_gets_what_is_theirs(anna: User) -> None:
    course = course_of()
    family = [brings(anna, course, address=HOME, device=f"own{n}") for n in range(4)]
    assert from_invitations(anna) == 4 * 600
    assert [from_invitations(member.referee) for member in family] == [300] * 4


def test_loopback_is_never_a_sign(anna: User) -> None:
    for address in ("127.0.0.1", "::1") * 4:
        brings(anna, address=address)
    assert from_invitations(anna) == 800
    assert not Referral.objects.exclude(address_digest="").exists()


def test_a_friend_who_takes_a_lasting_mailbox_counts_from_then_on(anna: User) -> None:
    friend = brings(anna, course_of(), email="x@mailinator.com").referee
    assert from_invitations(anna) == 0
    User.objects.filter(pk=friend.pk).update(email="real@example.org")
    friend.refresh_from_db()
    confirms(friend)
    assert from_invitations(anna) == 600


def test_codes_of_closed_accounts_bring_nobody(anna: User, admin: Any) -> None:
    code = codes.default_code(actor=anna)
    account.deactivate(actor=admin, account=anna)
    assert not joins(code)[1]
    assert ReferralCode.objects.get(pk=code.pk).usage_count == 0
