"""Days of the school."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlatformDay(models.Model):
    """The school on one day.

    `dau`, `wau`, `mau`: different people who learned, wrote in the forum, commented or sent messages.
    """

    day = models.DateField(_("day"), unique=True)
    dau = models.PositiveIntegerField(default=0)
    wau = models.PositiveIntegerField(default=0)
    mau = models.PositiveIntegerField(default=0)
    enrollments = models.PositiveIntegerField(default=0)
    completions = models.PositiveIntegerField(default=0)
    topics_count = models.PositiveIntegerField(default=0)
    posts_count = models.PositiveIntegerField(default=0)
    messages_count = models.PositiveIntegerField(default=0)
    watch_ms = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("day of the school")
        verbose_name_plural = _("days of the school")
