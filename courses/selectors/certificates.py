"""Reads of certificates: whose they are, which were revoked."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from courses.models import Certificate
from courses.models.course import CourseQuerySet


def certificates_of(person: Any) -> QuerySet[Certificate]:
    """Return every certificate of a person, revoked ones too, newest first."""
    return Certificate.objects.filter(user=person.pk).select_related("course").order_by("-issued_at", "-pk")


def with_certificate_of(rows: CourseQuerySet, user: Any) -> CourseQuerySet:
    """Annotate `certificate_uuid`, the valid certificate of `user`, None without one."""
    valid = Certificate.objects.filter(user=user.pk, course=OuterRef("pk"), revoked_at=None)
    return rows.annotate(certificate_uuid=Subquery(valid.values("uuid")[:1]))


def revoked() -> list[UUID]:
    """Return the codes of all revoked certificates, in the order of revoking."""
    rows = Certificate.objects.filter(revoked_at__isnull=False).order_by("revoked_at", "pk")
    return list(rows.values_list("uuid", flat=True))
