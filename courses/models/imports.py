"""Courses that came as an archive."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.models.course import Course


class ImportFormat(models.TextChoices):
    MARKDOWN = "markdown", "Markdown"
    OLX = "olx", "Open edX"


class CourseImport(models.Model):
    """An archive that somebody made a draft of. `number` counts the drafts of the same content, asked for each time.

    `digest` is that of the names and contents inside, so that packing a folder anew makes no other archive. `notes`
    are what was not understood: [{"place", "text"}].
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="course_imports")
    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="imported")
    format = models.CharField(max_length=8, choices=ImportFormat.choices)
    digest = models.CharField(max_length=64)  # SHA-256, hexadecimal
    number = models.PositiveSmallIntegerField(default=1)
    notes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest", "number"], name="course_import_once")
        ]

    def __str__(self) -> str:
        return f"{self.digest[:8]}/{self.number}"
