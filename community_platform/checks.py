"""System checks that refuse installations which would lose or leak something quietly."""

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

MEMORY_BROKER = "memory://"
LOCAL_LAYER = "community_platform.core.realtime.layers.LocalChannelLayer"


def web_workers() -> int:
    """Return how many server processes this one belongs to; `manage.py serve` and uvicorn set the variable."""
    try:
        return int(os.environ.get("WEB_CONCURRENCY", "1"))
    except ValueError:
        return 1


@register
def check_several_processes(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Several processes need Redis between them: events, limits and jobs of one never reach the other otherwise."""
    errors: list[CheckMessage] = []
    if web_workers() > 1 and not settings.REDIS_URL:
        errors.append(
            Error(
                "Several web workers without Redis: live updates, rate limits and jobs would differ between them.",
                hint="Set REDIS_URL, or run one worker (WEB_CONCURRENCY=1).",
                id="community.E001",
            )
        )
    if settings.PRODUCTION and not settings.REDIS_URL:
        errors.append(
            Error(
                "PRODUCTION without Redis: queued jobs die with the process, and commands reach no open page.",
                hint="Set REDIS_URL.",
                id="community.E002",
            )
        )
    if settings.REDIS_URL and settings.CELERY_BROKER_URL == MEMORY_BROKER:
        errors.append(
            Error(
                "Redis is set, but the queue is in memory: the separate worker would never see a job.",
                hint="Let CELERY_BROKER_URL follow REDIS_URL.",
                id="community.E003",
            )
        )
    if settings.REDIS_URL and settings.CHANNEL_LAYERS["default"]["BACKEND"] == LOCAL_LAYER:
        errors.append(
            Error(
                "Redis is set, but the channel layer is local: events of the worker would reach no socket.",
                hint="Use channels_redis.pubsub.RedisPubSubChannelLayer.",
                id="community.E004",
            )
        )
    return errors


@register
def check_database(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """SQLite has one writer and one machine; Redis says that there are several processes, perhaps machines."""
    if (
        settings.REDIS_URL
        and settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
        and not settings.DEBUG
    ):
        return [
            Error(
                "SQLite together with Redis: the web, worker and beat processes would fight over one writer.",
                hint="Set DATABASE_URL to PostgreSQL, unset REDIS_URL, or set DEBUG=1 to try it anyway.",
                id="community.E005",
            )
        ]
    return []


@register
def check_production(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Settings that are comfortable at home and dangerous on the internet."""
    if not settings.PRODUCTION:
        return []
    errors: list[CheckMessage] = []
    if settings.DEBUG:
        errors.append(
            Error(
                "DEBUG with PRODUCTION would show source and settings to visitors.",
                hint="Unset DEBUG.",
                id="community.E006",
            )
        )
    if not settings.WEBSOCKET_ORIGINS or "*" in settings.WEBSOCKET_ORIGINS:
        errors.append(
            Error(
                "PRODUCTION needs the exact origins that may open a websocket with our cookie.",
                hint="Set WEBSOCKET_ORIGINS, or SITE_URL and leave it to follow.",
                id="community.E007",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        errors.append(
            Error(
                "ALLOWED_HOSTS=* lets anybody forge links in our mails.",
                hint="Name the hosts.",
                id="community.E008",
            )
        )
    if not settings.SITE_URL.startswith("https://"):
        errors.append(
            Error("SITE_URL must be https in PRODUCTION.", hint="Set SITE_URL=https://…", id="community.E009")
        )
    if settings.RATE_LIMIT_SCALE > 1:
        errors.append(
            Warning(
                "RATE_LIMIT_SCALE is above 1: limits are wider than designed.",
                hint="Only the demo school needs that.",
                id="community.W001",
            )
        )
    return errors
