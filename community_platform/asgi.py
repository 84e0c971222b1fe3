"""What a server imports: pages and API over HTTP, the socket, and the life of the process."""

import os
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")
pages = get_asgi_application()  # loads the apps, which everything below needs

from django.conf import settings  # noqa: E402

from community_platform.celery import app as celery  # noqa: E402
from community_platform.core.realtime import process  # noqa: E402
from community_platform.core.worker import embedded_worker  # noqa: E402
from community_platform.routing import websocket  # noqa: E402

# Static files and uploads are small or asked for in parts; read whole, they are what this warns of.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Start what a server process carries before its first request, and stop it after the last."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            process.hub()
            if settings.CELERY_BROKER_URL == "memory://":
                embedded_worker.start(celery)
            await send({"type": "lifespan.startup.complete"})
        else:
            await process.stop_hub()
            await send({"type": "lifespan.shutdown.complete"})
            return


application = ProtocolTypeRouter({"http": pages, "websocket": websocket, "lifespan": lifespan})
