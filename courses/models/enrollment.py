"""Who learns what, and how far they are."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course, Lesson


class EnrollmentStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    LEFT = "left", _("Left")
    REFUNDED = "refunded", _("Refunded")


class EnrollmentSource(models.TextChoices):
    FREE = "free", _("Free")
    ORDER = "order", _("Order")
    INGEST = "ingest", _("Another system")


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def unfinished(self) -> "EnrollmentQuerySet":
        return self.filter(completed_at__isnull=True)


class Active(models.Manager[Any]):
    """Enrolments that open the course. Who left or was refunded keeps the row: `Enrollment.ever`."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(status=EnrollmentStatus.ACTIVE)


class Enrollment(models.Model):
    """One student in one course; leaving and coming back keeps the row.

    Invariants: `progress_percent` = completed required lessons / required lessons, except that it never falls once
    the course is completed; `completed_at` is set if and only if it reached 100.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="enrollments",
        verbose_name=_("student"),
    )
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="enrollments", verbose_name=_("course")
    )
    status = models.CharField(
        _("status"), max_length=8, choices=EnrollmentStatus.choices, default=EnrollmentStatus.ACTIVE
    )
    source = models.CharField(
        _("source"), max_length=8, choices=EnrollmentSource.choices, default=EnrollmentSource.FREE
    )
    enrolled_at = models.DateTimeField(_("enrolled at"), default=timezone.now)
    ended_at = models.DateTimeField(_("left or refunded at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    last_activity_at = models.DateTimeField(_("last activity"), default=timezone.now)
    last_lesson = models.ForeignKey(
        Lesson,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("last lesson"),
    )
    lessons_completed = models.PositiveIntegerField(_("lessons completed"), default=0)  # of required lessons
    progress_percent = models.PositiveSmallIntegerField(_("progress in percent"), default=0)

    objects = Active.from_queryset(EnrollmentQuerySet)()
    ever = EnrollmentQuerySet.as_manager()

    # Set by selectors: the lesson to go on with, None when all are done.
    next_lesson: Lesson | None = None

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="enrollment_once"),
            models.CheckConstraint(condition=Q(progress_percent__lte=100), name="enrollment_progress_range"),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True, progress_percent__lt=100)
                | Q(completed_at__isnull=False, progress_percent=100),
                name="enrollment_completed_is_100",
            ),
            models.CheckConstraint(
                condition=Q(status=EnrollmentStatus.ACTIVE, ended_at__isnull=True)
                | (~Q(status=EnrollmentStatus.ACTIVE) & Q(ended_at__isnull=False)),
                name="enrollment_ended_when_not_active",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-last_activity_at"], name="enrollment_resume"),
            models.Index(fields=["course", "enrolled_at"], name="enrollment_by_course"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.course_id}"


class LessonProgress(models.Model):
    """One student's way through one lesson: opened, watched or read, completed.

    `coverage` is the union of what was credited of a video, [[from, to], …] in milliseconds, sorted and apart;
    `watched_seconds` is its length. `read_seconds` counts an article on screen.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lesson_progress"
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="progress")
    position_seconds = models.PositiveIntegerField(default=0)  # where a video resumes
    viewed_at = models.DateTimeField(default=timezone.now)  # first opened
    completed_at = models.DateTimeField(null=True, blank=True)
    coverage = models.JSONField(default=list)
    watched_seconds = models.PositiveIntegerField(default=0)
    read_seconds = models.PositiveIntegerField(default=0)
    reported_at = models.DateTimeField(
        null=True, blank=True
    )  # last sign of life of the page, for `read_seconds`

    class Meta:
        verbose_name = _("lesson progress")
        verbose_name_plural = _("lesson progress")
        constraints = [models.UniqueConstraint(fields=["user", "lesson"], name="lesson_progress_once")]
        indexes = [models.Index(fields=["lesson", "completed_at"], name="lesson_progress_by_lesson")]
