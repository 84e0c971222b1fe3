"""The ASGI application behind `/ws/`: handshake, one reading and one writing task, and a close that can be read."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from community_platform.core import timings
from community_platform.core.realtime import log
from community_platform.core.realtime.accounts import (
    Account,
    account_of_session,
    account_of_ticket,
    barred_ids,
    cookie_value,
    is_allowed_origin,
)
from community_platform.core.realtime.channels import user_channel
from community_platform.core.realtime.connection import Connection
from community_platform.core.realtime.database import in_database
from community_platform.core.realtime.hub import Hub
from community_platform.core.realtime.limits import (
    BAD_FRAMES,
    HEARTBEAT_SECONDS,
    IDLE_SECONDS,
    PROTOCOL,
    Close,
)
from community_platform.core.realtime.process import hub as hub_of_this_loop
from community_platform.core.realtime.protocol import FrameError, Meter, act, parse

logger = logging.getLogger(__name__)
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_FLUSH_SECONDS = 1.0
# Before these the client still gets what is queued: the errors that explain the close. Before the others it must not.
_FLUSHED = (Close.BAD_FRAMES, Close.TOO_FAST, Close.IDLE)


class Refused(Exception):
    """A handshake that is accepted and then closed with a code."""

    def __init__(self, code: int) -> None:
        self.code = code


async def socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one socket until either side closes it."""
    await receive()  # websocket.connect
    offered = scope.get("subprotocols", [])
    await send({"type": "websocket.accept", "subprotocol": PROTOCOL if PROTOCOL in offered else None})
    try:
        if offered and PROTOCOL not in offered:
            raise Refused(Close.UNKNOWN_PROTOCOL)
        account = await _authenticate(scope)
    except Refused as refused:
        await send({"type": "websocket.close", "code": refused.code})
        return
    hub = hub_of_this_loop()
    connection = Connection(
        user_id=account.user_id,
        session_key=account.session_key,
        auth_hash=account.auth_hash,
        sign_in=account.sign_in,
    )
    hub.admit(connection)
    try:
        await _serve(hub, connection, receive, send)
    finally:
        hub.dismiss(connection)


async def _authenticate(scope: Scope) -> Account:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    tickets = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("ticket")
    if tickets:
        account = await in_database(account_of_ticket, tickets[0])
    else:
        session_key = cookie_value(headers, settings.SESSION_COOKIE_NAME)
        # The browser sends the cookie along with any page's handshake: the Origin says whose page it was.
        if (session_key or "origin" in headers) and not is_allowed_origin(
            headers.get("origin", ""), headers.get("host", "")
        ):
            raise Refused(Close.REFUSED)
        account = await in_database(account_of_session, session_key) if session_key else None
    if account is None:
        raise Refused(Close.SESSION_ENDED)
    if await in_database(barred_ids, [account.user_id]):
        raise Refused(Close.REFUSED)
    return account


async def _serve(hub: Hub, connection: Connection, receive: Receive, send: Send) -> None:
    """Run reader and writer until one of them ends or the hub closes the socket."""
    reader = asyncio.create_task(_read(hub, connection, receive))
    writer = asyncio.create_task(_write(connection, send))
    try:
        ends: set[asyncio.Future[Any]] = {reader, writer, connection.closing}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if reader.done() and not reader.cancelled() and reader.exception() is not None:
            connection.close(Close.SERVER_ERROR)
        if not connection.is_closing:
            return  # the client went away
        code = connection.closing.result()
        if code in _FLUSHED:
            with suppress(TimeoutError):
                await asyncio.wait_for(connection.outgoing.join(), _FLUSH_SECONDS)
        await _cancel(reader, writer)
        # A slow reader blocks this too: its transport is then dropped by the server when we return.
        with suppress(TimeoutError, OSError):
            await asyncio.wait_for(send({"type": "websocket.close", "code": code}), _FLUSH_SECONDS)
    finally:
        await _cancel(reader, writer)


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception) and not isinstance(result, OSError):
            logger.error("socket: a task failed", exc_info=result)


async def _write(connection: Connection, send: Send) -> None:
    while True:
        text = await connection.outgoing.get()
        await send({"type": "websocket.send", "text": text})
        connection.outgoing.task_done()


async def _read(hub: Hub, connection: Connection, receive: Receive) -> None:
    await _greet(hub, connection)
    meter = Meter()
    bad = 0
    while True:
        try:
            message = await asyncio.wait_for(receive(), IDLE_SECONDS)
        except TimeoutError:
            return connection.close(Close.IDLE)
        if message["type"] == "websocket.disconnect":
            return None
        try:
            if wait := meter.count():
                if meter.is_exhausted:
                    return connection.close(Close.TOO_FAST)
                raise FrameError("rate_limited", "Too many frames.", retry_after=wait, re=_id_of(message))
            began = time.perf_counter()
            await act(hub, connection, *parse(message))
            timings.record("socket", time.perf_counter() - began)
        except FrameError as error:
            connection.answer("error", error.re, error.d)
            bad += error.code in ("bad_request", "too_large")
            if bad >= BAD_FRAMES:
                return connection.close(Close.BAD_FRAMES)
        except Exception:
            logger.exception("socket: a frame failed")
            connection.answer(
                "error", _id_of(message), {"code": "server", "message": "Something went wrong."}
            )


def _id_of(message: dict[str, Any]) -> object:
    """Return the id of a frame that is refused unread, if it has one."""
    try:
        return parse(message)[0]
    except FrameError as error:
        return error.re


async def _greet(hub: Hub, connection: Connection) -> None:
    """Subscribe to the person's own channel and say hello."""
    channel = user_channel(connection.user_id)
    room = await hub.enter(connection, channel)
    head = room.delivered or 0
    room.live.add(connection)
    hello = {
        "user_id": connection.user_id,
        "v": 1,
        "server_time": log.timestamp(),
        "heartbeat": HEARTBEAT_SECONDS,
        "heads": {channel: head},
    }
    connection.offer(json.dumps({"t": "hello", "d": hello}))
