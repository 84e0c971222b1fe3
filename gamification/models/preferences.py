"""Who wants to play: a switch for the school and one for each person. Off means not shown, never lost."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class GamificationSwitch(models.Model):
    """The one row of the school's own switch."""

    is_on = models.BooleanField(_("points, badges, streaks and leaderboards are shown"), default=True)

    class Meta:
        verbose_name = _("gamification switch")
        verbose_name_plural = _("gamification switch")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="gamification_switch_single")]


class GamificationPreference(models.Model):
    """What one person chose; without a row everything is on."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="gamification"
    )
    is_on = models.BooleanField(_("show points, badges and streaks"), default=True)
    in_leaderboards = models.BooleanField(_("take part in leaderboards"), default=True)
    has_reminders = models.BooleanField(_("remind me of my streak in the evening"), default=True)
    goal = models.ForeignKey(  # the badge whose progress stays in sight
        "gamification.Badge", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    goal_reached = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)  # the mark passed, percent
    goal_told = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)  # the mark that was told

    @property
    def has_goal_news(self) -> bool:
        """Tell whether a mark on the way to the goal was passed and not told yet."""
        return self.goal_id is not None and self.goal_told < self.goal_reached

    @property
    def revision(self) -> int:
        """The choices as one number: the tag of what can be edited."""
        return self.is_on + 2 * self.in_leaderboards + 4 * self.has_reminders
