"""How far aggregation is."""

from django.db import models
from django.utils import timezone

from courses.models import Course


class Pipeline(models.Model):
    """The one row that says how far the log was read; its lock keeps two runs apart.

    `watermark`: everything received before it was seen. `version` moves with every run that changed a table.
    """

    ID = 1

    watermark = models.DateTimeField(null=True)
    as_of = models.DateTimeField(null=True)
    version = models.PositiveBigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)  # last self-check of old days
    checked_count = models.PositiveIntegerField(default=0)
    wrong_count = models.PositiveIntegerField(default=0)


class CourseState(models.Model):
    """What the tables of one course were made of. `version` is part of the key of every cached answer."""

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="analytics_state")
    version = models.PositiveBigIntegerField(default=0)
    as_of = models.DateTimeField(default=timezone.now)


class DirtyDay(models.Model):
    """A day of a course that must be made anew, because its source changed without a new event.

    Rows are only added, never merged: a run deletes those it had read before it began, so that a mark made meanwhile
    stays for the next one.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
