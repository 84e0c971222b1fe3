"""A socket client for tests: talks to the ASGI application in the test's own event loop."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from community_platform.core import realtime
from community_platform.core.realtime import process
from community_platform.routing import websocket

T = TypeVar("T")
HOST = "testserver"
PATIENCE = 5.0  # for something that must come; never slept


def signed_in(user: Any) -> str:
    """Return the key of a new session of `user`."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def run(scenario: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run an async scenario; synchronous code inside it (`in_test`) runs on the test's own thread and connection."""

    async def whole() -> T:
        try:
            return await asyncio.wait_for(scenario(), 30)
        finally:
            await process.stop_hub()

    return async_to_sync(whole)()


def in_test(function: Callable[..., T], *args: Any, **kwargs: Any) -> Awaitable[T]:
    return sync_to_async(function)(*args, **kwargs)


def publish(channel: str, n: int = 1, **data: Any) -> None:
    """Publish `n` events, each in a transaction of its own."""
    for i in range(n):
        with transaction.atomic():
            realtime.publish(channel=channel, type="topic:new_post", data={"i": i, **data})


class Client:
    """One socket. `headers` replaces the handshake's Origin and cookie."""

    def __init__(self, user: Any = None, *, session: str = "", path: str = "/ws/", **options: Any) -> None:
        self.session = session or (signed_in(user) if user is not None else "")
        headers = options.pop("headers", None)
        if headers is None:
            headers = {"host": HOST, "origin": f"http://{HOST}"}
        if self.session:
            headers = {**headers, "cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}"}
        route, _, query = path.partition("?")
        self.scope = {
            "type": "websocket",
            "path": route,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "subprotocols": ["community.v1"],
            **options,
        }
        self.protocol: str | None = None
        self.reads = True  # a client that stops reading blocks the server's `send`, as uvicorn's does

    async def accept(self) -> None:
        """Shake hands: even a socket that will be refused is accepted first."""
        self.wire = ApplicationCommunicator(self._application, self.scope)
        await self.wire.send_input({"type": "websocket.connect"})
        message = await self.wire.receive_output(PATIENCE)
        assert message["type"] == "websocket.accept"
        self.protocol = message["subprotocol"]

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_if_read(message: dict[str, Any]) -> None:
            if not self.reads and message["type"] == "websocket.send":
                await asyncio.Event().wait()
            await send(message)

        await websocket(scope, receive, send_if_read)

    async def open(self) -> dict[str, Any]:
        """Connect and return the data of `hello`."""
        await self.accept()
        hello = await self.next()
        assert hello["t"] == "hello"
        return dict(hello["d"])

    async def next(self) -> dict[str, Any]:
        message = await self.wire.receive_output(PATIENCE)
        assert message["type"] == "websocket.send", message
        return dict(json.loads(message["text"]))

    async def ask(self, t: str, /, **d: Any) -> dict[str, Any]:
        """Send a frame and return its answer; events before it would be an error of the test."""
        await self.say({"id": "q", "t": t, "d": d})
        answer = await self.next()
        assert answer.get("re") == "q", answer
        return answer

    async def say(self, frame: Any) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        await self.wire.send_input({"type": "websocket.receive", "text": text})

    async def close_code(self) -> int:
        """Return the code with which the server closes, skipping frames before it."""
        while True:
            message = await self.wire.receive_output(PATIENCE)
            if message["type"] == "websocket.close":
                return int(message["code"])

    async def refusal(self) -> int:
        """Connect and return the code of the close that follows the accept at once."""
        await self.accept()
        message = await self.wire.receive_output(PATIENCE)
        assert message["type"] == "websocket.close", message
        return int(message["code"])

    async def leave(self) -> None:
        await self.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wire.wait(PATIENCE)
