"""Changing and taking back what one sent, and reactions."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import markdown, ratelimits, text
from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, Invalid, NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from community_platform.core.rates import limits_for
from messaging import rules
from messaging.events import MessageRemoved
from messaging.limits import CONTENT_MAX, REACTIONS
from messaging.models import Message, MessageEdit, MessageKind, Reaction
from messaging.services.seats import lock_conversation, lock_seat
from messaging.services.sending import check_may_write, tell
from profiles.selectors import profile_addresses


def edit_message(*, actor: Any, message: Message, content: str) -> Message:
    """Change a text within EDIT_WINDOW and keep the former one. The same text again changes nothing.

    Raises NotAllowed, NotFound, Conflict `too_late` or `deleted`, Invalid, TooFast.
    """
    ensure(actor, "messaging.edit_message", message)
    source = text.clean(content, field="content", low=1, high=CONTENT_MAX)
    html = markdown.render(source, resolve_mentions=profile_addresses).html
    ratelimits.hit(actor.pk, *limits_for(actor, "edit"))
    with transaction.atomic():
        locked = _lock(actor, message)
        if locked.is_deleted:
            raise Conflict(_("This message was deleted."), code="deleted")
        if locked.content == source:
            return locked
        if not rules.is_editable(locked):
            raise Conflict(_("A message can be changed for 15 minutes."), code="too_late")
        check_may_write(actor, locked.conversation)
        MessageEdit.objects.create(message=locked, content=locked.content)
        locked.content, locked.content_html, locked.edited_at = source, html, timezone.now()
        locked.renderer_version = markdown.RENDERER_VERSION
        locked.save(update_fields=["content", "content_html", "renderer_version", "edited_at"])
        tell(locked, "message:updated")
    return locked


def delete_message(*, actor: Any, message: Message) -> Message:
    """Take a text back: a stub stays in its place, for everybody. Again changes nothing. Publishes MessageRemoved."""
    ensure(actor, "messaging.edit_message", message)
    with transaction.atomic():
        locked = _lock(actor, message)
        remove(locked, actor)
    return locked


def remove(message: Message, actor: Any) -> bool:
    """Make a stub of a message whose conversation is locked; tell whether it was none yet."""
    if message.is_deleted:
        return False
    message.deleted_at, message.deleted_by = timezone.now(), actor if getattr(actor, "pk", None) else None
    message.save(update_fields=["deleted_at", "deleted_by"])
    tell(message, "message:deleted")
    publish(
        MessageRemoved(
            message_id=message.pk, conversation_id=message.conversation_id, sender_id=message.sender_id
        )
    )
    return True


def hide_message(*, actor: Any, message: Message, reason: str) -> None:
    """Take a reported message away; its author reads why. Again changes nothing."""
    ensure(actor, "messaging.moderate")
    with transaction.atomic():
        lock_conversation(message.conversation_id)
        row = Message.objects.get(pk=message.pk)
        if not row.is_hidden:
            Message.objects.filter(pk=row.pk).update(is_hidden=True, removal_reason=reason)
            remove(row, actor)


def show_message(*, actor: Any, message: Message) -> None:
    """Bring a message back that moderators took away; again changes nothing."""
    ensure(actor, "messaging.moderate")
    with transaction.atomic():
        lock_conversation(message.conversation_id)
        row = Message.objects.get(pk=message.pk)
        if row.is_hidden:
            row.deleted_at, row.deleted_by, row.is_hidden, row.removal_reason = None, None, False, ""
            row.save(update_fields=["deleted_at", "deleted_by", "is_hidden", "removal_reason"])
            tell(row, "message:updated")


def react(*, actor: Any, message: Message, emoji: str) -> Message:
    """Put one of REACTIONS on a message; again changes nothing. Raises Invalid on `emoji`, NotFound, TooFast."""
    ensure(actor, "messaging.write")
    if emoji not in REACTIONS:
        raise Invalid(_("Choose one of the reactions offered."), code="invalid_choice", field="emoji")
    ratelimits.hit(actor.pk, *limits_for(actor, "like"))
    with transaction.atomic():
        locked = _lock(actor, message)
        if locked.is_deleted or locked.kind != MessageKind.TEXT:
            raise NotFound
        check_may_write(actor, locked.conversation)
        if insert_once(Reaction, message_id=locked.pk, user_id=actor.pk, emoji=emoji):
            tell(locked, "message:updated")
    return locked


def unreact(*, actor: Any, message: Message, emoji: str) -> Message:
    """Take one's reaction back; again changes nothing."""
    ensure(actor, "messaging.write")
    with transaction.atomic():
        locked = _lock(actor, message)
        if Reaction.objects.filter(message=locked, user=actor, emoji=emoji).delete()[0]:
            tell(locked, "message:updated")
    return locked


def _lock(actor: Any, message: Message) -> Message:
    """Lock the conversation and return the message as it is now. Raises NotFound for who takes no part."""
    conversation = lock_conversation(message.conversation_id)
    seat = lock_seat(conversation.pk, actor.pk)
    row = Message.objects.filter(pk=message.pk, seq__gt=seat.joined_seq).first()
    if row is None:
        raise NotFound
    row.conversation = conversation
    return row
