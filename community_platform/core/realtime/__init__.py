"""Live updates: a durable log of events per channel, and the sockets that hear it.

    realtime.publish(channel="topic.5", type="topic:new_post", data={...})    # inside the transaction of the change
    realtime.register_channel("topic", may_subscribe)                         # in AppConfig.ready()

Delivery over the channel layer may fail at any point; the log (`log.py`) is the truth, rooms (`rooms.py`) give events
out strictly by number, and whoever missed one asks `sync()`. See docs/adr/0006.
"""

from community_platform.core.realtime.accounts import issue_ticket, register_barred, register_sign_ins
from community_platform.core.realtime.channels import register_channel, user_channel
from community_platform.core.realtime.forgetting import forget_person
from community_platform.core.realtime.log import SyncResult, heads, sync
from community_platform.core.realtime.presence import note_online, online
from community_platform.core.realtime.protocol import register_frame, register_frame_check
from community_platform.core.realtime.publishing import (
    disconnect_user,
    end_session,
    is_silent,
    publish,
    recheck,
    revoke,
    silence,
    whisper,
)

__all__ = [
    "SyncResult",
    "disconnect_user",
    "end_session",
    "forget_person",
    "heads",
    "is_silent",
    "issue_ticket",
    "note_online",
    "online",
    "publish",
    "recheck",
    "register_barred",
    "register_channel",
    "register_frame",
    "register_frame_check",
    "register_sign_ins",
    "revoke",
    "silence",
    "sync",
    "user_channel",
    "whisper",
]
