"""Facts that only hold as they were then: the local hour of a lesson, since when a birthday is known."""

from django.conf import settings
from django.db import models

from courses.models import Lesson


class LessonMoment(models.Model):
    """When a lesson was completed by the clock on the person's wall, in the zone that they lived in then."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lesson_moments")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    local_date = models.DateField()
    hour = models.PositiveSmallIntegerField()  # 0-23, local
    weekend = models.DateField(null=True)  # the first day of the weekend it fell on, null on working days

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "lesson"], name="lesson_moment_once")]
        indexes = [
            models.Index(fields=["hour", "user"], name="lesson_moment_hour"),
            models.Index(
                fields=["user", "weekend"], name="lesson_moment_weekend", condition=~models.Q(weekend=None)
            ),
            models.Index(fields=["local_date", "user"], name="lesson_moment_date"),
        ]


class Birthday(models.Model):
    """Since when the school knows a birthday: one that was told the day before is no occasion for a badge."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    noted_on = models.DateField()
