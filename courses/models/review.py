"""What students say about courses and lessons."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community_platform.core.permissions import SYSTEM
from courses.models.course import Course, Lesson
from courses.models.enrollment import Enrollment


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: Any) -> "ReviewQuerySet":
        """Reviews of visible courses that count; one's own always, everything for moderators."""
        if user is SYSTEM or (user.is_authenticated and user.is_moderator):
            return self
        own = Q(user=user) if user.is_authenticated else Q(pk__in=[])
        return self.filter(Q(counts=True) | own, course__in=Course.objects.visible_to(user))

    def with_people(self) -> "ReviewQuerySet":
        """Load who wrote, who replied, and the course."""
        return self.select_related("user", "replied_by", "course")


class Review(models.Model):
    """One review per enrolment, with the instructor's reply.

    It counts in the course's rating unless it is hidden or its enrolment was refunded: `counts` says so, and
    `Course.rating_sum` and `ratings_count` are made of the rows that count. Only these are shown to others.
    `removal_reason` is one of the reasons of reports, or words: the author reads why it is hidden.
    """

    enrollment = models.OneToOneField(Enrollment, on_delete=models.CASCADE, related_name="review")
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("course")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("student")
    )
    rating = models.PositiveSmallIntegerField(_("rating"))
    content = models.TextField(_("content"), blank=True)  # Markdown
    content_html = models.TextField(blank=True, editable=False)
    counts = models.BooleanField(default=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    removal_reason = models.CharField(_("reason of hiding"), max_length=500, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reply = models.TextField(_("reply"), blank=True)  # Markdown
    reply_html = models.TextField(blank=True, editable=False)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    replied_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="review_once"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="review_rating_range"),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | Q(counts=False), name="review_hidden_counts_not"
            ),
        ]
        indexes = [
            models.Index(fields=["course", "-created_at", "-id"], name="review_newest"),
            models.Index(fields=["course", "rating"], condition=Q(counts=True), name="review_stars"),
        ]

    def __str__(self) -> str:
        return f"{self.rating}: {self.user_id}/{self.course_id}"

    def get_absolute_url(self) -> str:
        """Needs `course` loaded."""
        return f"/courses/{self.course.slug}/reviews/{self.pk}/"

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def is_edited(self) -> bool:
        return self.edited_at is not None

    @property
    def stars(self) -> range:
        """The numbers of the stars that are given, for pages to repeat something for each."""
        return range(self.rating)


class FeedbackKind(models.TextChoices):
    CLEAR = "clear", pgettext_lazy("lesson feedback", "Clear")
    CONFUSING = "confusing", _("Confusing")
    TOO_FAST = "too_fast", _("Too fast")
    ERROR = "error", _("There is an error")


FEEDBACK_ICONS = {
    FeedbackKind.CLEAR: "thumbs-up",
    FeedbackKind.CONFUSING: "circle-question-mark",
    FeedbackKind.TOO_FAST: "gauge",
    FeedbackKind.ERROR: "triangle-alert",
}  # Lucide names


class FeedbackQuerySet(models.QuerySet["LessonFeedback"]):
    def visible_to(self, user: Any) -> "FeedbackQuerySet":
        """One's own marks; those of the courses that one teaches; everything for administrators."""
        if user is SYSTEM or (user.is_authenticated and user.is_admin):
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(user=user) | Q(lesson__course__in=Course.objects.taught_by(user)))


class LessonFeedback(models.Model):
    """A student's mark on one second of a lesson (0 for articles); the same mark again is the same row."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lesson_feedback"
    )
    lesson = models.ForeignKey(
        Lesson, on_delete=models.CASCADE, related_name="feedback", verbose_name=_("lesson")
    )
    kind = models.CharField(_("kind"), max_length=9, choices=FeedbackKind.choices)
    at_seconds = models.PositiveIntegerField(_("second"), default=0)
    text = models.CharField(_("text"), max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson feedback")
        verbose_name_plural = _("lesson feedback")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "lesson", "kind", "at_seconds"], name="lesson_feedback_once"
            )
        ]
        indexes = [models.Index(fields=["lesson", "at_seconds"], name="lesson_feedback_by_second")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.user_id}/{self.lesson_id} at {self.at_seconds}"

    @property
    def icon(self) -> str:
        return FEEDBACK_ICONS[FeedbackKind(self.kind)]

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None
