"""Days, streaks, and where they are shown."""

import json
import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from community_platform.core import consistency, lifecycle
from community_platform.core.models import ChannelEvent
from courses.tests.factories import CourseFactory
from forum.events import PostCreated
from forum.services import comments
from gamification import reactions
from gamification.models import DailyActivity, Streak
from gamification.selectors import streaks as selectors
from gamification.services.activity import record_activity

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)


def act(user: Any, at: datetime = NOON, **what: Any) -> None:
    record_activity(user_id=user.pk, at=at, now=what.pop("now", at), **(what or {"lessons": 1}))


@pytest.mark.django_db
def test_days_in_a_row_make_a_streak_and_one_day_counts_once(anna: Any) -> None:
    for n in range(3):
        act(anna, NOON + n * DAY)
        act(anna, NOON + n * DAY, comments=2)
    standing = selectors.streak_for(anna, (NOON + 2 * DAY).date())
    assert (standing.current_streak, standing.longest_streak, standing.total_active_days) == (3, 3, 3)
    day = DailyActivity.objects.get(user=anna, date=NOON.date())
    assert (day.lessons_completed, day.comments_posted) == (1, 2)


@pytest.mark.django_db
def test_a_streak_lives_through_today_and_ends_after_a_missed_day_without_any_job(anna: Any) -> None:
    act(anna)
    today = NOON.date()
    assert selectors.streak_for(anna, today).is_active_today
    tomorrow = selectors.streak_for(anna, today + DAY)
    assert (tomorrow.current_streak, tomorrow.is_active_today) == (1, False)
    later = selectors.streak_for(anna, today + 2 * DAY)
    assert (later.current_streak, later.longest_streak) == (0, 1)


@pytest.mark.django_db
def test_after_a_gap_the_count_starts_again_and_the_longest_stays(anna: Any) -> None:
    for n in (0, 1, 2, 5):
        act(anna, NOON + n * DAY)
    standing = selectors.streak_for(anna, (NOON + 5 * DAY).date())
    assert (standing.current_streak, standing.longest_streak, standing.total_active_days) == (1, 3, 4)


@pytest.mark.django_db
def test_a_late_day_joins_two_runs(anna: Any) -> None:
    for n in (0, 1, 3):
        act(anna, NOON + n * DAY)
    act(anna, NOON + 2 * DAY, now=NOON + 3 * DAY)
    assert selectors.streak_for(anna, (NOON + 3 * DAY).date()).current_streak == 4


@pytest.mark.django_db
def test_what_is_older_than_two_days_earns_nothing(anna: Any) -> None:
    act(anna, NOON, now=NOON + timedelta(hours=48, minutes=1))
    assert not DailyActivity.objects.exists()
    act(anna, NOON, now=NOON + timedelta(hours=47))
    assert DailyActivity.objects.count() == 1


@pytest.mark.django_db
def test_the_day_is_that_of_the_persons_zone(make_user: Any) -> None:
    far, west = make_user("far", timezone="Asia/Tokyo"), make_user("west", timezone="America/Los_Angeles")
    late = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    act(far, late), act(west, late)
    dates = dict(DailyActivity.objects.values_list("user__username", "date"))
    assert dates == {"far": date(2026, 11, 19), "west": date(2026, 11, 18)}
    broken = make_user("broken", timezone="Mars/Olympus")
    act(broken, late)
    assert DailyActivity.objects.get(user=broken).date == date(2026, 11, 18)


@pytest.mark.django_db
def test_a_doubled_event_counts_once(anna: Any) -> None:
    event = PostCreated(post_id=1, topic_id=1, author_id=anna.pk)
    for _again in range(2):
        reactions.count_post(event)
    assert DailyActivity.objects.get(user=anna).posts_created == 1


@pytest.mark.django_db
def test_the_first_activity_of_a_day_is_told_live_and_no_other(anna: Any) -> None:
    for _again in range(2):
        act(anna)
    (event,) = ChannelEvent.objects.filter(type="streak:updated")
    assert (event.channel, event.data["current_streak"], event.data["state"]) == (
        f"user.{anna.pk}",
        1,
        "active",
    )
    assert event.data["milestone"] is None


