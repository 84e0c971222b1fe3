"""The day and the streak. The ledger, levels and badges come with their issue."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class DailyActivity(models.Model):
    """What one person did on one local date: one row per user and day, written by reactions."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="daily_activity")
    date = models.DateField()  # in the user's zone
    lessons_completed = models.PositiveIntegerField(default=0)
    posts_created = models.PositiveIntegerField(default=0)  # topics and replies
    comments_posted = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "date"], name="daily_activity_once")]


class Streak(models.Model):
    """Days in a row with activity. What is shown is settled on reading: a missed day ends it without any job."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="streak")
    current_streak = models.PositiveIntegerField(default=0)  # as of last_active_date
    longest_streak = models.PositiveIntegerField(default=0)
    total_active_days = models.PositiveIntegerField(default=0)
    last_active_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(current_streak__lte=F("longest_streak")), name="streak_longest")
        ]
