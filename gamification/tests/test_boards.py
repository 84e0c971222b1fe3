"""Leaderboards: what counts, who stands there, ranks, periods, snapshots, scopes, the reader's own place."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.tests.factories import CourseFactory
from gamification.models import ActionPoints, Bucket, GamificationPreference, Leaderboard, LeaderboardEntry
from gamification.selectors import boards, ranking
from gamification.services import ledger
from gamification.services.boards import snapshot, snapshot_board
from profiles.models import User
from profiles.services import graph

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_wednesday() -> Any:
    with time_machine.travel(WEDNESDAY, tick=False):
        yield


@pytest.fixture
def player(make_user: Any) -> Any:
    """Return a maker of people who stand in leaderboards."""

    def make(name: str, points: int = 0, **fields: Any) -> User:
        person = make_user(name, **fields)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        if points:
            pay(person, points)
        return person

    return make


_paid = iter(range(10**9))


def pay(person: User, points: int, *, at: datetime = WEDNESDAY, bucket: str = Bucket.LEARNING, **more: Any) -> None:
    key = f"test:{next(_paid)}"
    ledger.pay(
        user_id=person.pk, amount=points, bucket=bucket, reason="test", key=key, occurred_at=at, **more
    )


def count() -> None:
    snapshot(now=timezone.now())


def shown(viewer: Any, board: str = "points", period: str = "week", **how: Any) -> list[tuple[int, int, str]]:
    source = boards.source(board)
    assert source is not None
    found = ranking.standings(viewer, source, period, **how)
    return [(row.rank, row.score, row.user.username) for row in found.rows]


class Nobody:
    pk = None
    is_authenticated = False


def test_ties_share_a_rank_and_the_next_one_is_left_out(player: Any) -> None:
    for name, points in {"a": 50, "b": 30, "c": 30, "d": 10}.items():
        player(name, points)
    count()
    assert shown(Nobody()) == [(1, 50, "a"), (2, 30, "b"), (2, 30, "c"), (4, 10, "d")]


def test_only_learning_and_helping_count_unless_all_points_are_asked_for(player: Any) -> None:
    anna = player("anna", 10)
    pay(anna, 20, bucket=Bucket.COMMUNITY)
    pay(anna, 1000, bucket=Bucket.REFERRAL)
    count()
    assert shown(Nobody()) == [(1, 30, "anna")]
    assert shown(Nobody(), "all_points") == shown(Nobody(), "all_points", "all") == [(1, 1030, "anna")]


def test_periods_begin_at_midnight_on_monday_and_on_the_first_by_the_schools_clock(
    player: Any, settings: Any
) -> None:
    settings.ANALYTICS_TZ = "Asia/Kathmandu"  # 5:45 ahead
    anna = player("anna")
    midnight = datetime(2026, 11, 17, 18, 15, tzinfo=UTC)
    monday = datetime(2026, 11, 15, 18, 15, tzinfo=UTC)
    first = datetime(2026, 10, 31, 18, 15, tzinfo=UTC)
    for points, at in ((1, midnight), (10, midnight), (100, monday), (1000, first)):
        pay(anna, points, at=at if points == 1 else at - timedelta(seconds=1))
    count()
    scores = {period: shown(Nobody(), period=period)[0][1] for period in ("day", "week", "month", "all")}
    assert scores == {"day": 1, "week": 11, "month": 111, "all": 1111}
    assert boards.ends_at("day") == midnight + DAY
    assert boards.ends_at("week") == monday + 7 * DAY
    assert boards.ends_at("month") == datetime(2026, 11, 30, 18, 15, tzinfo=UTC)
    assert boards.ends_at("all") is None


def test_who_does_not_stand_there(player: Any, make_user: Any) -> None:
    player("ok", 1)
    soon = WEDNESDAY + DAY
    player("private", 2, is_profile_public=False)
    player("moderator", 3, role="moderator")
    player("admin", 4, role="admin")
    player("suspended", 5, suspended_until=soon)
    player("banned", 6, forum_banned_until=soon)
    player("was_banned", 7, forum_banned_until=WEDNESDAY - DAY)
    gone = player("gone", 8)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    pay(make_user("unconfirmed"), 9)
    GamificationPreference.objects.create(user=player("out", 10), in_leaderboards=False)
    GamificationPreference.objects.create(user=player("off", 11), is_on=False)
    player("irina", 12, role="instructor")
    count()
    assert [name for _rank, _score, name in shown(Nobody())] == ["irina", "was_banned", "ok"]
    assert [name for _rank, _score, name in shown(User.objects.with_roles().get(username="admin"))] == [
        "irina", "was_banned", "ok",
    ]  # fmt: skip


def test_who_hides_or_blocks_after_the_snapshot_is_gone_at_once(player: Any) -> None:
    anna, boris, chen = player("anna", 30), player("boris", 20), player("chen", 10)
    count()
    User.objects.filter(pk=anna.pk).update(is_profile_public=False)
    graph.block(actor=chen, person=boris)
    assert shown(Nobody()) == [(2, 20, "boris"), (3, 10, "chen")]
    assert shown(boris) == [(2, 20, "boris")]


def test_ones_own_place_is_live_the_others_wait_for_the_snapshot(player: Any) -> None:
    anna, boris = player("anna", 10), player("boris", 20)
    count()
    pay(anna, 15)
    assert shown(anna) == [(1, 25, "anna"), (2, 20, "boris")]
    assert shown(boris) == [(1, 20, "boris"), (2, 10, "anna")]


def test_who_is_private_sees_their_own_place_and_who_is_out_does_not(player: Any) -> None:
    player("first", 50)
    private = player("private", 20, is_profile_public=False)
    out = player("out", 30)
    GamificationPreference.objects.create(user=out, in_leaderboards=False)
    count()
    source = boards.source("points")
    assert source is not None
    me = ranking.standings(private, source, "week").me
    assert me is not None
    assert (me.rank, me.score) == (2, 20)
    assert ranking.standings(out, source, "week").me is None


def test_scopes(player: Any) -> None:
    people = [player(f"p{n:02}", 1000 - 10 * n) for n in range(30)]
    me, friend = people[15], people[3]
    graph.follow(actor=me, person=friend)
    count()
    assert shown(me, scope="following") == [(4, 970, "p03"), (16, 850, "p15")]
    assert [rank for rank, _score, _name in shown(me, scope="around")] == list(range(12, 21))
    assert len(shown(me)) == ranking.PAGE
    assert shown(me, page=2)[0] == (21, 800, "p20")


def test_a_new_period_without_a_snapshot_is_counted_on_the_spot(player: Any) -> None:
    anna = player("anna", 10)
    player("boris", 5)
    count()
    with time_machine.travel(WEDNESDAY + 7 * DAY, tick=False):
        assert shown(anna) == []
        pay(anna, 3, at=timezone.now())
        found = ranking.standings(anna, boards.source("points"), "week")
        assert found.me is not None
        assert (found.me.rank, found.me.score) == (1, 3)
        assert shown(anna, period="all")[0] == (1, 13, "anna")


def test_a_generation_replaces_the_one_before_and_old_ones_go(player: Any) -> None:
    player("anna", 10)
    for _run in range(4):
        count()
    board = Leaderboard.objects.get(board="points", period="week")
    assert board.generation == 4
    kept = set(LeaderboardEntry.objects.filter(leaderboard=board).values_list("generation", flat=True))
    assert kept == {3, 4}


def test_the_streak_board_and_the_helpers(player: Any) -> None:
    from gamification.services.activity import record_activity

    anna, boris = player("anna"), player("boris")
    for n in range(2):
        record_activity(user_id=anna.pk, at=WEDNESDAY - n * DAY, now=WEDNESDAY, lessons=1)
    for n in range(3):
        ledger.pay(
            user_id=boris.pk, amount=25, bucket=Bucket.COMMUNITY, reason="best_answer_received", key=f"answer:{n}",
            occurred_at=WEDNESDAY - n * 10 * DAY,
        )  # fmt: skip
    ledger.reverse(key="answer:0")
    count()
    assert shown(Nobody(), "streak") == [(1, 2, "anna")]
    assert shown(Nobody(), "helpers", "all") == [(1, 2, "boris")]
    assert shown(Nobody(), "helpers", "month") == [(1, 1, "boris")]
    assert shown(Nobody(), "referrals") == []


def test_a_higher_app_brings_its_board(player: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    player("anna", 10)
    monkeypatch.setattr(boards, "_sources", dict(boards._sources))
    points = boards.source("points")
    assert points is not None
    source = boards.Source("referrals", "Invitations", "friends", points.scores)
    boards.register(source)
    assert snapshot_board(source, "week", now=WEDNESDAY) == 1
    assert shown(Nobody(), "referrals") == [(1, 10, "anna")]


def test_the_board_of_a_course_is_live_and_honours_the_switch_for_courses(player: Any) -> None:
    course = CourseFactory()
    anna, boris = player("anna"), player("boris", show_courses=False)
    ActionPoints.objects.create(action="lesson_completed", bucket=Bucket.LEARNING, points=10)
    for n, person in enumerate((anna, boris, boris)):
        ledger.award(
            user_id=person.pk, action="lesson_completed", key=f"lesson:{n}", occurred_at=WEDNESDAY, course_id=course.pk
        )
    pay(anna, 99)
    assert [(row.rank, row.score, row.user) for row in ranking.of_course(Nobody(), course.pk, "all").rows] == [
        (2, 10, anna)
    ]
    mine = ranking.of_course(boris, course.pk, "week").me
    assert mine is not None
    assert (mine.rank, mine.score) == (1, 20)


def test_a_page_takes_three_queries_however_long_the_board(player: Any) -> None:
    me = player("me", 5)
    costs = []
    for number in (3, 30):
        for n in range(User.objects.count(), number + 1):
            player(f"p{n}", 10 * n)
        count()
        with CaptureQueriesContext(connection) as queries:
            shown(me)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 3


# --- Doors ------------------------------------------------------------------------------------------------------


def test_the_api(player: Any, as_api: Any) -> None:
    anna = player("anna", 10)
    player("boris", 20)
    count()
    answer = as_api(anna).get("/api/gamification/leaderboards/points?period=week").json()
    assert [(row["rank"], row["score"], row["user"]["username"]) for row in answer["results"]] == [
        (1, 20, "boris"), (2, 10, "anna"),
    ]  # fmt: skip
    assert set(answer["results"][0]["user"]) == {"id", "username", "display_name", "avatar_url"}
    assert (answer["me"]["rank"], answer["me"]["score"], answer["me"]["user"]["username"]) == (2, 10, "anna")
    assert (answer["count"], answer["next"], answer["previous"]) == (2, None, None)
    assert as_api().get("/api/gamification/leaderboards/points").json()["me"] is None
    for board in ("points", "streak", "helpers", "referrals"):
        for period in ("day", "week", "month", "all"):
            assert as_api().get(f"/api/gamification/leaderboards/{board}?period={period}").status_code == 200
    for wrong in ("points?period=year", "points?scope=mine", "course"):
        assert as_api().get(f"/api/gamification/leaderboards/{wrong}").status_code == 400, wrong
    for absent in ("nothing", "points?page=9", "points?page=x", "course?course=none"):
        assert as_api().get(f"/api/gamification/leaderboards/{absent}").status_code == 404, absent


def test_pages_of_the_api(player: Any, as_api: Any) -> None:
    for n in range(25):
        player(f"p{n}", 100 - n)
    count()
    first = as_api().get("/api/gamification/leaderboards/points").json()
    assert (first["count"], len(first["results"])) == (25, 20)
    second = as_api().get(first["next"]).json()
    assert len(second["results"]) == 5
    assert second["previous"]


def test_the_page(player: Any, as_html: Any) -> None:
    anna = player("anna", 10)
    count()
    for path in ("/leaderboards/", "/leaderboards/streak/", "/leaderboards/points/?period=all&scope=around"):
        assert as_html(anna).get(path).status_code == 200
    page = as_html(anna).get("/leaderboards/").content.decode()
    assert "ranking__row--me" in page
    assert as_html().get("/leaderboards/?scope=following&period=never&page=x").status_code == 200
    assert as_html().get("/leaderboards/nothing/").status_code == 404
