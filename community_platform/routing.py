"""Websocket addresses."""

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from community_platform.core.realtime.socket import socket


async def nowhere(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Refuse the handshake of any other address; without a route the server would answer 500 and log a traceback."""
    await receive()
    await send({"type": "websocket.close"})


websocket = URLRouter([path("ws/", socket), re_path("", nowhere)])  # type: ignore[arg-type,list-item]  # any ASGI application
