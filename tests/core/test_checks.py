"""Unsafe installations are refused by name."""

from types import SimpleNamespace
from typing import Any

import pytest

from community_platform import checks

REDIS = "redis://127.0.0.1:6379/0"
POSTGRES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
REDIS_LAYER = {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}}
SAFE = {
    "DEBUG": False,
    "PRODUCTION": True,
    "REDIS_URL": REDIS,
    "CELERY_BROKER_URL": REDIS,
    "CHANNEL_LAYERS": REDIS_LAYER,
    "DATABASES": POSTGRES,
    "WEBSOCKET_ORIGINS": ["https://school.example"],
    "ALLOWED_HOSTS": ["school.example"],
    "SITE_URL": "https://school.example",
    "RATE_LIMIT_SCALE": 1,
}
ALONE = {
    **SAFE,
    "PRODUCTION": False,
    "REDIS_URL": "",
    "CELERY_BROKER_URL": "memory://",
    "CHANNEL_LAYERS": {"default": {"BACKEND": checks.LOCAL_LAYER}},
    "DATABASES": SQLITE,
    "WEBSOCKET_ORIGINS": [],
    "SITE_URL": "http://127.0.0.1:8000",
}


def found(monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]) -> list[str]:
    """Return the ids of what the checks say about an installation with these settings."""
    monkeypatch.setattr(checks, "settings", SimpleNamespace(**values))
    messages = [
        message
        for check in (checks.check_several_processes, checks.check_database, checks.check_production)
        for message in check(None)
    ]
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_both_designed_installations_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    assert found(monkeypatch, ALONE) == []
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    assert found(monkeypatch, SAFE) == []


@pytest.mark.parametrize(
    ("base", "change", "expected"),
    [
        (SAFE, {"REDIS_URL": "", "CELERY_BROKER_URL": "memory://"}, ["community.E002"]),
        (SAFE, {"CELERY_BROKER_URL": "memory://"}, ["community.E003"]),
        (SAFE, {"CHANNEL_LAYERS": ALONE["CHANNEL_LAYERS"]}, ["community.E004"]),
        (SAFE, {"DATABASES": SQLITE}, ["community.E005"]),
        (SAFE, {"DEBUG": True}, ["community.E006"]),
        (SAFE, {"WEBSOCKET_ORIGINS": []}, ["community.E007"]),
        (SAFE, {"WEBSOCKET_ORIGINS": ["*"]}, ["community.E007"]),
        (SAFE, {"ALLOWED_HOSTS": ["*"]}, ["community.E008"]),
        (SAFE, {"SITE_URL": "http://school.example"}, ["community.E009"]),
        (SAFE, {"RATE_LIMIT_SCALE": 20}, ["community.W001"]),
        (ALONE, {"DATABASES": POSTGRES}, []),
        (ALONE, {"RATE_LIMIT_SCALE": 20}, []),
    ],
)
def test_an_unsafe_mixture_is_named(
    monkeypatch: pytest.MonkeyPatch, base: Any, change: Any, expected: list[str]
) -> None:
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    assert found(monkeypatch, {**base, **change}) == expected


def test_several_workers_need_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "2")
    assert found(monkeypatch, ALONE) == ["community.E001"]
    monkeypatch.setenv("WEB_CONCURRENCY", "many")
    assert found(monkeypatch, ALONE) == []
