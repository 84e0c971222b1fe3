"""Who teaches a course beside its owner."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course, StaffRole


class CourseStaff(models.Model):
    """Another instructor (writes the course, sees its figures) or an assistant (helps its students) of a course.

    `Course.team` repeats these rows; the service that changes one changes the other.
    """

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="staff", verbose_name=_("course")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="course_staff",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=10, choices=StaffRole.choices, default=StaffRole.ASSISTANT)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("member of a course's staff")
        verbose_name_plural = _("staff of courses")
        constraints = [models.UniqueConstraint(fields=["course", "user"], name="course_staff_once")]
