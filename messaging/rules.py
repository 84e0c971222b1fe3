"""Who may do what in conversations. Who has a seat, the services look up on the locked row."""

from datetime import timedelta
from typing import Any

import rules
from django.utils import timezone

from community_platform.core.permissions import about
from messaging.limits import EDIT_WINDOW
from messaging.models import Message
from profiles.rules import is_moderator


@rules.predicate
def is_member(user: Any) -> bool:
    return bool(user.is_authenticated)


@about
def is_sender(user: Any, message: Message) -> bool:
    return message.sender_id == user.pk and message.kind == "text"


def is_editable(message: Message, *, leeway: timedelta = timedelta(0)) -> bool:
    """Tell whether the text may still be changed by whoever sent it."""
    return message.deleted_at is None and timezone.now() - message.created_at <= EDIT_WINDOW + leeway


rules.add_perm("messaging.write", is_member)
rules.add_perm("messaging.moderate", is_moderator)
rules.add_perm("messaging.edit_message", is_member & is_sender)
