"""The ledger: a cause pays once, limits hold, taking back is exact, every sum is that of its rows."""

import importlib
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gamification.catalogue.levels import level_of, threshold
from gamification.models import (
    ActionPoints,
    Bucket,
    DailyActivity,
    DailyPoints,
    PointBudget,
    PointTransaction,
)
from gamification.services import ledger
from profiles.models import Activity, Profile, User
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    ActionPoints.objects.bulk_create(
        ActionPoints(action=action, bucket=bucket, points=points, daily_cap=cap, pair_cap=pair)
        for action, bucket, points, cap, pair in (
            ("lesson_completed", Bucket.LEARNING, 10, 300, None),
            ("topic_created", Bucket.COMMUNITY, 5, 15, None),
            ("like_received", Bucket.COMMUNITY, 2, 40, 5),
            ("best_answer_received", Bucket.COMMUNITY, 25, None, None),
        )
    )


def award(user: User, action: str = "topic_created", key: str = "topic:1", **more: Any) -> int:
    more.setdefault("occurred_at", AT)
    return ledger.award(user_id=user.pk, action=action, key=key, **more)


def total(user: User) -> int:
    return Profile.objects.get(pk=user.pk).total_points


def sums_hold(user: User) -> None:
    rows = PointTransaction.objects.filter(user=user)
    points = rows.aggregate(n=Sum("amount"))["n"] or 0
    profile = Profile.objects.get(pk=user.pk)
    assert (profile.total_points, profile.level) == (points, level_of(points))
    assert (DailyPoints.objects.filter(user=user).aggregate(n=Sum("points"))["n"] or 0) == points
    days = {row["local_date"]: row["n"] for row in rows.values("local_date").annotate(n=Sum("amount"))}
    kept = dict(DailyActivity.objects.filter(user=user).values_list("date", "points_earned"))
    assert {day: n for day, n in days.items() if n} == {day: n for day, n in kept.items() if n}


def test_a_cause_pays_once_and_moves_every_sum() -> None:
    user = UserFactory(timezone="Asia/Tokyo")
    late = datetime(2026, 3, 10, 20, tzinfo=UTC)  # the 11th in Tokyo
    assert award(user, "lesson_completed", "lesson:5:1", occurred_at=late, title="Loops", course_id=7) == 10
    assert award(user, "lesson_completed", "lesson:5:1", occurred_at=late) == 0
    row = PointTransaction.objects.get()
    assert (row.amount, row.title, row.course_ref, str(row.date)) == (10, "Loops", 7, "2026-03-10")
    assert str(DailyActivity.objects.get().date) == "2026-03-11"
    sums_hold(user)


def test_a_limit_stores_the_row_with_nothing_and_taking_it_back_takes_nothing() -> None:
    user = UserFactory()
    assert [award(user, key=f"topic:{n}") for n in range(4)] == [5, 5, 5, 0]
    assert PointTransaction.objects.get(key="topic:3").is_capped
    assert ledger.reverse(key="topic:3")
    assert total(user) == 15
    assert ledger.reverse(key="topic:0")
    assert not ledger.reverse(key="topic:0")
    assert total(user) == 10
    sums_hold(user)


def test_the_next_day_has_its_own_limit() -> None:
    user = UserFactory()
    for n in range(4):
        award(user, key=f"topic:{n}")
    assert award(user, key="topic:9", occurred_at=AT + timedelta(days=1)) == 5


def test_one_person_can_give_only_so_much_a_day() -> None:
    user, fan, other = UserFactory(), UserFactory(), UserFactory()
    like = [award(user, "like_received", f"like:{n}", source_id=fan.pk) for n in range(4)]
    assert like == [2, 2, 0, 0]
    assert award(user, "like_received", "like:9", source_id=other.pk) == 2
    assert PointBudget.objects.get(source=0).used == 6  # what a pair refused does not use up the day


def test_what_was_taken_back_is_paid_back_once_each_time() -> None:
    user = UserFactory()
    award(user)
    for _ in range(3):
        assert ledger.reverse(key="topic:1")
        assert not ledger.reverse(key="topic:1")
        assert total(user) == 0
        assert ledger.restore(key="topic:1")
        assert not ledger.restore(key="topic:1")
        assert total(user) == 5
    assert award(user) == 0
    sums_hold(user)


