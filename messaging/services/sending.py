"""Sending messages: numbered under the conversation's lock, once for each `client_id`."""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import markdown, ratelimits, realtime, text
from community_platform.core.errors import Conflict, Invalid, NotAllowed
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from community_platform.core.rates import limits_for
from messaging.events import MessageSent
from messaging.limits import ATTACHMENTS_MAX, CONTENT_MAX
from messaging.models import Attachment, Conversation, Message, MessageKind, Participant, RequestState
from messaging.selectors.shown import loaded, shown
from messaging.services.reading import advance
from messaging.services.seats import lock_conversation, lock_seat
from profiles import privacy
from profiles.selectors import profile_addresses


def send(
    *,
    actor: Any,
    conversation: Conversation,
    content: str = "",
    client_id: uuid.UUID | None = None,
    reply_to: int | None = None,
    attachment_ids: Sequence[int] = (),
) -> tuple[Message, bool]:
    """Send a text and return it with whether it is new: the same `client_id` again finds the first one.

    Publishes MessageSent and, on the conversation's channel, message:new. Answering a request accepts it.
    Raises NotFound for who takes no part, NotAllowed `cannot_message` where one blocked the other, Conflict
    `client_id_reused` for another text under the same id, Invalid, TooFast.
    """
    ensure(actor, "messaging.write")
    files = list(dict.fromkeys(attachment_ids))
    source = text.clean(content, field="content", low=0 if files else 1, high=CONTENT_MAX)
    html = markdown.render(source, resolve_mentions=profile_addresses).html if source else ""
    fingerprint = _fingerprint(conversation.pk, source, reply_to, files)
    if client_id is not None and (first := _sent_before(actor, client_id, fingerprint)) is not None:
        return first, False
    with transaction.atomic():
        locked = lock_conversation(conversation.pk)
        seat = lock_seat(locked.pk, actor.pk)
        # The lock made a parallel repeat wait; now its row is there.
        if client_id is not None and (first := _sent_before(actor, client_id, fingerprint)) is not None:
            return first, False
        check_may_write(actor, locked)
        quoted = _quoted(seat, reply_to)
        ratelimits.hit(actor.pk, *limits_for(actor, "message"))
        message = append(
            locked, sender=actor, content=source, content_html=html, renderer_version=markdown.RENDERER_VERSION,
            client_id=client_id, fingerprint=fingerprint, reply_to=quoted,
        )  # fmt: skip
        _attach(actor, message, files)
        _open_seats(locked, seat)
        advance(seat, message)
        tell(message)
        publish(MessageSent(message_id=message.pk, conversation_id=locked.pk, sender_id=actor.pk))
    return message, True


def append(conversation: Conversation, **columns: Any) -> Message:
    """Add a row under the conversation's lock: the next number, the newest message."""
    now = timezone.now()
    conversation.message_seq += 1
    message = Message.objects.create(
        conversation=conversation, seq=conversation.message_seq, created_at=now, **columns
    )
    conversation.last_message, conversation.last_message_at = message, now
    conversation.save(update_fields=["message_seq", "last_message", "last_message_at"])
    return message


def announce(
    conversation: Conversation, *, kind: MessageKind, actor: Any, about: Any = None, words: str = ""
) -> None:
    """Let the group itself say what happened; it counts as unread for nobody."""
    message = append(conversation, kind=kind, sender=actor, about=about, content=words)
    tell(message)


def tell(message: Message, event: str = "message:new") -> None:
    """Tell whoever listens to the conversation."""
    row = loaded(Message.objects.filter(pk=message.pk)).get()
    realtime.publish(channel=f"conv.{message.conversation_id}", type=event, data={"message": shown(row)})


def check_may_write(actor: Any, conversation: Conversation) -> None:
    """Raise NotAllowed `cannot_message` where the other person of a one-to-one may not be written to."""
    if conversation.is_group:
        return
    seats = Participant.objects.filter(conversation=conversation).exclude(user=actor.pk)
    others = list(seats.filter(user__is_active=True).values_list("user", flat=True))
    if not others or not privacy.may_write_to(actor, others):
        raise NotAllowed(_("You cannot write to this person."), code="cannot_message")
    if seats.filter(request=RequestState.DECLINED).exists():
        raise NotAllowed(_("You cannot write to this person."), code="cannot_message")


def _fingerprint(conversation_id: int, source: str, reply_to: int | None, files: list[int]) -> str:
    return hashlib.sha256(f"{conversation_id}\n{reply_to}\n{files}\n{source}".encode()).hexdigest()


def _sent_before(actor: Any, client_id: uuid.UUID, fingerprint: str) -> Message | None:
    first = Message.objects.filter(sender=actor, client_id=client_id).first()
    if first is not None and first.fingerprint != fingerprint:
        raise Conflict(
            _("Another message was sent under this client_id."), code="client_id_reused", field="client_id"
        )
    return first


def _quoted(seat: Participant, pk: int | None) -> Message | None:
    if pk is None:
        return None
    row = Message.objects.filter(
        pk=pk,
        conversation=seat.conversation_id,
        seq__gt=seat.joined_seq,
        deleted_at=None,
        kind=MessageKind.TEXT,
    ).first()
    if row is None:
        raise Invalid(_("There is no such message here."), code="does_not_exist", field="reply_to")
    return row


def _attach(actor: Any, message: Message, files: list[int]) -> None:
    if not files:
        return
    if len(files) > ATTACHMENTS_MAX:
        raise Invalid(
            _("Attach at most %(n)d files.") % {"n": ATTACHMENTS_MAX}, code="too_many", field="attachments"
        )
    taken = Attachment.objects.filter(pk__in=files, uploader=actor, message=None).update(message=message)
    if taken != len(files):
        raise Invalid(_("There is no such file."), code="does_not_exist", field="attachments")


def _open_seats(conversation: Conversation, seat: Participant) -> None:
    """A new text takes the conversation out of everybody's archive; writing answers a request."""
    archived = Participant.objects.filter(conversation=conversation, left_at=None, is_archived=True)
    archived.filter(Q(muted_until=None) | Q(muted_until__lt=timezone.now())).update(is_archived=False)
    if seat.request != RequestState.ACCEPTED:
        Participant.objects.filter(pk=seat.pk).update(request=RequestState.ACCEPTED, is_archived=False)
        seat.request = RequestState.ACCEPTED
