"""What a person passes on to friends."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from referrals import limits


class CodeQuerySet(models.QuerySet["ReferralCode"]):
    def visible_to(self, viewer: Any) -> "CodeQuerySet":
        """Return one's own codes."""
        return self.filter(user=viewer.pk) if viewer.is_authenticated else self.none()

    def usable(self, now: datetime | None = None) -> "CodeQuerySet":
        """Return those that bring somebody here: on, not over, with a place left, of a person in good standing."""
        now = now or timezone.now()
        suspended = Q(user__suspended_until__gt=now)
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=now),
            Q(max_uses=None) | Q(usage_count__lt=F("max_uses")),
            ~suspended,
            is_active=True,
            user__is_active=True,
        )


class ReferralCode(models.Model):
    """A code, stored in upper case and found in any. `usage_count` is how many of its referrals are not rejected."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="referral_codes", verbose_name=_("inviter")
    )
    code = models.CharField(_("code"), max_length=limits.CODE_HIGH, unique=True)
    label = models.CharField(_("label"), max_length=limits.LABEL_HIGH, blank=True)
    is_default = models.BooleanField(_("own code"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    usage_count = models.PositiveIntegerField(_("used"), default=0)
    clicks_count = models.PositiveIntegerField(_("clicks"), default=0)
    max_uses = models.PositiveIntegerField(_("most uses"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation code")
        verbose_name_plural = _("invitation codes")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(is_default=True), name="referral_code_default"),
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(usage_count__lte=F("max_uses")), name="referral_code_within_limit"
            ),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="referral_code_of_person")]

    def __str__(self) -> str:
        return self.code

    @property
    def path(self) -> str:
        return f"/?{urlencode({'ref': self.code})}"

    @property
    def url(self) -> str:
        return f"{settings.SITE_URL}{self.path}"

    @property
    def is_over(self) -> bool:
        """Tell whether time or limit has closed it."""
        expired = self.expires_at is not None and self.expires_at <= timezone.now()
        return expired or (self.max_uses is not None and self.usage_count >= self.max_uses)
