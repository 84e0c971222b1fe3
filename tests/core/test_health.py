"""Liveness and readiness."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from community_platform.core import health, tasks

PARTS = {"database", "cache", "channel_layer", "queue"}


def test_live_needs_nothing(client: Client) -> None:
    response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db(transaction=True)
def test_ready_names_every_dependency(client: Client) -> None:
    tasks.beat_alive()
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", **dict.fromkeys(PARTS, "ok")}
    assert "no-store" in response["Cache-Control"]


def test_ready_is_503_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> str:
        raise ConnectionError("no database")

    monkeypatch.setitem(health.CHECKS, "database", refuse)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert (response.json()["status"], response.json()["database"]) == ("down", "down")


def test_a_dependency_that_hangs_does_not_hang_the_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.1)
    monkeypatch.setattr(health, "CHECKS", {"database": lambda: time.sleep(1) or "ok", "queue": lambda: "ok"})
    response = client.get("/health/ready")
    assert response.json() == {"status": "down", "database": "down", "queue": "ok"}


@pytest.mark.django_db(transaction=True)
def test_a_redis_outage_is_degraded_and_keeps_serving(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9"
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["channel_layer"] == response.json()["queue"] == "degraded"


def test_a_dead_embedded_worker_is_down(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = ""
    monkeypatch.setattr(health, "current_app", SimpleNamespace(conf=SimpleNamespace(task_always_eager=False)))
    assert health.queue() == "down"


@pytest.mark.django_db
def test_a_late_beat_is_degraded(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:6379"
    monkeypatch.setattr(health, "_redis_state", lambda: "ok")
    assert health.queue() == "degraded"
    tasks.beat_alive()
    assert health.queue() == "ok"
    cache.set(tasks.BEAT_KEY, time.time() - 121)
    assert health.queue() == "degraded"
