"""Who may listen to `conv.N`: who takes part now."""

from typing import Any

from community_platform.core import realtime
from messaging.models import Conversation


def may_hear_conversation(user: Any, conversation_id: int) -> bool:
    return Conversation.objects.visible_to(user).filter(pk=conversation_id).exists()


realtime.register_channel("conv", may_hear_conversation)
