"""Streaks in the database: zones, late days, travel, repair, rewards, the rollover, reminders."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community_platform.core.events import subscribers
from community_platform.core.models import ChannelEvent
from gamification import reactions
from gamification.catalogue import load
from gamification.catalogue.streaks import REWARDS
from gamification.events import StreakReminderDue
from gamification.models import (
    CoverKind,
    DailyActivity,
    FreezeGrant,
    GamificationPreference,
    GamificationSwitch,
    PointTransaction,
    Streak,
    StreakCover,
)
from gamification.selectors import settling
from gamification.selectors.streaks import ending, forget, run_of, streak_for, year
from gamification.services.activity import record_activity
from gamification.services.rollover import remind, rollover
from gamification.services.streaks import recount

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def learn(user: Any, at: datetime, *, now: datetime | None = None, lessons: int = 1, **more: int) -> None:
    for _lesson in range(lessons):
        record_activity(user_id=user.pk, at=at, now=now or at, **({"lessons": 1} | more))
    forget(user.pk)  # what keeps it in the cache waits for a commit that a test never makes


def days_in_a_row(user: Any, number: int, start: datetime = MONDAY) -> datetime:
    """Let `user` learn so many days; return the moment of the last."""
    for n in range(number):
        learn(user, start + n * DAY)
    return start + (number - 1) * DAY


def stored(user: Any) -> Streak:
    return Streak.objects.get(user=user)


# --- Which days count -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "counts"),
    [
        ({"lessons": 1}, True),
        ({"quizzes": 1}, True),
        ({"seconds": 600}, True),
        ({"seconds": 599}, False),
        ({"posts": 5, "comments": 5}, False),
    ],
)
def test_a_day_counts_with_a_lesson_a_quiz_or_ten_minutes(anna: Any, what: dict[str, int], counts: bool) -> None:
    record_activity(user_id=anna.pk, at=MONDAY, now=MONDAY, **what)
    assert streak_for(anna, MONDAY.date()).current_streak == int(counts)
    assert DailyActivity.objects.get(user=anna).is_qualifying is counts


def test_minutes_add_up_over_the_day(anna: Any) -> None:
    for n in range(10):
        record_activity(user_id=anna.pk, at=MONDAY + n * timedelta(minutes=5), now=MONDAY + DAY / 2, seconds=60)
    assert streak_for(anna, MONDAY.date()).current_streak == 1


def test_an_attempt_that_the_clock_closed_empty_is_no_learning(anna: Any) -> None:
    values = {
        "user_id": anna.pk, "course_id": 1, "lesson_id": 1, "quiz_id": 1, "attempt_id": 1, "number": 1,
        "max_score": 5, "percent": 0, "passed": False, "is_first": True, "duration_seconds": 60,
    }  # fmt: skip
    reactions.count_quiz(reactions.QuizSubmitted(score=0, **values))
    assert not DailyActivity.objects.exists()
    reactions.count_quiz(reactions.QuizSubmitted(score=1, **values))
    assert DailyActivity.objects.get().quizzes_completed == 1


# --- Freezes, breaks, repair ------------------------------------------------------------------------------------


def test_rewards_are_paid_once_in_a_life_and_freezes_once_a_run(anna: Any) -> None:
    last = days_in_a_row(anna, 7)
    assert stored(anna).freezes_available == 1
    paid = dict(PointTransaction.objects.filter(user=anna, bucket="streak").values_list("key", "amount"))
    assert paid == {f"streak:{anna.pk}:3": 50, f"streak:{anna.pk}:7": 150}
    days_in_a_row(anna, 7, last + 10 * DAY)
    assert PointTransaction.objects.filter(user=anna, bucket="streak").count() == 2
    assert FreezeGrant.objects.filter(user=anna).count() == 2
    assert stored(anna).freezes_available == 1, "the first one was spent on the first missed day"


def test_the_socket_tells_milestone_and_freezes(anna: Any) -> None:
    days_in_a_row(anna, 7)
    event = ChannelEvent.objects.filter(type="streak:updated").latest("pk")
    assert event.data == {
        "current_streak": 7, "longest_streak": 7, "streak_freezes_available": 1, "state": "active", "milestone": 7,
    }  # fmt: skip


def test_a_freeze_keeps_a_missed_day_and_a_late_day_gives_it_back(anna: Any) -> None:
    last = days_in_a_row(anna, 7)
    learn(anna, last + 2 * DAY)
    assert StreakCover.objects.get(user=anna).date == (last + DAY).date()
    assert (stored(anna).current_streak, stored(anna).freezes_available) == (8, 0)
    learn(anna, last + DAY, now=last + 2 * DAY + timedelta(hours=1))
    assert not StreakCover.objects.filter(user=anna).exists()
    assert (stored(anna).current_streak, stored(anna).freezes_available) == (9, 1)


def test_a_late_day_restores_a_run_that_was_written_off(anna: Any) -> None:
    last = days_in_a_row(anna, 5)
    rollover(now=last + 2 * DAY)
    assert (stored(anna).current_streak, stored(anna).broken_length) == (0, 5)
    learn(anna, last + DAY, now=last + 2 * DAY)
    assert (stored(anna).current_streak, stored(anna).broken_on) == (6, None)


def test_three_lessons_mend_one_missed_day(anna: Any) -> None:
    last = days_in_a_row(anna, 5)
    back = last + 2 * DAY
    learn(anna, back, lessons=2)
    assert stored(anna).current_streak == 1
    why = ending(anna, streak_for(anna, back.date()))
    assert why is not None
    assert (why.length, why.missed_on, why.lessons_left) == (5, (last + DAY).date(), 1)
    assert why.repair_until == (last + 3 * DAY).date()
    learn(anna, back + timedelta(hours=1))
    assert stored(anna).current_streak == 6
    assert StreakCover.objects.get(user=anna).kind == CoverKind.REPAIR
    event = ChannelEvent.objects.filter(type="streak:updated").latest("pk")
    assert (event.data["state"], event.data["current_streak"]) == ("repaired", 6)
    assert ending(anna, streak_for(anna, back.date())) is None


def test_why_it_ended_names_the_missed_date_the_zone_and_the_freezes(make_user: Any) -> None:
    kim = make_user("kim", timezone="Asia/Tokyo")
    last = days_in_a_row(kim, 7)
    standing = streak_for(kim, (last + 4 * DAY).date())
    why = ending(kim, standing)
    assert why is not None
    assert (why.missed_on, why.zone, why.frozen) == ((last + 2 * DAY).date(), "Asia/Tokyo", ((last + DAY).date(),))
    assert why.repair_until is None, "more than one day was missed"


def test_a_recount_changes_nothing(anna: Any) -> None:
    last = days_in_a_row(anna, 8)
    learn(anna, last + 2 * DAY)
    before = run_of(stored(anna))
    recount(user_id=anna.pk, now=last + 2 * DAY)
    assert run_of(stored(anna)) == before


# --- Zones ------------------------------------------------------------------------------------------------------

ZONES = [
    "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin", "America/New_York",
]  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("month", [3, 4, 10, 11])  # the clocks change both ways in these
def test_every_evening_in_every_zone_makes_an_unbroken_run(make_user: Any, zone: str, month: int) -> None:
    """At 23:40 and at 00:20 local, day by day over a change of the clocks: dates, never 24 hours."""
    kim = make_user("kim", timezone=zone)
    first = date(2026, month, 1)
    for n in range(31):
        hour, minute = (23, 40) if n % 2 else (0, 20)
        local = datetime.combine(first + n * DAY, datetime.min.time(), ZoneInfo(zone)).replace(hour=hour, minute=minute)
        learn(kim, local.astimezone(UTC))
    assert stored(kim).current_streak == 31
    assert stored(kim).last_active_date == first + 30 * DAY


@pytest.mark.parametrize("zone", ZONES)
def test_midnight_is_the_persons(make_user: Any, zone: str) -> None:
    kim = make_user("kim", timezone=zone)
    local = datetime(2026, 6, 10, 23, 59, 50, tzinfo=ZoneInfo(zone))
    learn(kim, local.astimezone(UTC), now=local.astimezone(UTC) + timedelta(seconds=20))
    assert stored(kim).last_active_date == date(2026, 6, 10), "what happened before midnight counts for that day"


def test_the_flight_east_costs_no_day_and_no_freeze(make_user: Any) -> None:
    kim = make_user("kim", timezone="America/Los_Angeles")
    last = days_in_a_row(kim, 7, datetime(2026, 3, 2, 22, tzinfo=UTC))  # 14:00 there, until 8 March
    move(kim, "Pacific/Auckland")
    learn(kim, last + timedelta(hours=32))  # in Los Angeles it is the night of 9 March, in Auckland 10 March
    assert list(StreakCover.objects.filter(user=kim).values_list("date", "kind")) == [(date(2026, 3, 9), "travel")]
    assert (stored(kim).current_streak, stored(kim).freezes_available, stored(kim).zone) == (8, 1, "Pacific/Auckland")


def test_the_flight_west_counts_a_date_once(make_user: Any) -> None:
    kim = make_user("kim", timezone="Asia/Tokyo")
    last = days_in_a_row(kim, 3, datetime(2026, 3, 2, 1, tzinfo=UTC))  # 4 March in Tokyo
    move(kim, "America/Los_Angeles")
    learn(kim, last + timedelta(hours=3))  # still 3 March there
    assert (stored(kim).current_streak, stored(kim).total_active_days) == (3, 3)
    learn(kim, last + timedelta(hours=44))
    assert (stored(kim).current_streak, stored(kim).last_active_date) == (4, date(2026, 3, 5))


def test_hopping_between_zones_wins_nothing(make_user: Any) -> None:
    kim = make_user("kim", timezone="Etc/GMT+12")
    learn(kim, MONDAY)
    move(kim, "Pacific/Kiritimati")  # 26 hours ahead
    learn(kim, MONDAY + timedelta(minutes=1))
    move(kim, "Etc/GMT+12")
    learn(kim, MONDAY + timedelta(minutes=2))
    assert stored(kim).zone == "Pacific/Kiritimati", "once in 24 hours"
    assert stored(kim).total_active_days == 2


def test_a_long_way_to_another_zone_is_no_excuse(make_user: Any) -> None:
    kim = make_user("kim", timezone="America/Los_Angeles")
    last = days_in_a_row(kim, 4, datetime(2026, 3, 2, 22, tzinfo=UTC))
    move(kim, "Pacific/Auckland")
    learn(kim, last + timedelta(hours=40))
    assert not StreakCover.objects.filter(user=kim, kind=CoverKind.TRAVEL).exists()
    assert stored(kim).current_streak == 1


def move(user: Any, zone: str) -> None:
    user.timezone = zone
    user.save(update_fields=["timezone"])


# --- The rollover -----------------------------------------------------------------------------------------------


def test_the_page_is_right_with_all_jobs_stopped_for_three_days(anna: Any, as_html: Any) -> None:
    now = datetime.now(UTC)
    days_in_a_row(anna, 7, now - 9 * DAY)
    standing = streak_for(anna)
    assert standing.current_streak == 0, "one freeze, two missed days"
    assert standing.longest_streak == 7
    shown = year(anna, standing.today.year, standing)
    states = {day.date: day.state for row in shown.rows for day in row if day}
    missed = (now - 2 * DAY).date()
    if missed.year == standing.today.year:
        assert states[missed] == "frozen"
    page = as_html(anna).get("/streak/").content.decode()
    assert "Why did my streak end?" in page
    assert stored(anna).current_streak == 7, "reading writes nothing"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    missed=st.sets(st.integers(0, 24), max_size=6),
    late=st.sets(st.integers(0, 24), max_size=4),
    jobs=st.sets(st.integers(0, 26), max_size=10),
    zone=st.sampled_from(ZONES),
)
def test_the_database_tells_the_same_as_the_rules(
    make_user: Any, missed: set[int], late: set[int], jobs: set[int], zone: str
) -> None:
    """Whatever ran in between: the stored streak, settled, is the replay of its days; covers and freezes with it."""
    kim = make_user(f"kim{Streak.objects.count()}", timezone=zone)
    arrivals = sorted((n + (n in late), n) for n in range(25) if n not in missed)
    for job in range(27):
        if job in jobs:
            rollover(now=MONDAY + job * DAY)
        for at, n in arrivals:
            if at == job:
                learn(kim, MONDAY + n * DAY, now=MONDAY + at * DAY)
    end = MONDAY + 30 * DAY
    rollover(now=end)
    row = Streak.objects.filter(user=kim).first() or Streak(user=kim)
    days = dict(DailyActivity.objects.filter(user=kim, is_qualifying=True).values_list("date", "lessons_completed"))
    past = settling.replay(days, until=end.astimezone(ZoneInfo(zone)).date() - DAY)
    assert run_of(row) == past.run
    covers = StreakCover.objects.filter(user=kim).values_list("date", flat=True)
    assert sorted(covers) == sorted({*past.frozen, *past.repaired})
    assert sum(FreezeGrant.objects.filter(user=kim).values_list("amount", flat=True)) == sum(
        grant[2] for grant in past.grants
    )


def test_a_second_rollover_changes_nothing(make_user: Any) -> None:
    for n, zone in enumerate(ZONES):
        days_in_a_row(make_user(f"p{n}", timezone=zone), 7 if n % 2 else 3)
    now = MONDAY + 9 * DAY
    assert rollover(now=now) > 0
    assert rollover(now=now) == 0


def test_the_command_takes_a_moment(anna: Any, capsys: pytest.CaptureFixture[str]) -> None:
    days_in_a_row(anna, 3)
    call_command("rollover_streaks", now="2026-03-09T00:00:00Z")
    assert capsys.readouterr().out == "1 rows changed\n"
    call_command("rollover_streaks", now="2026-03-09 00:00")
    assert capsys.readouterr().out == "0 rows changed\n"
    for wrong in ("tomorrow", "2026-13-01T00:00Z"):
        with pytest.raises(CommandError, match="--now"):
            call_command("rollover_streaks", now=wrong)


# --- Reminders --------------------------------------------------------------------------------------------------

EVENING = MONDAY.replace(hour=20, minute=10) + 3 * DAY


@pytest.fixture
def reminded(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Any:
    """Return who is reminded at a moment."""
    heard: list[StreakReminderDue] = []
    monkeypatch.setattr("gamification.services.rollover.publish", heard.append)

    def people(now: datetime) -> list[int]:
        heard.clear()
        rollover(now=now)
        remind(now=now)
        return [event.user_id for event in heard]

    return people


def test_who_has_a_streak_to_lose_is_reminded_once_in_the_evening(anna: Any, boris: Any, reminded: Any) -> None:
    days_in_a_row(anna, 3)
    days_in_a_row(boris, 2, MONDAY + DAY)
    assert reminded(EVENING - timedelta(hours=1)) == []
    assert reminded(EVENING) == [anna.pk], "two days are not worth a reminder"
    assert reminded(EVENING + timedelta(minutes=15)) == []
    assert subscribers(StreakReminderDue), "the inbox hears it"


def test_who_learned_today_or_wants_none_is_not_reminded(make_user: Any, reminded: Any) -> None:
    done, off, none = (make_user(name) for name in ("done", "off", "none"))
    for person in (done, off, none):
        days_in_a_row(person, 3)
    learn(done, EVENING - timedelta(hours=2))
    GamificationPreference.objects.create(user=off, has_reminders=False)
    GamificationPreference.objects.create(user=none, is_on=False)
    assert reminded(EVENING) == []


def test_reminders_stop_after_seven_that_changed_nothing(anna: Any, reminded: Any) -> None:
    days_in_a_row(anna, 3)
    Streak.objects.filter(user=anna).update(reminders_ignored=6)
    assert reminded(EVENING) == [anna.pk]
    Streak.objects.filter(user=anna).update(reminded_on=None)
    assert reminded(EVENING) == []


def test_a_lesson_after_the_reminder_shows_that_it_helps(anna: Any, reminded: Any) -> None:
    days_in_a_row(anna, 3)
    assert reminded(EVENING)
    learn(anna, EVENING + timedelta(hours=1))
    assert stored(anna).reminders_ignored == 0


def test_a_school_that_does_not_play_reminds_nobody(anna: Any, reminded: Any) -> None:
    days_in_a_row(anna, 3)
    GamificationSwitch.objects.create(pk=1, is_on=False)
    assert reminded(EVENING) == []


def test_the_rewards_are_those_of_the_catalogue() -> None:
    catalogue = load()
    assert [(r["days"], r["points"], r["freezes"]) for r in catalogue["streak_rewards"]] == [
        (reward.days, reward.points, reward.freezes) for reward in REWARDS
    ]
