"""How this project runs uvicorn; `serve` and `runserver` differ only in reloading."""

from typing import Any

APPLICATION = "community_platform.asgi:application"


def options(host: str, port: int) -> dict[str, Any]:
    """Return uvicorn's options.

    Frames have a hard cap above our own limit, which answers `too_large`. No deflate, which costs up to 300 kB a
    socket. Pings find half-open clients within 40 s.
    """
    return {
        "host": host,
        "port": port,
        "lifespan": "on",
        "ws": "websockets-sansio",
        "ws_max_size": 65_536,
        "ws_ping_interval": 20.0,
        "ws_ping_timeout": 20.0,
        "ws_per_message_deflate": False,
        "timeout_graceful_shutdown": 15,
        "server_header": False,
        "log_level": "warning",  # at "info" it would write socket tickets into the log
        "access_log": False,
        "log_config": None,  # Django's LOGGING holds for the server too
    }
