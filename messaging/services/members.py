"""Who is in a group, and what each one does with a conversation for themselves."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import realtime, text
from community_platform.core.errors import Conflict, Invalid, NotAllowed
from community_platform.core.permissions import ensure
from messaging.limits import CONTENT_MAX, TITLE_MAX
from messaging.models import Conversation, MessageKind, Participant
from messaging.services.conversations import check_addable, check_room
from messaging.services.seats import lock_conversation, lock_seat, take_seats
from messaging.services.sending import announce
from profiles.models import User

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


def add_people(*, actor: Any, conversation: Conversation, people: Collection[User]) -> Conversation:
    """Add `people` to a group; who is there already stays. They read what is written from now on.

    Raises NotFound, NotAllowed for others than its owner, Conflict `not_a_group`, Invalid, NotAllowed `cannot_message`.
    """
    ensure(actor, "messaging.write")
    with transaction.atomic():
        locked = _owned(actor, conversation)
        names = {person.pk: person for person in people}
        check_room(
            Participant.objects.filter(conversation=locked, left_at=None).exclude(user__in=names).count()
            + len(names)
        )
        check_addable(actor, [person for pk, person in names.items() if pk != actor.pk])
        for pk in take_seats(locked, sorted(names), seq=locked.message_seq):
            announce(locked, kind=MessageKind.ADDED, actor=actor, about=names[pk])
    return locked


def remove_person(*, actor: Any, conversation: Conversation, person: User) -> None:
    """Take somebody out of a group; again changes nothing. Their sockets hear nothing more at once."""
    ensure(actor, "messaging.write")
    with transaction.atomic():
        locked = _owned(actor, conversation)
        if person.pk == actor.pk:
            raise Invalid(_("Leave the group instead."), code="self", field="user")
        if _end(locked, person.pk):
            announce(locked, kind=MessageKind.REMOVED, actor=actor, about=person)


def leave(*, actor: Any, conversation: Conversation) -> None:
    """Leave a group; whoever is there longest owns it when the owner goes. Raises Conflict `not_a_group`."""
    ensure(actor, "messaging.write")
    with transaction.atomic():
        locked = lock_conversation(conversation.pk)
        seat = lock_seat(locked.pk, actor.pk)
        _check_group(locked)
        _end(locked, actor.pk)
        if seat.is_owner:
            heir = (
                Participant.objects.filter(conversation=locked, left_at=None)
                .order_by("joined_at", "pk")
                .first()
            )
            if heir is not None:
                Participant.objects.filter(pk=heir.pk).update(is_owner=True)
        announce(locked, kind=MessageKind.LEFT, actor=actor)


def rename(*, actor: Any, conversation: Conversation, title: str) -> Conversation:
    """Give a group another title; the same again changes nothing."""
    ensure(actor, "messaging.write")
    title = text.clean(title, field="title", low=1, high=TITLE_MAX, multiline=False)
    with transaction.atomic():
        locked = _owned(actor, conversation)
        if locked.title != title:
            locked.title = title
            locked.save(update_fields=["title"])
            announce(locked, kind=MessageKind.RENAMED, actor=actor, words=title)
    return locked


def mute(*, actor: Any, conversation: Conversation, until: datetime | None) -> Participant:
    """Be told nothing of a conversation until then (FOREVER for good); None takes it back."""
    return _change(actor, conversation, muted_until=until)


def archive(*, actor: Any, conversation: Conversation, is_archived: bool = True) -> Participant:
    """Put a conversation away until somebody writes in it, or take it out."""
    return _change(actor, conversation, is_archived=is_archived)


def save_draft(*, actor: Any, conversation: Conversation, content: str) -> Participant:
    """Keep what is not sent yet, for all devices; an empty text forgets it."""
    draft = text.clean(content, field="content", low=0, high=CONTENT_MAX)
    return _change(actor, conversation, draft=draft, draft_at=timezone.now() if draft else None)


def _change(actor: Any, conversation: Conversation, **columns: Any) -> Participant:
    ensure(actor, "messaging.write")
    with transaction.atomic():
        seat = lock_seat(conversation.pk, actor.pk)
        for name, value in columns.items():
            setattr(seat, name, value)
        seat.save(update_fields=list(columns))
    return seat


def _owned(actor: Any, conversation: Conversation) -> Conversation:
    locked = lock_conversation(conversation.pk)
    seat = lock_seat(locked.pk, actor.pk)
    _check_group(locked)
    if not seat.is_owner:
        raise NotAllowed(_("Only the owner of the group may do this."))
    return locked


def _check_group(conversation: Conversation) -> None:
    if not conversation.is_group:
        raise Conflict(_("This conversation is between two people."), code="not_a_group")


def _end(conversation: Conversation, user_id: int) -> bool:
    """Take the seat of somebody; tell whether they had one."""
    seats = Participant.objects.filter(conversation=conversation, user=user_id, left_at=None)
    ended = seats.update(left_at=timezone.now(), is_owner=False, draft="", draft_at=None)
    if ended:
        realtime.revoke(f"conv.{conversation.pk}", user_id)
    return bool(ended)
