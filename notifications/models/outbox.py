"""What is to leave the site: mails and pushes that wait, and what is known about where they go."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.notification import Notification
from notifications.models.preferences import Channel


class OutboxState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", _("Not needed any more")
    DEAD = "dead", _("Given up")


class OutboxItem(models.Model):
    """One thing that one person is to be told outside the site, written in the transaction of its cause.

    `key` names the cause: it is told once. What shares a `thread` ("topic:42", "conversation:7") and waits together
    leaves together, as one mail. A worker that sends it holds it by `lease` until `leased_until`; one that dies there
    leaves it to the next. `uid` of the first item of a mail makes its Message-ID, so that an attempt that is repeated
    carries the same. `reason` says why it was dropped, or how the last attempt failed.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="outbox", verbose_name=_("recipient")
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    kind = models.CharField(_("kind"), max_length=40)
    thread = models.CharField(_("thread"), max_length=80)
    key = models.CharField(_("key"), max_length=120)
    notification = models.ForeignKey(Notification, null=True, on_delete=models.CASCADE, related_name="outbox")
    data = models.JSONField(default=dict)  # what a kind without a notification is about: numbers of rows
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=OutboxState.choices, default=OutboxState.WAITING)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True)
    mail = models.UUIDField(null=True, db_index=True, editable=False)  # `uid` of the first item of the mail it was in
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("outgoing item")
        verbose_name_plural = _("outbox")
        constraints = [
            models.UniqueConstraint(fields=["user", "channel", "key"], name="outbox_once"),
            models.CheckConstraint(
                condition=Q(state=OutboxState.WAITING, finished_at=None)
                | (~Q(state=OutboxState.WAITING) & Q(finished_at__isnull=False)),
                name="outbox_finished_or_waiting",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("created_at")), name="outbox_due_after_cause"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="outbox_due", condition=Q(state=OutboxState.WAITING)),
            models.Index(fields=["user", "channel", "thread"], name="outbox_thread"),
            models.Index(fields=["finished_at"], name="outbox_done", condition=~Q(state=OutboxState.WAITING)),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"


class MailHealth(models.Model):
    """How mails to a person fare. Without a row nothing is known against the address.

    The marks are about `address`: who enters another one starts afresh.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="mail_health",
        verbose_name=_("person"),
    )  # fmt: skip
    address = models.EmailField(_("address"), blank=True)
    failed_at = models.DateTimeField(_("refused for good at"), null=True, blank=True)
    soft_count = models.PositiveSmallIntegerField(_("passing failures"), default=0)
    soft_at = models.DateTimeField(_("last passing failure"), null=True, blank=True)
    diagnostic = models.CharField(_("what the mail server said"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("state of an address")
        verbose_name_plural = _("states of addresses")

    def __str__(self) -> str:
        return self.address or f"{self.user_id}"


class PushSubscription(models.Model):
    """One browser that may be pushed to (RFC 8030). `p256dh` and `auth` are its keys, base64url (RFC 8291)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions",
        verbose_name=_("person"),
    )  # fmt: skip
    endpoint = models.URLField(_("address"), max_length=800)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the endpoint
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    device = models.CharField(_("browser"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    succeeded_at = models.DateTimeField(_("last reached"), null=True)

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")
        indexes = [models.Index(fields=["user"], name="push_of_user")]

    def __str__(self) -> str:
        return self.device or f"{self.pk}"
