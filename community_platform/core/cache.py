"""The cache: Redis that may fail without anybody noticing, and values computed by one caller at a time."""

import logging
import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
T = TypeVar("T")

BREAKER_SECONDS = 5.0


class FallbackRedisCache(BaseCache):
    """Django's Redis cache; while Redis fails, a per-process cache that means the same.

    Not "ignore errors": an `add()` that answers False locks everybody out of the sign-in form, one that raises is a
    500. So each call is answered by local memory, and Redis is asked again 5 s later. /health/ready shows
    `is_degraded`.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, params)
        self._local = LocMemCache(f"fallback:{server}", params)
        self._broken_until = 0.0

    @property
    def is_degraded(self) -> bool:
        return time.monotonic() < self._broken_until

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if not self.is_degraded:
            try:
                return getattr(self._redis, method)(*args, **kwargs)
            except (RedisError, OSError) as error:
                self._broken_until = time.monotonic() + BREAKER_SECONDS
                logger.warning("cache: %s; local memory for %d s", type(error).__name__, BREAKER_SECONDS)
        return getattr(self._local, method)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._call("add", *args, **kwargs))

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._call("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._call("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._call("touch", *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._call("delete", *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._call("get_many", *args, **kwargs)
        return found

    def set_many(self, *args: Any, **kwargs: Any) -> list[str]:
        failed: list[str] = self._call("set_many", *args, **kwargs)
        return failed

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._call("delete_many", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._call("has_key", *args, **kwargs))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        return int(self._call("incr", *args, **kwargs))

    def clear(self) -> None:
        self._call("clear")


def cached(key: str, timeout: int, compute: Callable[[], T]) -> T:
    """Return the value under `key`, computing it at most once at a time, for about `timeout` seconds.

    When it expires one caller computes (holding a lock of at most 30 s) and the others go on with the former value;
    on a cold key they compute too rather than wait. The lifetime varies by 10 % so that keys do not expire together.
    """
    entry = cache.get(key)
    if entry is not None and entry["until"] > time.time():
        return entry["value"]  # type: ignore[no-any-return]
    lock = f"{key}:lock"
    if not cache.add(lock, 1, timeout=30) and entry is not None:
        return entry["value"]  # type: ignore[no-any-return]
    try:
        value = compute()
    except BaseException:
        cache.delete(lock)
        raise
    until = time.time() + timeout * random.uniform(0.9, 1.1)  # noqa: S311 - jitter, not a secret
    cache.set(key, {"value": value, "until": until}, timeout=2 * timeout + 30)
    cache.delete(lock)
    return value
