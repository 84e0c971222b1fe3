"""A websocket client for load: as little work a frame as asyncio allows, so that the server is what is measured."""

import asyncio
import base64
import json
import os
import struct
import time
from collections.abc import Callable
from typing import Any

Heard = Callable[["Wire", dict[str, Any], float], None]


class Wire(asyncio.Protocol):
    """One socket. Every text frame goes to `heard(wire, frame, at)`; `closed` resolves to the close code, or 1006."""

    def __init__(self, heard: Heard, *, name: int = 0, loses: Callable[[], bool] = lambda: False) -> None:
        self.heard = heard
        self.name = name
        self.loses = loses  # asked for each event: a network that drops it
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[int] = loop.create_future()
        self.transport: asyncio.Transport
        self._buffer = bytearray()
        self._is_open = False
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}

    @classmethod
    async def open(cls, port: int, cookie: str, heard: Heard, **options: Any) -> "Wire":
        """Connect, shake hands and wait for `hello`. Raises TimeoutError, ConnectionError."""
        loop = asyncio.get_running_loop()
        _transport, wire = await loop.create_connection(lambda: cls(heard, **options), "127.0.0.1", port)
        key = base64.b64encode(os.urandom(16)).decode()
        host = f"127.0.0.1:{port}"
        lines = (
            "GET /ws/ HTTP/1.1", f"Host: {host}", f"Origin: http://{host}", f"Cookie: sessionid={cookie}",
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Protocol: community.v1", "", "",
        )  # fmt: skip
        wire.transport.write("\r\n".join(lines).encode())
        await asyncio.wait_for(asyncio.shield(wire.ready), 30)
        return wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a TCP connection gives a Transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(1006)

    def _end(self, code: int) -> None:
        for future in (self.ready, *self._answers.values()):
            if not future.done():
                future.set_exception(ConnectionError(code))
                future.exception()  # nobody may be waiting
        if not self.closed.done():
            self.closed.set_result(code)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._is_open:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self._buffer.startswith(b"HTTP/1.1 101"):
                self._end(int(self._buffer[9:12]))
                return
            self._is_open = True
            del self._buffer[: end + 4]
        now = time.time()
        while (frame := self._next()) is not None:
            kind, payload = frame
            if kind == 1:
                self._take(json.loads(payload), now)
            elif kind == 8:
                self._end(struct.unpack("!H", payload[:2])[0] if len(payload) > 1 else 1005)
                self.transport.close()
            elif kind == 9:
                self._write(10, payload)

    def _next(self) -> tuple[int, bytes] | None:
        """Return (opcode, payload) of the next whole frame; the server neither masks nor splits them."""
        have = self._buffer
        if len(have) < 2:
            return None
        size, start = have[1] & 127, 2
        if size == 126:
            start = 4
        elif size == 127:
            start = 10
        if len(have) < start:
            return None
        if start > 2:
            size = int.from_bytes(have[2:start], "big")
        if len(have) < start + size:
            return None
        frame = have[0] & 15, bytes(have[start : start + size])
        del have[: start + size]
        return frame

    def _take(self, frame: dict[str, Any], now: float) -> None:
        if frame["t"] == "hello" and not self.ready.done():
            self.ready.set_result(None)
        elif (answer := self._answers.pop(str(frame.get("re")), None)) is not None and not answer.done():
            answer.set_result(frame["d"])
        elif "ch" in frame and not self.loses():
            self.heard(self, frame, now)

    def _write(self, opcode: int, payload: bytes) -> None:
        mask = b"\0\0\0\0"  # a mask that changes nothing is a mask
        size = len(payload)
        head = (
            bytes([128 | opcode, 128 | size]) if size < 126 else struct.pack("!BBH", 128 | opcode, 254, size)
        )
        self.transport.write(head + mask + payload)

    async def ask(self, t: str, **d: Any) -> dict[str, Any]:
        """Send a frame and return the data of its answer. Raises ConnectionError, TimeoutError."""
        name = os.urandom(6).hex()
        answer = self._answers[name] = asyncio.get_running_loop().create_future()
        self._write(1, json.dumps({"id": name, "t": t, "d": d}).encode())
        return await asyncio.wait_for(answer, 15)

    def leave(self) -> None:
        self.transport.abort()
