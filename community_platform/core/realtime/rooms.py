"""The local listeners of one channel, and the order in which they hear its events."""

import asyncio
import json
from typing import Any

from community_platform.core.realtime.connection import Connection
from community_platform.core.realtime.counters import COUNTS


class Room:
    """Every local socket that listens to one channel.

    The layer may swap or lose events, so a room gives them out strictly by number: what came too early waits in
    `early` until its predecessor arrives or is read from the log. `members` includes sockets whose replay is still
    running; `live` are those that hear each event as it comes.
    """

    __slots__ = ("channel", "delivered", "early", "filling", "live", "members", "opening")

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.delivered: int | None = None  # unknown until the head was read
        self.early: dict[int, str] = {}
        self.members: set[Connection] = set()
        self.live: set[Connection] = set()
        self.opening: asyncio.Task[None] | None = None
        self.filling = False

    def start(self, head: int) -> None:
        """Begin to deliver after `head`, the newest event when the subscription already stood."""
        self.delivered = head
        self.early = {seq: text for seq, text in self.early.items() if seq > head}
        self._drain()

    def hear(self, seq: int, text: str) -> bool:
        """Deliver or keep one event; True when a predecessor is missing."""
        if self.delivered is not None and seq <= self.delivered:
            return False
        self.early[seq] = text
        self._drain()
        return self.delivered is not None and bool(self.early)

    def hear_ephemeral(self, text: str) -> None:
        for connection in self.live:
            connection.offer_ephemeral(text)

    def skip_to(self, head: int) -> None:
        """Give up a gap that is too long to replay: tell the listeners to fetch anew and go on from `head`."""
        COUNTS.resets += 1
        text = encode(reset_frame(self.channel, head))
        for connection in self.live:
            connection.offer(text)
        self.start(head)

    def _drain(self) -> None:
        if self.delivered is None:
            return
        while (text := self.early.pop(self.delivered + 1, None)) is not None:
            self.delivered += 1
            COUNTS.delivered += len(self.live)
            for connection in self.live:
                if self.delivered > connection.floors.get(self.channel, 0):
                    connection.offer(text)


def encode(event: dict[str, Any]) -> str:
    """Return the text of an event frame: made once, sent to everybody."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def reset_frame(channel: str, head: int) -> dict[str, Any]:
    """Return the frame that says: too much of `channel` was missed, fetch that thing anew and go on from `head`."""
    return {"t": "reset", "ch": channel, "d": {"head": head}}
