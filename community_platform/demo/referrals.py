"""Invitations of the demo school: anna has friends in each state. Nothing is held here; what is forbidden is refused.

Codes are made of the school's own number, so the same number gives the same codes.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F

from community_platform.demo.people import STAFF
from community_platform.demo.seeding import Seeding
from courses.models import Enrollment
from profiles.models import User
from referrals import limits
from referrals.models import Referral, ReferralCode, ReferralPolicy, Status
from referrals.services import claiming, codes, rewarding
from referrals.services.ladder import load_ladder

INVITERS = ("anna", "boris", "chen", "mei", "lukas")
FRIENDS = 7  # of anna; the others have fewer and fewer
CLICKS = 9  # for each friend who came


def make(run: Seeding) -> None:
    """Give everybody of INVITERS a code, and friends who came by it in the order in which they joined."""
    with transaction.atomic():
        ReferralPolicy.objects.get_or_create(pk=1, defaults={"has_holds": False})
        load_ladder()
        people = {person.username: person for person in User.objects.filter(username__in=INVITERS)}
        newcomers = list(_newcomers())
        for place, name in enumerate(INVITERS):
            if name in people:
                friends = [newcomers.pop(0) for _n in range(min(FRIENDS - place, len(newcomers)))]
                _invite(run, people[name], friends)


def _newcomers() -> list[User]:
    """Return who may have come by invitation: half have finished a course, half have not."""
    taken = {*STAFF, *INVITERS}
    rows = User.objects.exclude(username__in=taken).filter(is_active=True, groups=None, is_staff=False).order_by("pk")
    some = list(rows[:200])
    finished = set(
        Enrollment.ever.filter(user__in=some, completed_at__isnull=False).values_list("user_id", flat=True)
    )
    done = [person for person in some if person.pk in finished][:15]
    begun = [person for person in some if person.pk not in finished][:15]
    return [person for pair in zip(done, begun, strict=False) for person in pair]


def _invite(run: Seeding, inviter: User, friends: list[User]) -> None:
    word = "".join(run.dice(f"code-{inviter.username}").choices(limits.ALPHABET, k=limits.RANDOM_LENGTH))
    code = ReferralCode.objects.create(
        user=inviter, code=f"{codes.prefix(inviter)}-{word}", is_default=True, created_at=inviter.date_joined,
        clicks_count=CLICKS * len(friends),
    )  # fmt: skip
    for friend in friends:
        referral = claiming.take(user=friend, word=code.code)
        if referral is None:
            continue
        Referral.objects.filter(pk=referral.pk).update(created_at=friend.date_joined)
        if EmailAddress.objects.filter(user=friend, verified=True).exists():
            joined_at = friend.date_joined + timedelta(minutes=20)
            Referral.objects.filter(pk=referral.pk).update(joined_at=joined_at)
            rewarding.settle(referral_id=referral.pk)
            rewarded = Referral.objects.filter(pk=referral.pk, status=Status.REWARDED)
            rewarded.update(rewarded_at=F("completed_at"))
