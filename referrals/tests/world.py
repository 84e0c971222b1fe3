"""Friends, codes and finished courses, for tests."""

from datetime import timedelta
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.core import signing
from django.test import TestCase
from django.utils import timezone

from courses.models import Course
from courses.services import enrollment, progress
from courses.tests.factories import CourseFactory, LessonFactory
from profiles.models import User
from profiles.services import account
from profiles.services.referral import Arrival
from profiles.tests.factories import UserFactory
from referrals import limits
from referrals.models import Referral, ReferralCode
from referrals.services import claiming
from referrals.services.codes import default_code

_numbers = count(1)


def heard() -> Any:
    """Let what is published inside be heard, as after a commit: also what is published by those who hear it."""
    return TestCase.captureOnCommitCallbacks(execute=True)


def joins(code: ReferralCode | str, *, email: str = "", address: str = "", device: str = "") -> tuple[User, bool]:
    """Register somebody by a code; return them and whether it was applied. `device` is a token."""
    name = f"friend{next(_numbers)}"
    user = UserFactory(username=name, email=email or f"{name}@example.com")
    return user, came(user, code, address=address, device=device)


def came(user: User, code: ReferralCode | str, *, address: str = "", device: str = "") -> bool:
    word = code if isinstance(code, str) else code.code
    return claiming.claim(user, Arrival(code=word, address=address, cookies=browser(device)))


def browser(token: str) -> dict[str, str]:
    return {limits.DEVICE_COOKIE: signing.TimestampSigner(salt=limits.DEVICE_SALT).sign(token)} if token else {}


def confirms(user: User) -> None:
    """Confirm the e-mail as the link in the mail does."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).update(primary=False)
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    with heard():
        account.confirm_email(user=user, email=user.email)


def course_of(teacher: User | None = None, **fields: Any) -> Course:
    """A published course of one lesson."""
    course: Course = CourseFactory(**({"instructor": teacher} if teacher else {}), **fields)
    LessonFactory(course=course)
    return course


def finishes(user: User, course: Course, *, hours: float = 10) -> None:
    """Take `course` in so many hours, as its own pages would tell it."""
    with heard():
        taken, _is_new = enrollment.enroll(actor=user, course=course)
        type(taken).ever.filter(pk=taken.pk).update(enrolled_at=timezone.now() - timedelta(hours=hours))
        for lesson in course.lessons.all():
            progress.complete(actor=user, lesson=lesson)


def brings(inviter: User, course: Course | None = None, **arrival: Any) -> Referral:
    """Bring a friend who confirms their e-mail, and finishes `course` if one is given."""
    friend, _applied = joins(default_code(actor=inviter), **arrival)
    confirms(friend)
    if course is not None:
        finishes(friend, course)
    return Referral.objects.get(referee=friend)


def from_invitations(user: User) -> int:
    """Return the points that invitations have brought a person, by the ledger."""
    return sum(user.point_transactions.filter(bucket="referral").values_list("amount", flat=True))
