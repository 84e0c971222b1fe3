"""The hub of this process, and sending from any thread of any process."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Coroutine
from typing import Any

from channels.layers import get_channel_layer

from community_platform.core.realtime.beat import beat_forever
from community_platform.core.realtime.hub import Hub
from community_platform.core.realtime.layers import LocalChannelLayer
from community_platform.core.realtime.limits import BREAKER_SECONDS, LAYER_SECONDS
from community_platform.core.realtime.sweep import sweep_forever

logger = logging.getLogger(__name__)
_hub: Hub | None = None


def running_hub() -> Hub | None:
    """Return the hub of this process if it is a server whose loop runs."""
    return _hub if _hub is not None and _hub.loop.is_running() else None


def hub() -> Hub:
    """Return the hub of the running loop, starting it when this is the loop's first use."""
    global _hub
    if _hub is None or _hub.loop is not asyncio.get_running_loop():
        _hub = Hub()
        _hub.start()
        _hub.spawn(sweep_forever(_hub))
        _hub.spawn(beat_forever(_hub))
    return _hub


async def stop_hub() -> None:
    """End the hub of the running loop: at shutdown, and at the end of a test."""
    global _hub
    if _hub is not None and _hub.loop is asyncio.get_running_loop():
        ending, _hub = _hub, None
        await ending.stop()


def send(group: str, message: dict[str, Any]) -> None:
    """Hand `message` to the hubs of all processes. Callable from any thread; never raises.

    A server process gives it to its own loop and does not wait. Elsewhere (worker, shell) it is sent by a background
    loop that keeps its connection, bounded to half a second, and not at all for 5 s after a failure.
    """
    try:
        if (local := running_hub()) is not None:
            _submit(local.send(group, message), local.loop)
        elif not isinstance(
            get_channel_layer(), LocalChannelLayer
        ):  # whose listeners would be in this process
            _courier.send(group, message)
    except Exception as error:  # redis, timeouts, a loop that has just closed: the log has the event
        logger.warning("realtime: %s was not pushed: %s %s", message["type"], type(error).__name__, error)


def _submit(work: Coroutine[Any, Any, Any], loop: asyncio.AbstractEventLoop) -> Any:
    try:
        return asyncio.run_coroutine_threadsafe(work, loop)
    except RuntimeError:  # the loop closed in between
        work.close()
        raise


class _Courier:
    """A loop on a thread of its own: `async_to_sync` would open a new connection to Redis for every event."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = 0
        self._broken_until = 0.0

    def send(self, group: str, message: dict[str, Any]) -> None:
        if time.monotonic() < self._broken_until:
            return
        layer = get_channel_layer()
        future = _submit(self._bounded(layer.group_send(group, message)), self._running_loop())
        try:
            future.result(timeout=2 * LAYER_SECONDS)
        except Exception:
            self._broken_until = time.monotonic() + BREAKER_SECONDS
            raise

    async def _bounded(self, call: Coroutine[Any, Any, Any]) -> None:
        await asyncio.wait_for(call, LAYER_SECONDS)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if (
                self._loop is None or self._pid != os.getpid()
            ):  # a forked worker has the object, not the thread
                self._loop = asyncio.new_event_loop()
                self._pid = os.getpid()
                threading.Thread(target=self._loop.run_forever, name="realtime-courier", daemon=True).start()
            return self._loop


_courier = _Courier()
