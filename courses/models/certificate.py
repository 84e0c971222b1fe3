"""Certificates, and the keys that sign them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course


class SigningKey(models.Model):
    """A key pair of the school as issuer. Retired keys sign nothing more, but still verify what they signed.

    The private half is encrypted with a key made of SECRET_KEY: a copy of the database alone signs nothing.
    """

    key_id = models.CharField(max_length=64, unique=True)
    algorithm = models.CharField(max_length=16, default="EdDSA")
    public_key = models.TextField()  # JWK
    private_key = models.TextField()  # PEM, encrypted
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")

    def __str__(self) -> str:
        return self.key_id


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: Any) -> "CertificateQuerySet":
        """All: whoever was given the code of a certificate may check it. Only pages about their holder list them."""
        return self


class Certificate(models.Model):
    """The proof that a person completed a course, as both were named on that day.

    The names are snapshots on purpose: who changes their name keeps the certificate as issued. `credential` is the
    Open Badges 3.0 document with its Data Integrity proof, `proof` the same document as a compact JWT. At most one per
    person and course is not revoked.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="certificates",
        verbose_name=_("holder"),
    )
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("course")
    )
    holder_name = models.CharField(_("name of the holder"), max_length=150)
    course_title = models.CharField(_("title of the course"), max_length=120)
    instructor_name = models.CharField(_("name of the instructor"), max_length=150)
    language = models.CharField(max_length=5, default="en")
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    credential = models.JSONField(default=dict)
    proof = models.TextField(blank=True)
    key = models.ForeignKey(
        SigningKey, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoke_reason = models.CharField(
        _("reason of revoking"), max_length=200, blank=True
    )  # for the holder and staff, never shown outside

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"], condition=Q(revoked_at__isnull=True), name="certificate_one_valid"
            )
        ]
        indexes = [
            models.Index(fields=["user", "-issued_at"], name="certificate_of_person"),
            models.Index(
                fields=["revoked_at"], condition=Q(revoked_at__isnull=False), name="certificate_revoked"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    def get_absolute_url(self) -> str:
        return f"/certificates/{self.uuid}/"

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None
