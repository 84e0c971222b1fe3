"""Live updates: a durable log of events per channel, and the sockets that hear it.

    realtime.publish(channel="topic.5", type="topic:new_post", data={...})    # inside the transaction of the change
    realtime.register_channel("topic", may_subscribe)                         # in AppConfig.ready()

Delivery over the channel layer may fail at any point; the log (`log.py`) is the truth, rooms (`rooms.py`) give events
out strictly by number, and whoever missed one asks `sync()`. See docs/adr/0006.
"""

from community_platform.core.realtime.accounts import issue_ticket, register_barred
from community_platform.core.realtime.channels import register_channel, user_channel
from community_platform.core.realtime.log import SyncResult, heads, sync
from community_platform.core.realtime.protocol import register_frame
from community_platform.core.realtime.publishing import disconnect_user, end_session, publish, revoke, whisper

__all__ = [
    "SyncResult",
    "disconnect_user",
    "end_session",
    "heads",
    "issue_ticket",
    "publish",
    "register_barred",
    "register_channel",
    "register_frame",
    "revoke",
    "sync",
    "user_channel",
    "whisper",
]
