"""Who learns what, and how far they are."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course, Lesson


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def unfinished(self) -> "EnrollmentQuerySet":
        return self.filter(completed_at__isnull=True)


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
    enrolled_at = models.DateTimeField(_("enrolled at"), default=timezone.now)
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

    objects = EnrollmentQuerySet.as_manager()

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
        ]
        indexes = [
            models.Index(fields=["user", "-last_activity_at"], name="enrollment_resume"),
            models.Index(fields=["course", "enrolled_at"], name="enrollment_by_course"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.course_id}"


class LessonProgress(models.Model):
    """One student's way through one lesson: opened, position, completed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lesson_progress"
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="progress")
    position_seconds = models.PositiveIntegerField(default=0)  # where a video resumes
    viewed_at = models.DateTimeField(default=timezone.now)  # first opened
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lesson progress")
        verbose_name_plural = _("lesson progress")
        constraints = [models.UniqueConstraint(fields=["user", "lesson"], name="lesson_progress_once")]
        indexes = [models.Index(fields=["lesson", "completed_at"], name="lesson_progress_by_lesson")]