@pytest.mark.django_db
def test_a_comment_counts_for_the_day(anna: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        comments.post_comment(actor=anna, target=CourseFactory(), content="Hello")
    assert DailyActivity.objects.get(user=anna).comments_posted == 1


@pytest.mark.django_db
def test_the_week_says_what_each_day_was(anna: Any) -> None:
    act(anna, NOON - 2 * DAY)
    states = [day.state for day in selectors.week(anna, selectors.streak_for(anna, NOON.date()))]
    assert states == ["done", "missed", "open", "ahead", "ahead", "ahead", "ahead"]


@pytest.mark.django_db
def test_the_api_answers_the_streak_and_the_calendar(anna: Any, as_api: Any) -> None:
    with time_machine.travel(NOON, tick=False):
        act(anna)
        answer = as_api(anna).get("/api/streak").json()
        assert answer == {
            "current_streak": 1, "longest_streak": 1, "total_active_days": 1, "last_active_date": "2026-11-18",
            "streak_freezes_available": 0, "streak_freeze_used_at": None,
        }  # fmt: skip
        client = as_api(anna)
        days = {"days": [{"date": "2026-11-18", "state": "active"}]}
        assert (
            client.get("/api/streak/calendar").json()
            == client.get("/api/streak/calendar?year=2026").json()
            == days
        )
        assert client.get("/api/streak/calendar?year=2025").json() == {"days": []}
        for year in ("26", "abcd", "٢٠٢٦", "99999", "-1"):
            assert client.get("/api/streak/calendar", {"year": year}).status_code == 400
    assert as_api().get("/api/streak").status_code == 401
    assert as_api().get("/api/streak/calendar").status_code == 401


@pytest.mark.django_db
def test_the_page_shows_numbers_and_visitors_sign_in_first(anna: Any, as_html: Any) -> None:
    act(anna, datetime.now(UTC))
    page = as_html(anna).get("/streak/").content.decode()
    assert page.count("streak__day--done") == 1
    assert 'class="streak-link"' in page
    assert as_html().get("/streak/").status_code == 302


@pytest.mark.django_db
def test_the_home_page_shows_flame_and_card_and_reads_the_streak_once(anna: Any, as_html: Any) -> None:
    act(anna, datetime.now(UTC))
    client = as_html(anna)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/").content.decode()
    assert "streak-link" in page
    assert "streak__week" in page
    assert sum('"gamification_streak"' in query["sql"] for query in queries) == 1
    assert sum('"gamification_dailyactivity"' in query["sql"] for query in queries) == 1


@pytest.mark.django_db
def test_an_inactive_person_and_nobody_earn_no_day(make_user: Any) -> None:
    act(make_user("gone", is_active=False))
    record_activity(user_id=10**9, at=NOON, now=NOON, posts=1)
    assert not Streak.objects.exists()


@pytest.mark.django_db
@pytest.mark.breaks_counters
@pytest.mark.parametrize(
    ("wrong", "invariant"),
    [
        ({"total_active_days": 9}, "gamification.streak.days"),
        ({"last_active_date": date(2020, 1, 1)}, "gamification.streak.last"),
        ({"current_streak": 1}, "gamification.streak.runs"),
        ({"freezes_available": 2}, "gamification.streak.freezes"),
        ({"longest_streak": 9}, "gamification.streak.runs"),
    ],
)
def test_a_streak_that_its_days_do_not_make_is_found(
    anna: Any, wrong: dict[str, Any], invariant: str
) -> None:
    for n in (0, 1, 4, 5, 6, 9, 10):
        act(anna, NOON + n * DAY)
    assert not broken()
    Streak.objects.filter(user=anna).update(**wrong)
    assert invariant in broken()


def broken() -> set[str]:
    return {result.invariant.id for result in consistency.check() if result.violations}


@pytest.mark.django_db
def test_days_are_exported_and_erased(anna: Any) -> None:
    act(anna)
    held = lifecycle.export(anna)
    json.dumps([held["gamification/days.json"], held["gamification/streak.json"]])
    assert held["gamification/days.json"][0]["date"] == "2026-11-18"
    lifecycle.erase(anna)
    assert not DailyActivity.objects.exists()
    assert not Streak.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_parallel_activity_of_one_person_counts_everything_and_one_day(anna: Any) -> None:
    errors: list[Exception] = []
    doubled = uuid.uuid4()

    def work(n: int) -> None:
        try:
            act(anna, NOON + (n % 2) * DAY, now=NOON + DAY, lessons=1)
            act(anna, NOON + DAY, now=NOON + DAY, comments=1, cause=doubled)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not errors
    assert sum(DailyActivity.objects.values_list("lessons_completed", flat=True)) == 16
    assert sum(DailyActivity.objects.values_list("comments_posted", flat=True)) == 1
    streak = Streak.objects.get(user=anna)
    assert (streak.current_streak, streak.longest_streak, streak.total_active_days) == (2, 2, 2)
    assert connection.vendor == "postgresql"


@pytest.mark.django_db
def test_the_calendar_on_a_profile_follows_the_switch_for_activity(anna: Any, boris: Any, as_html: Any) -> None:
    act(anna, datetime.now(UTC))
    shown = {True: (True, True, True), False: (True, False, False)}
    for is_shown, expected in shown.items():
        anna.show_activity = is_shown
        anna.save(update_fields=["show_activity"])
        pages = [as_html(who).get("/profile/anna/").content.decode() for who in (anna, boris, None)]
        assert tuple("streak-calendar" in page for page in pages) == expected


@pytest.mark.django_db
def test_the_page_shows_a_year_that_exists(anna: Any, as_html: Any) -> None:
    act(anna, datetime.now(UTC))
    client = as_html(anna)
    year = datetime.now(UTC).year
    assert client.get(f"/streak/?year={year}").content.decode().count("year__day--done") >= 1
    for absent in (year + 1, 1999, "x"):
        assert client.get(f"/streak/?year={absent}").status_code == 404
