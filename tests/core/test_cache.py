"""The cache while Redis is away, and values computed by one caller at a time."""

import threading
import time
from typing import Any

import pytest
from django.core.cache import cache

from community_platform.core import cache as cache_module
from community_platform.core.cache import FallbackRedisCache, cached

NOBODY = "redis://127.0.0.1:9"  # nothing listens there


@pytest.fixture
def broken() -> FallbackRedisCache:
    options = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}
    store = FallbackRedisCache(NOBODY, {"TIMEOUT": 300, "KEY_PREFIX": "t", "OPTIONS": options})
    store.clear()
    return store


def test_every_operation_keeps_its_meaning_without_redis(broken: FallbackRedisCache) -> None:
    assert broken.get("a", "default") == "default"
    assert broken.add("a", 1)
    assert not broken.add("a", 2)
    assert broken.incr("a", 4) == 5
    assert broken.decr("a") == 4
    with pytest.raises(ValueError, match="not found"):
        broken.incr("absent")
    broken.set_many({"b": 2, "c": 3})
    assert broken.get_many(["b", "c", "absent"]) == {"b": 2, "c": 3}
    assert broken.touch("b", 60)
    assert "b" in broken
    assert broken.has_key("c")
    assert broken.delete("b")
    assert not broken.delete("b")
    broken.delete_many(["c"])
    assert broken.get("c") is None
    assert broken.get_or_set("d", lambda: 7) == 7
    assert broken.is_degraded


def test_redis_is_asked_again_after_the_pause(
    broken: FallbackRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(broken._redis, "get", lambda key: asked.append(key) or "from redis")
    broken.set("a", 1)
    assert broken.get("a") == 1
    assert asked == []
    broken._broken_until = time.monotonic()
    assert broken.get("a") == "from redis"


def test_a_programming_error_is_not_hidden(broken: FallbackRedisCache) -> None:
    broken._broken_until = 0.0
    with pytest.raises(TypeError):
        broken.get()


@pytest.mark.redis
def test_redis_is_used_while_it_answers(settings: Any) -> None:
    store = FallbackRedisCache(settings.REDIS_URL, {"KEY_PREFIX": "test-cache"})
    store.delete("n")
    assert store.add("n", 1)
    assert store.incr("n") == 2
    assert not store.is_degraded
    assert store._local.get("n") is None


def test_cached_computes_once_and_again_after_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(cache_module.time, "time", lambda: now[0])
    calls: list[int] = []

    def compute() -> int:
        calls.append(1)
        return len(calls)

    assert [cached("k", 60, compute) for _ in range(3)] == [1, 1, 1]
    now[0] += 70
    assert cached("k", 60, compute) == 2


def test_30_callers_of_an_expired_value_compute_it_once_and_none_waits() -> None:
    started, finish = threading.Event(), threading.Event()
    calls: list[int] = []

    def slow() -> str:
        calls.append(1)
        started.set()
        assert finish.wait(10)
        return "new"

    cache.set("k", {"value": "old", "until": 0})
    first: list[str] = []
    computing = threading.Thread(target=lambda: first.append(cached("k", 60, slow)))
    computing.start()
    assert started.wait(10)
    assert [cached("k", 60, slow) for _ in range(30)] == ["old"] * 30
    finish.set()
    computing.join(10)
    assert (first, calls) == (["new"], [1])
    assert cached("k", 60, slow) == "new"


def test_a_failed_computation_does_not_block_the_next() -> None:
    def fail() -> str:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        cached("k", 60, fail)
    assert cached("k", 60, lambda: "fine") == "fine"


def test_none_and_false_are_values() -> None:
    calls: list[int] = []
    for _ in range(2):
        assert cached("k", 60, lambda: calls.append(1)) is None
    assert calls == [1]