def test_another_answer_is_paid_after_the_first_was_taken_back() -> None:
    first, second = UserFactory(), UserFactory()
    pay: dict[str, Any] = {"action": "best_answer_received", "key": "answer:1", "again": True}
    assert award(first, **pay) == 25
    assert award(second, **pay) == 0  # the first still stands
    ledger.reverse(key="answer:1")
    assert award(second, **pay) == 25
    assert (total(first), total(second)) == (0, 25)


def test_prices_change_from_now_on() -> None:
    user = UserFactory()
    award(user, key="topic:1")
    ActionPoints.objects.filter(pk="topic_created").update(points=7)
    award(user, key="topic:2")
    assert list(PointTransaction.objects.order_by("pk").values_list("amount", flat=True)) == [5, 7]


def test_closed_accounts_and_unknown_actions_earn_nothing() -> None:
    assert award(UserFactory(is_active=False)) == 0
    assert award(UserFactory(), "no_such_action") == 0
    assert not PointTransaction.objects.exists()


def correction(user: User, amount: int, key: str) -> bool:
    return ledger.pay(
        user_id=user.pk, amount=amount, bucket=Bucket.STAFF, reason="correction", key=key, occurred_at=AT
    )


def test_a_level_is_told_once_and_only_when_it_is_the_highest_ever() -> None:
    user = UserFactory()
    correction(user, 4500, "a")  # level 10 at once
    correction(user, -4300, "b")
    correction(user, 900, "c")
    assert Profile.objects.get(pk=user.pk).level == level_of(1100)
    assert [row.metadata["level"] for row in Activity.objects.filter(user=user)] == [10]


def test_a_level_is_not_dated_before_the_one_below_it() -> None:
    user = UserFactory()
    for n, amount in enumerate((150, 200, 400)):  # each was earned a day before the one that was paid first
        ledger.pay(
            user_id=user.pk, amount=amount, bucket=Bucket.BADGE, reason="badge_awarded", key=f"b{n}",
            occurred_at=AT - timedelta(days=n),
        )  # fmt: skip
    rows = Activity.objects.filter(user=user).order_by("created_at", "pk")
    assert [row.metadata["level"] for row in rows] == [2, 3, 4]


@pytest.mark.parametrize(
    ("level", "points"), [(1, 0), (2, 100), (3, 300), (5, 1000), (10, 4500), (20, 19000), (30, 43500), (50, 122500)]
)
def test_levels_of_the_catalogue(level: int, points: int) -> None:
    assert threshold(level) == points
    assert level_of(points) == level
    assert level_of(points - 1) == max(level - 1, 1)


@pytest.mark.parametrize("statement", ["UPDATE {} SET amount = 9", "DELETE FROM {}"])
def test_the_database_refuses_to_change_a_row(statement: str) -> None:
    migration = importlib.import_module("gamification.migrations.0002_game")  # tests make tables without it
    migration.protect(None, SimpleNamespace(connection=connection))
    award(UserFactory())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(PointTransaction._meta.db_table))
    assert PointTransaction.objects.get().amount == 5


STEP = st.tuples(
    st.sampled_from(["award", "award", "like", "reverse", "restore", "pay", "late"]),
    st.integers(0, 5),
    st.integers(0, 1),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=25))
def test_totals_are_the_ledger_after_any_history(steps: list[tuple[str, int, int]]) -> None:
    people = [UserFactory(timezone="Asia/Kathmandu"), UserFactory(timezone="Pacific/Kiritimati")]
    run = PointTransaction.objects.count()  # keys of this example
    for step, n, who in steps:
        user, key = people[who], f"{run}:{who}:{n}"
        if step == "award":
            award(user, key=key, occurred_at=AT + timedelta(hours=7 * n))
        elif step == "late":
            award(user, "lesson_completed", f"l{key}", occurred_at=AT - timedelta(days=n))
        elif step == "like":
            award(user, "like_received", key, source_id=people[1 - who].pk)
        elif step == "pay":
            correction(user, 40 * n - 100, f"c{key}")
        else:
            getattr(ledger, step)(key=key)
    for user in people:
        sums_hold(user)
