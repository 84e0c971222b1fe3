"""Issuing certificates, once per person and course, and revoking them."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.errors import Conflict
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from courses.events import CertificateIssued, CertificateRevoked
from courses.limits import REVOKE_REASON_MAX
from courses.models import Certificate, Course, Enrollment, EnrollmentStatus, Verb
from courses.services import credentials, signing_keys
from courses.services.track import Origin, track

BATCH = 500


def issue_certificate(
    *, user_id: int, course_id: int, uuid: UUID | None = None, at: datetime | None = None
) -> Certificate | None:
    """Issue the certificate of who completed the course and return it; the former one where there is one, even revoked.

    Everybody who issues waits for the lock on the enrolment, so it happens once. None for who did not complete it,
    had the payment returned or is gone. Publishes: CertificateIssued, once.
    """
    with transaction.atomic():
        done = Enrollment.ever.filter(user=user_id, course=course_id, completed_at__isnull=False)
        rows = done.exclude(status=EnrollmentStatus.REFUNDED).select_for_update(of=("self",))
        enrollment = rows.select_related("user", "course__instructor").first()
        if enrollment is None or enrollment.completed_at is None or not enrollment.user.is_active:
            return None
        former = Certificate.objects.filter(user=user_id, course=course_id).order_by("-pk").first()
        if former is not None:
            return former
        row = _make(enrollment, uuid or uuid4(), at or timezone.now())
        track(Verb.CERTIFIED, user=enrollment.user, course=enrollment.course, origin=Origin(at=at))
        publish(
            CertificateIssued(
                certificate_id=row.pk, certificate_uuid=row.uuid, user_id=user_id, course_id=course_id,
                at=row.issued_at,
            )
        )  # fmt: skip
    return row


def issue_missing() -> int:
    """Issue what an event that got lost, or a restart, left out, and return how many. One query where nothing is."""
    held = Certificate.objects.filter(user=OuterRef("user"), course=OuterRef("course"))
    rows = Enrollment.ever.filter(~Exists(held), completed_at__isnull=False, user__is_active=True)
    missing = list(
        rows.exclude(status=EnrollmentStatus.REFUNDED).order_by("pk").values_list("user_id", "course_id")[:BATCH]
    )
    issued = [issue_certificate(user_id=user_id, course_id=course_id) for user_id, course_id in missing]
    return sum(row is not None for row in issued)


def revoke_certificate(*, actor: Any, certificate: Certificate, reason: str) -> Certificate:
    """Take a certificate back for good: from now on it is told to be revoked wherever it is checked.

    The holder and the course's staff read the reason. Raises: NotAllowed (rule courses.revoke_certificate), Invalid on
    `reason`, Conflict `already_revoked`.  Publishes: CertificateRevoked.
    """
    ensure(actor, "courses.revoke_certificate", certificate)
    reason = text.clean(reason, field="reason", high=REVOKE_REASON_MAX, multiline=False)
    with transaction.atomic():
        locked = Certificate.objects.select_for_update().get(pk=certificate.pk)
        if locked.revoked_at is not None:
            raise Conflict(_("This certificate has been revoked already."), code="already_revoked")
        locked.revoked_at, locked.revoke_reason, locked.revoked_by_id = timezone.now(), reason, actor.pk
        locked.save(update_fields=["revoked_at", "revoke_reason", "revoked_by"])
        publish(
            CertificateRevoked(
                certificate_id=locked.pk, certificate_uuid=locked.uuid, user_id=locked.user_id,
                course_id=locked.course_id, actor_id=actor.pk,
            )
        )  # fmt: skip
    return locked


def _make(enrollment: Enrollment, uuid: UUID, at: datetime) -> Certificate:
    course = enrollment.course
    key = signing_keys.signing_key()
    private = signing_keys.private_half(key)
    row = Certificate(
        uuid=uuid, user=enrollment.user, course=course, holder_name=enrollment.user.name, course_title=course.title,
        instructor_name=course.instructor.name, language=_language(course), issued_at=at, key=key,
    )  # fmt: skip
    unsigned = credentials.document(row, course, completed_at=enrollment.completed_at or at)
    assert private is not None  # noqa: S101 - signing_key() returns keys that open
    row.credential, row.proof = credentials.sign(unsigned, private, key.key_id, at)
    row.save(force_insert=True)
    return row


def _language(course: Course) -> str:
    """Return the language that the certificate is written in: the course's, where the site speaks it."""
    return course.language if course.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
