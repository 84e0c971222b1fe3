"""What a friend has done, from its source: a confirmed mailbox, the first course that counts."""

from django.db.models import Exists, OuterRef

from courses.models import CourseStaff, Enrollment, Status
from profiles.models import User
from referrals.models import ReferralPolicy
from referrals.selectors.traces import is_disposable


def has_lasting_mail(user_id: int) -> bool:
    """Tell whether a person has confirmed an e-mail that is not thrown away in ten minutes."""
    people = User.objects.filter(pk=user_id, emailaddress__verified=True)
    confirmed = people.values_list("emailaddress__email", flat=True)
    return any(not is_disposable(email) for email in confirmed)


def first_course(*, referrer_id: int, referee_id: int, policy: ReferralPolicy) -> Enrollment | None:
    """Return the first finished course of the friend that counts: published, and neither of the two teaches it."""
    both = [referrer_id, referee_id]
    staff = CourseStaff.objects.filter(course=OuterRef("course"), user__in=both)
    rows = Enrollment.ever.filter(
        ~Exists(staff), user=referee_id, completed_at__isnull=False, course__status=Status.PUBLISHED
    ).exclude(course__instructor__in=both)
    rows = rows.filter(course__duration_minutes__gte=policy.min_minutes, course__lessons_count__gte=policy.min_lessons)
    return rows.select_related("course").order_by("completed_at", "pk").first()
