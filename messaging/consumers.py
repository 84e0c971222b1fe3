"""What a socket may send about conversations: who is typing, and what was read."""

from typing import Any

from django.utils.translation import gettext as _

from community_platform.core import realtime
from community_platform.core.errors import Invalid, NotFound
from messaging.models import Message
from messaging.selectors.inbox import unread_count
from messaging.services.reading import mark_read
from messaging.services.typing import tell_typing


def typing(user: Any, d: dict[str, Any]) -> dict[str, Any]:
    """`{"channel": "conv.7", "state": "start" | "stop"}`: told to the others, not stored, in groups up to 20 people."""
    state, conversation = d.get("state"), _number(d.get("channel"))
    if state not in {"start", "stop"}:
        raise Invalid(_("Say “start” or “stop”."), field="state")
    tell_typing(actor=user, conversation_id=conversation, state=str(state))
    return {}


def read(user: Any, d: dict[str, Any]) -> dict[str, Any]:
    """`{"channel": "conv.7", "up_to_id": 118}`: as PUT /api/messages/118/read."""
    pk = d.get("up_to_id")
    if not isinstance(pk, int) or isinstance(pk, bool) or not 0 < pk < 2**63:
        raise Invalid(_("Give the id of a message."), field="up_to_id")
    message = Message.objects.visible_to(user).filter(pk=pk).first()
    if message is None:
        raise NotFound
    mark_read(actor=user, message=message)
    return {"unread_count": unread_count(user)}


def _number(channel: Any) -> int:
    name, _dot, number = str(channel).partition(".")
    if name != "conv" or not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise NotFound
    return int(number)


def register() -> None:
    realtime.register_frame("typing", typing)
    realtime.register_frame("read", read)
