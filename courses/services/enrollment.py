"""Beginning a course, leaving it, coming back."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, NotAllowed, NotSignedIn
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from courses.events import Enrolled, EnrollmentEnded
from courses.models import Course, Enrollment, EnrollmentSource, EnrollmentStatus, Verb
from courses.selectors import orders
from courses.services.progress import recount
from courses.services.reviews import settle_rating
from courses.services.track import HERE, Origin, track


def enroll(*, actor: Any, course: Course) -> tuple[Enrollment, bool]:
    """Enrol `actor` in `course` and return (enrolment, whether it is new). Repeating it changes nothing.

    Who has left comes back to the same row, with what they had done. Raises: NotAllowed (one's own course), Conflict
    `not_open` (draft, archived), Conflict `payment_required` (priced and not bought yet; the problem of the API names
    the page that sells it). Publishes: Enrolled, once.
    """
    ensure(actor, "courses.enroll", course)
    existing = Enrollment.objects.filter(user=actor, course=course).first()
    if existing is not None:
        return existing, False
    with transaction.atomic():
        # Status and price must hold until the enrolment is written.
        course = Course.objects.lock(course.pk)
        if not course.is_published:
            raise Conflict(_("This course does not take students at the moment."), code="not_open")
        has_paid = not course.is_free and orders.has_paid(actor, course)
        if not course.is_free and not has_paid:
            raise _payment_required(course)
        source = EnrollmentSource.ORDER if has_paid else EnrollmentSource.FREE
        return open_enrollment(user=actor, course=course, source=source)


def _payment_required(course: Course) -> Conflict:
    address = f"{settings.SITE_URL}{course.get_absolute_url()}checkout/"
    return Conflict(
        _("This course has to be paid for first."), code="payment_required", more={"checkout_url": address}
    )


def open_enrollment(
    *, user: Any, course: Course, source: str = EnrollmentSource.FREE, origin: Origin = HERE
) -> tuple[Enrollment, bool]:
    """Let `user` into the locked `course`, by whatever right, and return (enrolment, whether it opened just now).

    A part of services that have checked that right: enrolling, paying, another system's report.
    Publishes: Enrolled, CourseCompleted where lessons were removed while the student was away.
    """
    is_new = insert_once(
        Enrollment, user_id=user.pk, course_id=course.pk, source=source, enrolled_at=origin.moment,
        last_activity_at=origin.moment,
    )  # fmt: skip
    row = Enrollment.ever.select_for_update().get(user=user, course=course)
    is_back = row.status != EnrollmentStatus.ACTIVE
    if is_back:
        row.status, row.ended_at, row.source = EnrollmentStatus.ACTIVE, None, source
        row.save(update_fields=["status", "ended_at", "source"])
    if is_new or is_back:
        Course.objects.filter(pk=course.pk).update(students_count=F("students_count") + 1)
        track(Verb.ENROLLED, user=user, course=course, origin=origin)
        publish(Enrolled(user_id=user.pk, course_id=course.pk, at=origin.moment))
    if is_back:
        settle_rating(user_id=user.pk, course_id=course.pk)
        recount(row)
    return row, is_new or is_back


def leave(*, actor: Any, course: Course) -> None:
    """End the enrolment of `actor`; what they did is kept for the day they come back. Repeatable.

    Raises: NotSignedIn, NotAllowed `not_enrolled` (never was). Publishes: EnrollmentEnded.
    """
    if not actor.is_authenticated:
        raise NotSignedIn
    if not Enrollment.ever.filter(user=actor, course=course).exists():
        raise NotAllowed(_("Enrol in the course first."), code="not_enrolled")
    with transaction.atomic():
        course = Course.objects.lock(course.pk)
        end_enrollment(user=actor, course=course, status=EnrollmentStatus.LEFT)


def end_enrollment(*, user: Any, course: Course, status: str, origin: Origin = HERE) -> bool:
    """Close an active enrolment in the locked `course` as left or refunded, and tell whether there was one.

    A part of services that have checked the right to. Publishes: EnrollmentEnded.
    """
    row = Enrollment.objects.select_for_update().filter(user=user, course=course).first()
    if row is None:
        return False
    row.status, row.ended_at = status, timezone.now()
    row.save(update_fields=["status", "ended_at"])
    Course.objects.filter(pk=course.pk).update(students_count=F("students_count") - 1)
    settle_rating(user_id=user.pk, course_id=course.pk)
    track(Verb.LEFT, user=user, course=course, data={"reason": str(status)}, origin=origin)
    publish(EnrollmentEnded(user_id=user.pk, course_id=course.pk, reason=str(status), at=origin.moment))
    return True
