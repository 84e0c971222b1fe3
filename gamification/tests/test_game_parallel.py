"""Many threads at once, on PostgreSQL: one streak, one reward, one snapshot."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from gamification.models import (
    DailyActivity,
    FreezeGrant,
    GamificationPreference,
    Leaderboard,
    LeaderboardEntry,
    PointTransaction,
    Streak,
    StreakCover,
)
from gamification.selectors import boards
from gamification.services import ledger
from gamification.services.activity import record_activity
from gamification.services.boards import snapshot_board
from gamification.services.bugs import decide_bug, report_bug
from gamification.services.preferences import set_preferences
from gamification.services.rollover import rollover
from notifications.models import Notification

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run all jobs at the same moment and return what they raised."""
    start, errors = threading.Barrier(len(jobs)), []

    def work(job: Callable[[], Any]) -> None:
        try:
            start.wait()
            job()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return errors


def learn(user: Any, day: int, now: datetime | None = None) -> None:
    at = NOON + day * DAY
    record_activity(user_id=user.pk, at=at, now=now or at, lessons=1)


def test_the_seventh_day_pays_once_whoever_else_writes_points(anna: Any) -> None:
    for n in range(6):
        learn(anna, n)
    pays = [
        lambda n=n: ledger.pay(
            user_id=anna.pk, amount=1, bucket="learning", reason="x", key=f"x{n}", occurred_at=NOON + 6 * DAY
        )
        for n in range(6)
    ]
    assert at_once(*[lambda: learn(anna, 6)] * 8, *pays) == []
    assert PointTransaction.objects.filter(key=f"streak:{anna.pk}:7").count() == 1
    assert FreezeGrant.objects.filter(user=anna).count() == 1
    streak = Streak.objects.get(user=anna)
    assert (streak.current_streak, streak.freezes_available) == (7, 1)
    assert DailyActivity.objects.get(user=anna, date=(NOON + 6 * DAY).date()).lessons_completed == 8


def test_midnights_and_lessons_meet(anna: Any, boris: Any) -> None:
    """Rollovers run while people learn: late days, new days; what is stored is what the days say (the invariants)."""
    for n in range(8):
        learn(anna, n), learn(boris, n)
    now = NOON + 10 * DAY
    jobs: list[Callable[[], Any]] = [lambda: rollover(now=now)] * 4
    jobs += [lambda: learn(anna, 9, now), lambda: learn(boris, 10, now), lambda: learn(boris, 9, now)]
    assert at_once(*jobs) == []
    rollover(now=now)
    mine, his = Streak.objects.get(user=anna), Streak.objects.get(user=boris)
    assert (mine.current_streak, mine.freezes_available) == (9, 0)
    assert (his.current_streak, his.freezes_available) == (10, 0)
    assert StreakCover.objects.filter(date=(NOON + 8 * DAY).date()).count() == 2


def test_snapshots_at_once_leave_one_whole_board(anna: Any, boris: Any) -> None:
    source = boards.source("all_points")
    assert source is not None
    for person in (anna, boris):
        person.emailaddress_set.create(email=person.email, verified=True, primary=True)
        ledger.pay(
            user_id=person.pk, amount=5, bucket="staff", reason="x", key=f"y{person.pk}", occurred_at=NOON
        )
    assert at_once(*[lambda: snapshot_board(source, "all", now=NOON)] * 4) == []
    board = Leaderboard.objects.get(board="all_points", period="all")
    assert board.generation == 4
    shown = LeaderboardEntry.objects.filter(leaderboard=board, generation=4)
    assert sorted(shown.values_list("rank", "place")) == [(1, 1), (1, 2)]


def test_two_moderators_decide_once(anna: Any, maxim: Any, admin: Any) -> None:
    report = report_bug(actor=anna, title="It is broken", description="It is broken everywhere, really.")
    jobs = [lambda: decide_bug(actor=maxim, report=report, state="confirmed")] * 4
    jobs += [lambda: decide_bug(actor=admin, report=report, state="rejected")] * 4
    errors = at_once(*jobs)
    assert {error.code for error in errors} == {"already_decided"}
    assert len(errors) == 4
    assert Notification.objects.filter(user=anna, kind__startswith="bug").count() == 1


def test_choices_of_two_tabs_are_one_row(anna: Any) -> None:
    assert at_once(*[lambda: set_preferences(actor=anna, account=anna, has_reminders=False)] * 6) == []
    assert GamificationPreference.objects.count() == 1
