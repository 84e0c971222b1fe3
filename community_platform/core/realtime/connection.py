"""One open socket, as the hub sees it: who it is, what it listens to, and a bounded queue of text to write."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from community_platform.core.realtime.counters import COUNTS
from community_platform.core.realtime.limits import QUEUE_FRAMES, SLOW_READER_SECONDS, Close


def session_digest(session_key: str) -> str:
    """Return the name under which a session is known between processes: never the key itself."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class Connection:
    """The server's side of one socket.

    `floors` holds, per channel, the newest event it has been given by a replay: live events up to there are skipped.
    `closing` resolves once to the close code; whoever resolves it first decides.
    """

    __slots__ = (
        "auth_hash",
        "channels",
        "closing",
        "floors",
        "outgoing",
        "session",
        "session_key",
        "user_id",
    )

    def __init__(
        self, *, user_id: int, session_key: str = "", auth_hash: str = "", sign_in: str = ""
    ) -> None:
        self.user_id = user_id
        self.session_key = session_key  # empty for a socket opened with a ticket
        self.session = session_digest(session_key) if session_key else sign_in
        self.auth_hash = auth_hash  # changes with the password
        self.channels: set[str] = set()
        self.floors: dict[str, int] = {}
        self.outgoing: asyncio.Queue[str] = asyncio.Queue(maxsize=QUEUE_FRAMES)
        self.closing: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def offer(self, text: str) -> None:
        """Queue `text`, or close the socket when its reader is 256 frames behind."""
        try:
            self.outgoing.put_nowait(text)
        except asyncio.QueueFull:
            self._give_up()

    def offer_ephemeral(self, text: str) -> None:
        """Queue `text` unless the queue is half full: typing is the first thing to go."""
        if self.outgoing.qsize() < QUEUE_FRAMES // 2:
            self.outgoing.put_nowait(text)
        else:
            COUNTS.dropped += 1

    async def put(self, text: str) -> None:
        """Queue `text`, waiting for room: for replays, which may be longer than the queue."""
        try:
            await asyncio.wait_for(self.outgoing.put(text), SLOW_READER_SECONDS)
        except TimeoutError:
            self._give_up()

    def _give_up(self) -> None:
        COUNTS.slow_readers += not self.is_closing
        self.close(Close.SLOW_READER)

    def answer(self, kind: str, re: object, d: Mapping[str, Any]) -> None:
        """Queue an `ack` or `error` for the client frame whose id is `re`."""
        self.offer(json.dumps({"t": kind, "re": re, "d": d}))

    def close(self, code: int) -> None:
        if not self.closing.done():
            self.closing.set_result(code)

    @property
    def is_closing(self) -> bool:
        return self.closing.done()
