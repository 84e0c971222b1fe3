"""What a person wants to be told, and where."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    IN_APP = "in_app", _("On the site")
    EMAIL = "email", _("By mail")
    PUSH = "push", _("Push")


class Digest(models.TextChoices):
    OFF = "off", _("Never")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")


class NotificationPreference(models.Model):
    """A choice about one kind on one channel, kept for good once it was made.

    Without a row the default of the kind holds; a later default never undoes a row.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    is_on = models.BooleanField(_("wanted"))

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.is_on}"


class Unsubscription(models.Model):
    """No mail of a category ("" = none at all), kinds that do not exist yet included.

    Only a choice about a kind that was made after it (a NotificationPreference) is stronger.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(_("category"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("unsubscription")
        verbose_name_plural = _("unsubscriptions")
        constraints = [models.UniqueConstraint(fields=["user", "category"], name="unsubscription_once")]

    def __str__(self) -> str:
        return self.category or "*"


class NotificationSetting(models.Model):
    """How often a person wants a digest, and when they want quiet; without a row a digest a week and no quiet.

    Quiet hours are times of the person's own zone, over midnight where `quiet_from` is later than `quiet_to`. They
    hold mail and push back, not the inbox.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="notification_setting"
    )
    digest = models.CharField(_("digest by mail"), max_length=8, choices=Digest, default=Digest.WEEKLY)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet to"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification setting")
        verbose_name_plural = _("notification settings")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None) | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="quiet_hours_both",
            )
        ]

    def __str__(self) -> str:
        return self.digest
