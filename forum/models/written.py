"""What topics, posts and comments have in common."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models import FlagReason


class Written(models.Model):
    """Something a person wrote, may edit, and that can be taken away without a trace being lost.

    `edited_at` and `revision` move by edits only, never by counters; ETags are made of the revision. `deleted_at` means
    "taken away", for counters and lists alike; `is_hidden` says that moderation did so, and then its author still sees
    it, with the reason. A row that is hidden is always deleted, too (held by the database).
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        verbose_name=_("author"),
    )
    likes_count = models.PositiveIntegerField(_("likes"), default=0)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("deleted by"),
    )
    is_hidden = models.BooleanField(_("hidden by moderation"), default=False)
    removal_reason = models.CharField(_("reason of the removal"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def removal_words(self) -> str:
        """Why it was hidden, for its author: one of the reasons of reports, or what a moderator wrote."""
        reason = self.removal_reason
        return str(FlagReason(reason).label) if reason in FlagReason.values else reason

    @property
    def is_edited(self) -> bool:
        return self.edited_at is not None

    @property
    def updated_at(self) -> datetime:
        return self.edited_at or self.created_at


class Rendered(models.Model):
    """A Markdown source beside its HTML, rendered and sanitised on write."""

    content = models.TextField(_("content"))
    content_html = models.TextField(editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True
