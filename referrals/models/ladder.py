"""The ladder: what many friends bring beyond each of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LadderStep(models.Model):
    """One rung, edited by administrators. Who has reached it keeps what was paid, whatever it is changed to."""

    min_referrals = models.PositiveIntegerField(_("friends"), unique=True)
    points = models.PositiveIntegerField(_("points"))
    badge = models.SlugField(_("badge"), max_length=60, blank=True, help_text=_("Its name in the catalogue."))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rung of the ladder")
        verbose_name_plural = _("ladder of invitations")
        ordering = ["min_referrals"]
        constraints = [models.CheckConstraint(condition=Q(min_referrals__gte=1), name="ladder_step_of_one")]

    def __str__(self) -> str:
        return str(self.min_referrals)


class ReachedStep(models.Model):
    """A rung that somebody has reached, once for good; taken back (`revoked_at`) when a referral was rejected.

    `min_referrals` and `points` are those of the day it was reached.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ladder_steps", verbose_name=_("inviter")
    )
    step = models.ForeignKey(LadderStep, on_delete=models.PROTECT, related_name="reached", verbose_name=_("rung"))
    min_referrals = models.PositiveIntegerField(_("friends"))
    points = models.PositiveIntegerField(_("points"))
    reached_at = models.DateTimeField(_("reached"), default=timezone.now)
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("reward of the ladder")
        verbose_name_plural = _("rewards of the ladder")
        constraints = [models.UniqueConstraint(fields=["user", "step"], name="ladder_step_once")]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.min_referrals}"

    @property
    def key(self) -> str:
        """The cause in the ledger."""
        return f"referral-ladder:{self.user_id}:{self.step_id}"
