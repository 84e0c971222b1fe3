"""What was played of videos."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.course import Lesson


class WatchSpan(models.Model):
    """One stretch of a video that played without a break, as far as the server credits it.

    The client names it by a uuid and reports it again while it grows; the row grows with it, so a retry is harmless.
    `from_ms` and `to_ms` are places in the video; `begun_at` and `ended_at` are when it played by the server's clock,
    null where another system says so (ingest). One person's spans never overlap in time.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watch_spans")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="watch_spans")
    uuid = models.UUIDField()
    from_ms = models.PositiveIntegerField()
    to_ms = models.PositiveIntegerField()
    rate = models.DecimalField(max_digits=4, decimal_places=2, default=1)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("watched span")
        verbose_name_plural = _("watched spans")
        constraints = [
            models.UniqueConstraint(fields=["user", "uuid"], name="watch_span_once"),
            models.CheckConstraint(condition=Q(from_ms__lte=F("to_ms")), name="watch_span_forward"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="watch_span_rate_positive"),
        ]
        indexes = [
            models.Index(fields=["user", "ended_at"], name="watch_span_clock"),
            models.Index(fields=["lesson", "user"], name="watch_span_by_lesson"),
        ]
