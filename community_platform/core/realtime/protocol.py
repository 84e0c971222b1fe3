"""Client frames: parsing, their rate, and what each of them does."""

import json
import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from community_platform.core.errors import DomainError
from community_platform.core.realtime import log
from community_platform.core.realtime.accounts import load_user
from community_platform.core.realtime.channels import is_channel, split_by_right
from community_platform.core.realtime.connection import Connection
from community_platform.core.realtime.database import in_database
from community_platform.core.realtime.hub import Hub
from community_platform.core.realtime.limits import (
    CHANNELS_PER_FRAME,
    CHANNELS_PER_SOCKET,
    FRAME_BURST,
    FRAME_BYTES,
    FRAMES_PER_SECOND,
)
from community_platform.core.realtime.rooms import encode, reset_frame

FrameHandler = Callable[[Any, dict[str, Any]], dict[str, Any] | None]

_APP_FRAMES = ("typing", "read")
_app_handlers: dict[str, FrameHandler] = {}
_frame_checks: dict[str, list[Callable[[Any], None]]] = defaultdict(list)
_CODES = {401: "unauthenticated", 403: "forbidden", 404: "not_found", 429: "rate_limited", 413: "too_large"}
_MAX_SEQ = 2**63 - 1


class FrameError(Exception):
    """A client frame that is answered with an `error`."""

    def __init__(self, code: str, message: str, *, retry_after: int | None = None, re: object = None) -> None:
        self.code = code
        self.re = re
        self.d: dict[str, Any] = {"code": code, "message": message}
        if retry_after is not None:
            self.d["retry_after"] = retry_after
        super().__init__(message)


def register_frame(kind: str, handler: FrameHandler) -> None:
    """Let an app answer `typing` or `read` frames: `handler(user, d)` returns the `d` of the ack.

    A plain synchronous function on a database thread; it authorises, and refuses with a DomainError.
    """
    if kind not in _APP_FRAMES:
        raise ValueError(f"{kind!r} is not a frame of an app")
    _app_handlers[kind] = handler


def register_frame_check(kind: str, check: Callable[[Any], None]) -> None:
    """Let `check(user)` refuse a frame of an app before its handler is called, by a DomainError."""
    if check not in _frame_checks[kind]:
        _frame_checks[kind].append(check)


class Meter:
    """Token bucket of one socket. It may go into debt, so that going on after `rate_limited` is noticed."""

    def __init__(self) -> None:
        self._tokens = float(FRAME_BURST)
        self._at = time.monotonic()

    def count(self) -> int:
        """Count one frame and return the seconds to wait: 0 when it is within the limit."""
        now = time.monotonic()
        self._tokens = min(FRAME_BURST, self._tokens + (now - self._at) * FRAMES_PER_SECOND) - 1
        self._at = now
        return math.ceil(-self._tokens / FRAMES_PER_SECOND) if self._tokens < 0 else 0

    @property
    def is_exhausted(self) -> bool:
        """Tell whether the client sent a whole second burst after it was told to stop."""
        return self._tokens < -FRAME_BURST


def parse(message: dict[str, Any]) -> tuple[object, str, dict[str, Any]]:
    """Return (id, type, data) of a client frame, or raise FrameError."""
    text = message.get("text")
    if text is None:
        raise FrameError("bad_request", "Frames are JSON text.")
    if len(text) > FRAME_BYTES or len(text.encode("utf-8", "surrogatepass")) > FRAME_BYTES:
        raise FrameError("too_large", f"A frame may have {FRAME_BYTES} bytes.")
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise FrameError("bad_request", "This is not JSON.") from None
    if not isinstance(frame, dict):
        raise FrameError("bad_request", "A frame is an object.")
    re, kind, d = frame.get("id"), frame.get("t"), frame.get("d", {})
    if not (re is None or (isinstance(re, str) and len(re) <= 64)):
        raise FrameError("bad_request", "`id` is a string of at most 64 characters.")
    if not isinstance(kind, str) or not isinstance(d, dict):
        raise FrameError("bad_request", "A frame has a type `t` and an object `d`.", re=re)
    return re, kind, d


def parse_cursors(value: object) -> dict[str, int | None]:
    """Return `cursors` as given by a client, or raise FrameError. Numbers beyond 63 bits are unknown to any log."""
    if not isinstance(value, dict) or len(value) > CHANNELS_PER_FRAME:
        raise FrameError("bad_request", f"`cursors` is an object of at most {CHANNELS_PER_FRAME} channels.")
    for channel, seq in value.items():
        if not is_channel(channel) or isinstance(seq, bool) or not isinstance(seq, int) or seq < 0:
            raise FrameError("bad_request", "A cursor is a channel with the number of the last event heard.")
    return {channel: min(seq, _MAX_SEQ) for channel, seq in value.items()}


