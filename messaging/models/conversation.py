"""Conversations and who takes part in them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.limits import TITLE_MAX


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: Any) -> "ConversationQuerySet":
        """What `user` takes part in: nobody else sees a conversation, staff neither; nor who declined it."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(seats__user=user.pk, seats__left_at=None).exclude(
            seats__in=Participant.objects.filter(user=user.pk, request=RequestState.DECLINED)
        )


class Conversation(models.Model):
    """A one-to-one (one per pair, `pair` names it) or a group. `message_seq` numbers its messages without gap.

    Writers hold the row's lock, so numbers follow the order of commits.
    """

    is_group = models.BooleanField(default=False)
    title = models.CharField(_("title"), max_length=TITLE_MAX, blank=True)
    pair = models.CharField(max_length=40, blank=True, editable=False)  # "3:17", the smaller key first
    message_seq = models.PositiveBigIntegerField(default=0)
    last_message = models.ForeignKey(
        "messaging.Message", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    last_message_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    participants = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="messaging.Participant", related_name="conversations"
    )

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_group=True, pair="") | (Q(is_group=False) & ~Q(pair="")),
                name="conversation_pair_or_group",
            ),
            models.UniqueConstraint(fields=["pair"], name="conversation_pair", condition=~Q(pair="")),
        ]
        indexes = [models.Index(fields=["-last_message_at", "-id"], name="conversation_recent")]

    def __str__(self) -> str:
        return self.title or f"{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/messages/{self.pk}/"


class RequestState(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    PENDING = "pending", _("Waiting for an answer")  # a stranger wrote first: no mail, no number on the badge
    DECLINED = "declined", _("Declined")


class Participant(models.Model):
    """One person's seat in one conversation.

    `last_read_seq` is the truth about what was read; unread is counted from it, never counted up. Who left keeps the
    row: messages after `left_seq` are not theirs. Messages up to `joined_seq` were before their time.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats")
    is_owner = models.BooleanField(default=False)
    joined_seq = models.PositiveBigIntegerField(default=0)
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)
    last_read_seq = models.PositiveBigIntegerField(default=0)
    last_read_at = models.DateTimeField(null=True)
    muted_until = models.DateTimeField(null=True)  # far in the future: until it is taken back
    is_archived = models.BooleanField(default=False)  # until the next message
    request = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.ACCEPTED)
    draft = models.TextField(blank=True)
    draft_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user"], name="participant_once"),
            models.CheckConstraint(
                condition=Q(last_read_seq__gte=F("joined_seq")), name="participant_reads_what_is_theirs"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "conversation"], name="participant_inbox", condition=Q(left_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.user_id}"

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > timezone.now()


class WhoMayWrite(models.TextChoices):
    EVERYONE = "everyone", _("Everyone; strangers as a request")
    FOLLOWED = "followed", _("People I follow")
    NOBODY = "nobody", _("Nobody new")


class MessagingPreference(models.Model):
    """What a person chose for messages; without a row the defaults hold."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="messaging"
    )
    who_may_write = models.CharField(
        _("who may begin a conversation with me"), max_length=8, choices=WhoMayWrite.choices,
        default=WhoMayWrite.EVERYONE,
    )  # fmt: skip
    has_receipts = models.BooleanField(_("show others what I have read"), default=True)
    has_typing = models.BooleanField(_("show others that I am typing"), default=True)
    has_presence = models.BooleanField(_("show others that I am online"), default=True)

    def __str__(self) -> str:
        return f"{self.user_id}"
