"""Looking at the site as somebody else sees it: what was looked at is written down for good."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SupportAct(models.TextChoices):
    START = "start", _("Began to view as this person")
    PAGE = "page", _("Looked at a page")
    REFUSED = "refused", _("Was refused a page")
    STOP = "stop", _("Stopped")
    EXPIRED = "expired", _("Ran out of time")


class SupportActionQuerySet(models.QuerySet["SupportAction"]):
    def visible_to(self, viewer: Any) -> "SupportActionQuerySet":
        """All for administrators, none for anybody else."""
        return self if viewer.is_authenticated and viewer.is_admin else self.none()


class SupportAction(models.Model):
    """One line of the log of "view as": written once, never changed or deleted (the database refuses).

    `route` names the kind of page and its numbers ("forum:topic pk=7"), never names of people or what was searched for:
    a person who is erased later leaves nothing here but their number.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,  # accounts are anonymised, not deleted; a line is never touched
        related_name="+",
        verbose_name=_("administrator"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        related_name="+",
        verbose_name=_("viewed as"),
    )
    action = models.CharField(_("action"), max_length=8, choices=SupportAct.choices)
    route = models.CharField(_("page"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = SupportActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("support view")
        verbose_name_plural = _("support views")
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="support_action_newest"),
            models.Index(fields=["person", "-created_at"], name="support_action_person"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("a line of the log of support is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a line of the log of support is never deleted")
