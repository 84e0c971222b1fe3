"""What the school pays for, and what makes it look twice."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Basis(models.TextChoices):
    REGISTERED = "registered", _("friends with a confirmed e-mail")
    COMPLETED = "completed", _("friends who finished a course")


class ReferralPolicy(models.Model):
    """The one row of settings; without it the defaults hold."""

    joined_referrer = models.PositiveIntegerField(_("to the inviter when a friend joins"), default=100)
    joined_referee = models.PositiveIntegerField(_("to the friend who joins"), default=50)
    completed_referrer = models.PositiveIntegerField(_("to the inviter when a friend finishes a course"), default=500)
    completed_referee = models.PositiveIntegerField(_("to the friend who finishes a course"), default=250)
    basis = models.CharField(_("the ladder counts"), max_length=10, choices=Basis.choices, default=Basis.COMPLETED)
    min_lessons = models.PositiveSmallIntegerField(_("lessons that a course must have"), default=0)
    min_minutes = models.PositiveSmallIntegerField(_("minutes that a course must have"), default=0)
    has_holds = models.BooleanField(
        _("hold doubtful referrals"), default=True, help_text=_("Off: only what is forbidden is refused.")
    )
    hold_hours = models.PositiveSmallIntegerField(_("hours a slight doubt holds"), default=72)
    hold_score = models.PositiveSmallIntegerField(_("risk from which a referral is held for a time"), default=20)
    review_score = models.PositiveSmallIntegerField(_("risk from which staff decides"), default=50)
    burst_a_day = models.PositiveSmallIntegerField(_("friends of one code a day without a doubt"), default=10)
    same_address_a_day = models.PositiveSmallIntegerField(
        _("friends of one inviter behind one address a day without a doubt"), default=5
    )
    min_pace_percent = models.PositiveSmallIntegerField(
        _("least share of a course's minutes that finishing it takes, percent"), default=10
    )

    class Meta:
        verbose_name = _("settings of referrals")
        verbose_name_plural = _("settings of referrals")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="referral_policy_single")]

    def __str__(self) -> str:
        return str(_("Settings of referrals"))
