"""What a process counts about its sockets, and how operators see all processes at once: through the cache."""

import os
import socket
import time
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache

from community_platform.core.realtime.limits import ONLINE_SECONDS

_NAMES = "realtime.processes"
_NAME = f"{socket.gethostname()}:{os.getpid()}"


@dataclass(slots=True)
class Counts:
    """Since the process began, but for the two lags, which are the last ones measured."""

    delivered: int = 0  # durable events written to queues of sockets
    dropped: int = 0  # typing that a full queue had no room for
    slow_readers: int = 0  # sockets closed because their queue was full
    resets: int = 0  # gaps too long to replay
    layer_failures: int = 0
    lag_ms: float = 0.0  # by which the event loop came late
    layer_ms: float = 0.0  # a message through the channel layer and back


COUNTS = Counts()


def snapshot(hub: Any) -> dict[str, Any]:
    """Return how the process of `hub` does now: numbers only, nobody's name."""
    depths = [connection.outgoing.qsize() for connection in hub.connections]
    return {
        "process": _NAME,
        "sockets": len(depths),
        "people": len(hub.people),
        "channels": len(hub.rooms),
        "queued": sum(depths),
        "longest_queue": max(depths, default=0),
        "is_degraded": hub.degraded,
        **asdict(COUNTS),
        "at": time.time(),
    }


def tell(state: dict[str, Any]) -> None:
    """Let the other processes see `state` until the next beats fail to come.

    Two processes that add their names in the same moment may lose one of them, until its next beat.
    """
    now = state["at"]
    names = cache.get(_NAMES) or {}
    names = {name: at for name, at in names.items() if now - at < ONLINE_SECONDS} | {state["process"]: now}
    cache.set(_NAMES, names, ONLINE_SECONDS)
    cache.set(f"{_NAMES}.{state['process']}", state, ONLINE_SECONDS)


def processes() -> list[dict[str, Any]]:
    """Return the last word of each process that has sockets to serve, by name."""
    names = sorted(cache.get(_NAMES) or {})
    found = cache.get_many([f"{_NAMES}.{name}" for name in names])
    return [found[f"{_NAMES}.{name}"] for name in names if f"{_NAMES}.{name}" in found]
