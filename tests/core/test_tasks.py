"""Housekeeping of the kernel."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community_platform.core import realtime, tasks
from community_platform.core.models import ChannelEvent, ChannelHead, IdempotencyKey, JobRun, SocketTicket
from tests.core.realtime_client import publish

pytestmark = pytest.mark.django_db


def test_old_events_go_and_numbers_are_never_reused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "BATCH", 2)
    publish("topic.1", 5)
    ChannelEvent.objects.filter(seq__lte=3).update(created_at=timezone.now() - timedelta(days=31))
    assert tasks.prune_realtime_log() == 3
    assert list(ChannelEvent.objects.values_list("seq", flat=True)) == [4, 5]
    ChannelEvent.objects.all().delete()
    publish("topic.1")
    assert ChannelHead.objects.get().seq == ChannelEvent.objects.get().seq == 6


def test_expired_tickets_go(anna: Any) -> None:
    realtime.issue_ticket(actor=anna)
    realtime.issue_ticket(actor=anna)
    kept, expired = SocketTicket.objects.order_by("digest")
    SocketTicket.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(days=2))
    tasks.prune_realtime_log()
    assert SocketTicket.objects.get() == kept


def test_idempotency_keys_go_after_a_day() -> None:
    IdempotencyKey.objects.create(scope="new", fingerprint="f")
    IdempotencyKey.objects.create(
        scope="old", fingerprint="f", created_at=timezone.now() - timedelta(hours=25)
    )
    assert tasks.prune_idempotency_keys() == 1
    assert IdempotencyKey.objects.get().scope == "new"
    run = JobRun.objects.get()
    assert (run.name, run.rows, run.error) == ("prune_idempotency_keys", 1, "")
    assert run.finished_at >= run.started_at


def test_a_failed_job_leaves_its_reason() -> None:
    @tasks.recorded("broken")
    def job() -> int:
        raise LookupError("gone")

    with pytest.raises(LookupError):
        job()
    run = JobRun.objects.get(name="broken")
    assert run.error == "LookupError: gone"
    assert run.finished_at is not None


def test_the_beat_keeps_one_row() -> None:
    tasks.beat_alive()
    tasks.beat_alive()
    assert JobRun.objects.filter(name=tasks.BEAT_KEY).count() == 1


def test_every_scheduled_task_exists(settings: Any) -> None:
    from community_platform.celery import app

    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
