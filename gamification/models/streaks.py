"""Days with learning, and the streak they make."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gamification.limits import NOTE_MAX


class DailyActivity(models.Model):
    """What one person did on one local date: one row per user and day, written by reactions.

    The date is that of the person's zone when it happened; a later change of zone does not move it. The streak counts
    the days that are `is_qualifying`: a lesson or a quiz completed, or ten minutes of learning.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="daily_activity"
    )
    date = models.DateField()
    lessons_completed = models.PositiveIntegerField(default=0)
    quizzes_completed = models.PositiveIntegerField(default=0)
    posts_created = models.PositiveIntegerField(default=0)  # topics and replies
    comments_posted = models.PositiveIntegerField(default=0)
    seconds_spent = models.PositiveIntegerField(default=0)  # of watching and reading
    points_earned = models.IntegerField(default=0)
    is_qualifying = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "date"], name="daily_activity_once")]


class Streak(models.Model):
    """Days in a row with learning, settled up to `covered_date`.

    What is shown is settled on reading (`settle`), so a page is right without any job; the rollover only writes that
    down. Frozen days keep a run alive and are not counted.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="streak")
    current_streak = models.PositiveIntegerField(default=0)
    longest_streak = models.PositiveIntegerField(default=0)
    total_active_days = models.PositiveIntegerField(default=0)
    last_active_date = models.DateField(null=True)
    freezes_available = models.PositiveSmallIntegerField(_("freezes"), default=0)
    frozen_on = models.DateField(null=True)  # the last date that a freeze covered
    covered_date = models.DateField(null=True)  # the last local date that was active or frozen
    zone = models.CharField(max_length=64, default="UTC")  # IANA, as of the last event
    zone_changed_at = models.DateTimeField(null=True)
    last_active_at = models.DateTimeField(null=True)  # travel grace counts hours
    run_started_on = models.DateField(null=True)
    broken_length = models.PositiveIntegerField(default=0)  # of the run that ended last
    broken_on = models.DateField(null=True)  # the local date that was missed
    repaired_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    reminders_ignored = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(current_streak__lte=F("longest_streak")), name="streak_longest"
            ),
            models.CheckConstraint(condition=Q(freezes_available__lte=5), name="streak_freeze_cap"),
        ]
        indexes = [
            models.Index(
                fields=["zone", "covered_date"], name="streak_rollover", condition=Q(current_streak__gt=0)
            ),
        ]


class CoverKind(models.TextChoices):
    AUTO = "auto", _("Freeze")
    REPAIR = "repair", _("Repaired by learning")
    TRAVEL = "travel", _("On the way to another time zone")
    STAFF = "staff", _("Given by the school")


class StreakCover(models.Model):
    """A missed local date that does not end the run."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="streak_covers")
    date = models.DateField()
    kind = models.CharField(max_length=6, choices=CoverKind.choices)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "date"], name="streak_cover_once")]


class FreezeGrant(models.Model):
    """Freezes that came in, one row per cause; those that were used are the covers of kind `auto`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="freeze_grants")
    amount = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=120, unique=True)
    date = models.DateField(_("usable from"))  # local
    reason = models.CharField(_("reason"), max_length=NOTE_MAX, blank=True, db_default="")  # of what people gave
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "date"], name="freeze_grants_of_person")]
