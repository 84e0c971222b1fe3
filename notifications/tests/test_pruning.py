"""What is long past leaves the inbox."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Notification
from notifications.services import pruning
from notifications.tasks import prune_inbox

pytestmark = pytest.mark.django_db


def line(user: Any, days: int, *, is_read: bool) -> int:
    """Put a line of this age into the inbox of `user`; the older ones first, as they are written."""
    at = timezone.now() - timedelta(days=days)
    made = Notification.objects.create(
        user=user, kind="mention", subject="A talk", url="/forum/", key=f"{days}:{is_read}", created_at=at,
        read_at=at if is_read else None,
    )  # fmt: skip
    return made.pk


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_old_lines_go_and_unread_ones_stay_longer(anna: Any, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", batch)
    for days in (366, 181):
        line(anna, days, is_read=True)
    kept = {line(anna, 181, is_read=False), line(anna, 179, is_read=True), line(anna, 1, is_read=False)}
    line(anna, 366, is_read=False)  # out of order, as an import may leave it: it goes once its batch is read
    assert prune_inbox() == (3 if batch == 100 else 2)
    assert kept <= set(Notification.objects.values_list("pk", flat=True))


def test_only_what_is_old_is_looked_at(anna: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    for n in range(20):
        line(anna, 100 - n, is_read=True)
    with CaptureQueriesContext(connection) as queries:
        assert pruning.prune_inbox() == 0
    assert len(queries) == 1
