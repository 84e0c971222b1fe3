"""Whatever number of the game is changed behind its back is found, and mended from its source."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from community_platform.core import consistency
from gamification.models import UserMetric
from gamification.services import evaluation, ledger
from gamification.services.activity import record_activity
from gamification.services.catalogue import sync_catalogue
from gamification.tests import deeds
from profiles.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_counters]
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
TAMPERED: list[tuple[str, str, str | int, str]] = [
    ("profiles_profile", "total_points", 7, "gamification.points.total"),
    ("profiles_profile", "level", 9, "gamification.points.level"),
    ("gamification_dailypoints", "points", 7, "gamification.points.day"),
    ("gamification_dailyactivity", "points_earned", 7, "gamification.points.local"),
    ("gamification_badge", "holders_count", 3, "gamification.badges.holders"),
    ("gamification_streak", "current_streak", 2, "gamification.streak.runs"),
    ("gamification_streak", "longest_streak", 99, "gamification.streak.runs"),
    ("gamification_streak", "covered_date", "2026-03-01", "gamification.streak.runs"),
    ("gamification_streak", "total_active_days", 99, "gamification.streak.days"),
    ("gamification_streak", "last_active_date", "2026-03-01", "gamification.streak.last"),
    ("gamification_streak", "freezes_available", 4, "gamification.streak.freezes"),
]


@pytest.fixture
def player(anna: User) -> User:
    """Somebody with a badge, points of two days, and a streak of nine days with the freeze that seven bring."""
    sync_catalogue()
    for n in range(9):
        at = MONDAY + n * timedelta(days=1)
        record_activity(user_id=anna.pk, at=at, now=at, lessons=1)
    for n in range(2):
        ledger.award(user_id=anna.pk, action="topic_created", key=f"topic:{n}", occurred_at=MONDAY)
    deeds.build("followers", anna, range(10))
    evaluation.evaluate(metrics=["followers"], people=[anna.pk])
    consistency.check(repair=True)  # of who follows whom: made without its service
    return anna


def wrong() -> dict[str, list[tuple[object, object]]]:
    found = {result.invariant.id: result.violations for result in consistency.check()}
    mine = {name: rows for name, rows in found.items() if name.startswith("gamification.") and rows}
    return {name: [(row.stored, row.actual) for row in rows] for name, rows in mine.items()}


def rows(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
        return list(cursor.fetchall())


@pytest.mark.parametrize(("table", "column", "value", "found_by"), TAMPERED)
def test_a_tampered_number_is_found_and_mended(
    player: User, table: str, column: str, value: str | int, found_by: str
) -> None:
    assert wrong() == {}
    right = rows(table)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s", [value])
    assert rows(table) != right
    assert found_by in wrong()
    with pytest.raises(CommandError):
        call_command("check_consistency")
    call_command("check_consistency", "--repair")
    assert rows(table) == right


def test_a_missing_daily_sum_is_made_anew(player: User) -> None:
    right = [row[1:] for row in rows("gamification_dailypoints")]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM gamification_dailypoints")
    assert "gamification.points.days" in wrong()
    call_command("check_consistency", "--repair")
    assert sorted(row[1:] for row in rows("gamification_dailypoints")) == sorted(right)


def test_a_tampered_metric_is_mended_by_the_night(player: User) -> None:
    """Progress is what a metric was when it was last asked, so there is nothing to compare it with but asking again."""
    UserMetric.objects.filter(metric="followers").update(value=3)
    evaluation.backfill()
    assert UserMetric.objects.get(user=player, metric="followers").value == 10
