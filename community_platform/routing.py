"""Websocket addresses."""

from channels.routing import URLRouter
from django.urls import path

from community_platform.core.realtime.socket import socket

websocket = URLRouter([path("ws/", socket)])  # type: ignore[arg-type]  # any ASGI application will do
