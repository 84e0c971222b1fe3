"""`/health/live`: the process answers. `/health/ready`: what it depends on, for load balancers and people."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community_platform.core.realtime.process import running_hub
from community_platform.core.tasks import BEAT_KEY
from community_platform.core.worker import embedded_worker

OK, DEGRADED, DOWN = "ok", "degraded", "down"
CHECK_SECONDS = 2.0
BEAT_LATE_SECONDS = 120
_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="health")


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": OK})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer each dependency's state within about 2 s.

    503 only for what this process cannot serve without: its database, or its own worker. A Redis outage is `degraded`
    and 200: every page still answers, and taking all servers out at once would turn a hiccup into an outage.
    """
    futures = {name: _threads.submit(check) for name, check in CHECKS.items()}
    deadline = time.monotonic() + CHECK_SECONDS
    states: dict[str, str] = {}
    for name, future in futures.items():
        try:
            states[name] = future.result(timeout=max(0.0, deadline - time.monotonic()))
        except Exception:  # a timeout, or whatever the driver raises
            states[name] = DOWN
    worst = max(states.values(), key=[OK, DEGRADED, DOWN].index)
    return JsonResponse({"status": worst, **states}, status=503 if worst == DOWN else 200)


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    finally:
        connection.close()  # this thread's own
    return OK


def cache_store() -> str:
    cache.set("health", 1, timeout=10)
    return DEGRADED if getattr(cache, "is_degraded", False) or cache.get("health") != 1 else OK


def channel_layer() -> str:
    hub = running_hub()
    if hub is not None and hub.degraded:
        return DEGRADED
    return _redis_state()


def queue() -> str:
    if settings.REDIS_URL:
        beat = cache.get(BEAT_KEY)
        late = beat is None or time.time() - beat > BEAT_LATE_SECONDS
        return DEGRADED if late else _redis_state()
    if current_app.conf.task_always_eager:
        return OK  # tasks run in place
    return OK if embedded_worker.is_alive else DOWN


def _redis_state() -> str:
    if not settings.REDIS_URL:
        return OK
    try:
        _redis(settings.REDIS_URL).ping()
    except (redis.RedisError, OSError):
        return DEGRADED
    return OK


@lru_cache(maxsize=2)
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)


CHECKS: dict[str, Callable[[], str]] = {
    "database": database,
    "cache": cache_store,
    "channel_layer": channel_layer,
    "queue": queue,
}
