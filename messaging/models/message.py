"""Messages and what hangs on them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.models.conversation import Conversation, RequestState


class MessageKind(models.TextChoices):
    TEXT = "text", _("Text")
    ADDED = "added", _("Somebody was added")
    REMOVED = "removed", _("Somebody was removed")
    LEFT = "left", _("Somebody left")
    RENAMED = "renamed", _("The title was changed")


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> "MessageQuerySet":
        """What `user` may read: messages of their conversations, from when they came."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            conversation__seats__user=user.pk,
            conversation__seats__left_at=None,
            conversation__seats__joined_seq__lt=F("seq"),
            conversation__seats__request__in=(RequestState.ACCEPTED, RequestState.PENDING),
        )


class Message(models.Model):
    """One message, `seq` of its conversation. A deleted one stays as a stub without its text.

    `client_id` is the sender's own name for it: sending it again finds the first one. What the group itself says
    (`kind` other than text) has its actor as sender and the person or title concerned in `about` and `content`.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=8, choices=MessageKind.choices, default=MessageKind.TEXT)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="sent_messages"
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    content = models.TextField(_("text"), blank=True)  # Markdown
    content_html = models.TextField(blank=True, editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=0)
    client_id = models.UUIDField(null=True)
    fingerprint = models.CharField(max_length=64, blank=True)  # of what was sent under the client_id
    reply_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    is_hidden = models.BooleanField(default=False)  # by moderators: then deleted_at is set, too
    removal_reason = models.CharField(max_length=500, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq"),
            models.UniqueConstraint(
                fields=["sender", "client_id"], name="message_once", condition=~Q(client_id=None)
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "created_at"], name="message_time"),
            models.Index(
                fields=["conversation", "seq", "sender"], name="message_alive", condition=Q(deleted_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.seq}"

    def get_absolute_url(self) -> str:
        return f"/messages/{self.conversation_id}/?around={self.seq}#message-{self.seq}"

    @property
    def is_edited(self) -> bool:
        return self.edited_at is not None and self.deleted_at is None

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class MessageEdit(models.Model):
    """What a message said before it was changed: for moderators who look into a report."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="edits")
    content = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["message", "-id"], name="message_edits")]


class MessageRead(models.Model):
    """A read point: `user` had read up to this message at `read_at`, one row each time the position moved on.

    When an earlier message was read is the `read_at` of the first point at or after it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reads")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    seq = models.PositiveBigIntegerField()
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="message_read_once")]
        indexes = [models.Index(fields=["conversation", "user", "seq"], name="message_read_points")]


class Reaction(models.Model):
    """One person's one emoji on one message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=16)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user", "emoji"], name="reaction_once")]


def private_path(attachment: "Attachment", name: str) -> str:
    """Return a place that tells nothing: the name is kept in the row."""
    return f"messages/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: Any) -> "AttachmentQuerySet":
        """Files of messages that `user` may read and that nobody took back, and their own that wait."""
        if not user.is_authenticated:
            return self.none()
        sent = Message.objects.visible_to(user).filter(deleted_at=None)
        return self.filter(Q(message__in=sent) | Q(message=None, uploader=user.pk))


class Attachment(models.Model):
    """A file of a message, given out to participants only; without a message it waits for its text, for a day."""

    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="attachments")
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file = models.FileField(upload_to=private_path)
    thumbnail = models.FileField(upload_to=private_path, blank=True)  # WebP, of pictures
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()  # bytes
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["message", "id"], name="attachments_of_message"),
            models.Index(fields=["created_at"], name="attachments_waiting", condition=Q(message=None)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.width is not None
