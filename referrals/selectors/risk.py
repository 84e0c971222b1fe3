"""What speaks against a referral: signs with weights. Staff sees the signs, the inviter a polite status.

A forbidden one refuses the referral. Of the others the settings say from which sum it is held for a time, and from
which staff decides. People behind one address are no sign by themselves (families, schools, offices); a crowd of them
in one day is.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.models import Enrollment
from profiles.models import User
from referrals.models import KnownDevice, Referral, ReferralPolicy
from referrals.selectors.traces import digest, mailbox

DAY = timedelta(days=1)
FORBIDDEN = frozenset({"same_mail", "same_device"})
DEEP = 3  # generations that joined from one address
WEIGHTS = {
    "same_mail": 100, "same_device": 100,
    "burst": 50, "crowd": 50, "chain": 50, "fast_course": 50, "address": 20,
}  # fmt: skip
LABELS = {
    "same_mail": _("the mailbox of the inviter or of another friend"),
    "same_device": _("a browser in which the inviter or another friend signed in"),
    "burst": _("many friends in one day"),
    "crowd": _("a crowd behind one address in one day"),
    "chain": _("a chain of invitations behind one address"),
    "fast_course": _("a course finished faster than it can be read"),
    "address": _("several friends behind one address in one day"),
}


def score_of(flags: Iterable[str]) -> int:
    return sum(WEIGHTS.get(flag, 0) for flag in set(flags))


def is_forbidden(flags: Iterable[str]) -> bool:
    """Tell whether a rule is broken, not only a doubt raised: two accounts of one person."""
    return not FORBIDDEN.isdisjoint(flags)


def of_arrival(
    *, referrer: User, referee: User, address: str, device: str, policy: ReferralPolicy, now: datetime
) -> list[str]:
    """Return the signs at registration. `address` and `device` are digests, empty where unknown. At most 7 queries."""
    flags = []
    ancestors = _ancestors(referrer)
    friends = Referral.objects.filter(referrer=referrer).exclude(referee=referee)
    box = mailbox(referee.email)
    boxes = {mailbox(person.email) for person in ancestors}
    if box in boxes or friends.filter(mail_digest=digest("mail", box)).exists():
        flags.append("same_mail")
    if device and (
        KnownDevice.objects.filter(digest=device, user__in=[person.pk for person in ancestors]).exists()
        or friends.filter(device_digest=device).exists()
    ):
        flags.append("same_device")
    today = friends.filter(created_at__gt=now - DAY)
    if today.count() >= policy.burst_a_day:
        flags.append("burst")
    if address:
        beside = today.filter(address_digest=address).count()
        if beside >= 2 * policy.same_address_a_day:
            flags.append("crowd")
        elif beside >= policy.same_address_a_day:
            flags.append("address")
        if _generations(ancestors, address) >= DEEP - 1:
            flags.append("chain")
    return flags


def of_course(enrollment: Enrollment, policy: ReferralPolicy) -> list[str]:
    """Return the signs of a finished course."""
    if enrollment.completed_at is None:
        return []
    taken = (enrollment.completed_at - enrollment.enrolled_at).total_seconds() / 60
    least = enrollment.course.duration_minutes * policy.min_pace_percent / 100
    return ["fast_course"] if taken < least else []


def _ancestors(person: User, most: int = 5) -> list[User]:
    """Return the inviter, who invited them, and so on."""
    line = [person]
    while len(line) < most:
        link = Referral.objects.filter(referee=line[-1]).select_related("referrer").first()
        if link is None or link.referrer in line:
            break
        line.append(link.referrer)
    return line


def _generations(line: list[User], address: str) -> int:
    """Return how many of the line, one after another, joined from this address themselves."""
    addresses: dict[int, Any] = dict(
        Referral.objects.filter(referee__in=line).values_list("referee_id", "address_digest")
    )
    count = 0
    for person in line:
        if addresses.get(person.pk) != address:
            break
        count += 1
    return count
