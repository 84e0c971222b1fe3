"""One person who came by the code of another."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from referrals import limits
from referrals.models.code import ReferralCode


class Status(models.TextChoices):
    PENDING = "pending", _("Joined")
    COMPLETED = "completed", _("Finished a course")
    REWARDED = "rewarded", _("Rewarded")
    REJECTED = "rejected", _("Not eligible")


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, viewer: Any) -> "ReferralQuerySet":
        """Return whom one has invited; staff sees all."""
        if not viewer.is_authenticated:
            return self.none()
        return self.all() if viewer.is_moderator else self.filter(referrer=viewer.pk)

    def joined(self) -> "ReferralQuerySet":
        """Return those whose e-mail is confirmed, and of whom nothing is doubted: what counts as registered."""
        return self.filter(joined_at__isnull=False, is_held=False).exclude(status=Status.REJECTED)

    def rewarded(self) -> "ReferralQuerySet":
        return self.filter(status=Status.REWARDED)


class Referral(models.Model):
    """pending → completed → rewarded, or rejected. Each arrow is an UPDATE on the status that it leaves.

    `referrer_points` and `referee_points` are what the ledger has paid and not taken back. While `is_held` nothing is
    paid: until `hold_until`, or without one until staff decides. `flags` are the codes of `selectors.risk`.
    The digests are keyed hashes, forgotten after 90 days.
    """

    code = models.ForeignKey(ReferralCode, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("code"))
    referrer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="referrals_made", verbose_name=_("inviter")
    )
    referee = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitation", verbose_name=_("friend")
    )
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.PENDING)
    created_at = models.DateTimeField(_("registered"), default=timezone.now)
    joined_at = models.DateTimeField(_("e-mail confirmed"), null=True, blank=True)
    completed_at = models.DateTimeField(_("course finished"), null=True, blank=True)
    rewarded_at = models.DateTimeField(_("rewarded"), null=True, blank=True)
    rejected_at = models.DateTimeField(_("rejected"), null=True, blank=True)
    course = models.ForeignKey("courses.Course", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    referrer_points = models.PositiveIntegerField(_("paid to the inviter"), default=0)
    referee_points = models.PositiveIntegerField(_("paid to the friend"), default=0)
    risk_score = models.PositiveSmallIntegerField(_("risk"), default=0)
    flags = models.JSONField(_("signs"), default=list, blank=True)
    is_held = models.BooleanField(_("held"), default=False)
    hold_until = models.DateTimeField(_("held until"), null=True, blank=True)
    is_cleared = models.BooleanField(_("released by staff"), default=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reject_reason = models.CharField(_("reason, for staff"), max_length=limits.REASON_HIGH, blank=True)
    mail_digest = models.CharField(max_length=64, blank=True)
    address_digest = models.CharField(max_length=64, blank=True)
    device_digest = models.CharField(max_length=64, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.CheckConstraint(condition=~Q(referrer=F("referee")), name="referral_of_another"),
            models.CheckConstraint(
                condition=~Q(status="rejected") | Q(referrer_points=0, referee_points=0),
                name="referral_rejected_unpaid",
            ),
            models.CheckConstraint(
                condition=~Q(status="rewarded") | Q(is_held=False, rewarded_at__isnull=False), name="referral_rewarded"
            ),
        ]
        indexes = [
            models.Index(fields=["referrer", "status", "-id"], name="referral_of_inviter"),
            models.Index(fields=["code", "-created_at"], name="referral_of_code"),
            models.Index(fields=["status", "rewarded_at", "referrer"], name="referral_board"),
            models.Index(fields=["is_held", "hold_until"], name="referral_held", condition=Q(is_held=True)),
            models.Index(fields=["mail_digest"], name="referral_mail", condition=~Q(mail_digest="")),
            models.Index(fields=["device_digest"], name="referral_device", condition=~Q(device_digest="")),
            models.Index(
                fields=["address_digest", "-created_at"], name="referral_address", condition=~Q(address_digest="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} #{self.pk}"