def parse_channels(value: object) -> list[str]:
    if not isinstance(value, list) or len(value) > CHANNELS_PER_FRAME or not all(map(is_channel, value)):
        raise FrameError("bad_request", f"`channels` is a list of at most {CHANNELS_PER_FRAME} channels.")
    return list(dict.fromkeys(value))


async def act(hub: Hub, connection: Connection, re: object, kind: str, d: dict[str, Any]) -> None:
    """Carry out one parsed frame and queue its answer. Raises FrameError."""
    try:
        if kind in _OWN_FRAMES:
            await _OWN_FRAMES[kind](hub, connection, re, d)
        elif kind in _app_handlers:
            connection.answer("ack", re, await in_database(_call_app, kind, connection.user_id, d))
        else:  # no mistake of the client's: it may know a later version, or an app that is not installed
            raise FrameError("unsupported", f"`{kind}` is not in use here.")
    except FrameError as error:
        error.re = re
        raise
    except DomainError as error:
        code = _CODES.get(error.status, "bad_request")
        raise FrameError(code, error.message, retry_after=error.retry_after, re=re) from error


def _call_app(kind: str, user_id: int, d: dict[str, Any]) -> dict[str, Any]:
    user = load_user(user_id)
    for check in _frame_checks[kind]:
        check(user)
    return _app_handlers[kind](user, d) or {}


def _split(user_id: int, channels: list[str]) -> tuple[list[str], list[str]]:
    return split_by_right(load_user(user_id), channels)


async def _subscribe(hub: Hub, connection: Connection, re: object, d: dict[str, Any]) -> None:
    """Answer who is granted, then all that lies after the cursors, then let the channels run live.

    The room is entered before the log is read, and a socket goes live only at the number its replay has reached:
    nothing can fall between the two, and nothing comes twice.
    """
    channels = parse_channels(d.get("channels"))
    cursors = parse_cursors(d.get("cursors", {}))
    if len(connection.channels.union(channels)) > CHANNELS_PER_SOCKET:
        raise FrameError("bad_request", f"A socket may listen to {CHANNELS_PER_SOCKET} channels.")
    granted, denied = await in_database(_split, connection.user_id, channels)
    for channel in granted:
        room = await hub.enter(connection, channel)
        if channel in cursors:
            room.live.discard(connection)  # perhaps asked again, from an earlier point
    missed = await in_database(log.read, {channel: cursors.get(channel) for channel in granted})
    answer = {"granted": granted, "denied": denied, "resets": missed.resets, "heads": missed.heads}
    connection.answer("ack", re, answer)
    for event in missed.events:
        await connection.put(encode(event))
    for channel in granted:
        await _go_live(hub, connection, channel, missed.heads[channel])


async def _go_live(hub: Hub, connection: Connection, channel: str, cursor: int) -> None:
    """Replay what was committed after `cursor` until the replay has caught up with the room, then hear it live."""
    while (room := hub.rooms.get(channel)) is not None and channel in connection.channels:
        if connection in room.live:
            return
        if room.delivered is not None and cursor >= room.delivered:
            connection.floors[channel] = cursor
            room.live.add(connection)
            hub.expect(channel, cursor)
            return
        missed = await in_database(log.read, {channel: cursor})
        cursor = missed.heads[channel]
        if missed.resets:
            await connection.put(encode(reset_frame(channel, cursor)))
        for event in missed.events:
            await connection.put(encode(event))


async def _unsubscribe(hub: Hub, connection: Connection, re: object, d: dict[str, Any]) -> None:
    channels = parse_channels(d.get("channels"))
    for channel in channels:
        hub.leave(connection, channel)
    connection.answer("ack", re, {})


async def _sync(hub: Hub, connection: Connection, re: object, d: dict[str, Any]) -> None:
    cursors = parse_cursors(d.get("cursors"))
    result = await in_database(_sync_for, connection.user_id, cursors)
    connection.answer("ack", re, asdict(result))


def _sync_for(user_id: int, cursors: dict[str, int | None]) -> log.SyncResult:
    return log.sync(load_user(user_id), cursors)


async def _ping(hub: Hub, connection: Connection, re: object, d: dict[str, Any]) -> None:
    """Answer the heads; a head that this process has not heard of is fetched and delivered at once."""
    heads = await in_database(log.heads, sorted(connection.channels))
    connection.answer("ack", re, {"heads": heads})
    for channel, head in heads.items():
        hub.expect(channel, head)


_OWN_FRAMES: dict[str, Callable[[Hub, Connection, object, dict[str, Any]], Awaitable[None]]] = {
    "sub": _subscribe,
    "unsub": _unsubscribe,
    "sync": _sync,
    "ping": _ping,
}
