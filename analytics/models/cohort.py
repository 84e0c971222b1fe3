"""Who began together, and how far they came."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Course


class Grain(models.TextChoices):
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")


class Cohort(models.Model):
    """Students who enrolled in one week (from Monday) or month, `period` weeks or months later (0: the same one).

    `returned` learned in that period, `returned_later` in it or any later one.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="cohorts")
    grain = models.CharField(max_length=5, choices=Grain.choices)
    began_on = models.DateField()
    period = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    returned = models.PositiveIntegerField()
    returned_later = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "grain", "began_on", "period"], name="cohort_once")
        ]


class FunnelDay(models.Model):
    """Students who enrolled on one day, by how far they came. Each step is among the step before."""

    STEPS = ("enrolled", "started", "quarter", "quiz", "half", "completed", "reviewed")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="funnel_days")
    day = models.DateField()
    enrolled = models.PositiveIntegerField()
    started = models.PositiveIntegerField()  # learned anything
    quarter = models.PositiveIntegerField()  # 25 % of the required lessons
    quiz = models.PositiveIntegerField()  # passed one; where the course has none, as the step before
    half = models.PositiveIntegerField()
    completed = models.PositiveIntegerField()
    reviewed = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "day"], name="funnel_day_once")]
