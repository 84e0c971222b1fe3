"""Ranks: of a whole board (SQL for the snapshot), of the part that a reader sees, and of the reader. Ties share one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from community_platform.core.cache import cached
from gamification.limits import school_date
from gamification.models import Leaderboard, LeaderboardEntry, Period
from gamification.selectors import boards
from profiles.models import Follow, User
from profiles.privacy import Facet, seen_by

PAGE = 20
AROUND = 4  # places above and below one's own
SCOPES = ("everyone", "following", "around")
LIVE_MOST = 200  # places of a board that is counted as it is asked for
LIVE_SECONDS = 60

@dataclass(frozen=True, slots=True)
class Row:
    """One place of a board."""

    rank: int
    score: int
    user: User
    is_me: bool = False


@dataclass(frozen=True, slots=True)
class Standings:
    """What a reader sees of a board. `count` is the number of places, `made_at` when they were counted."""

    rows: list[Row]
    me: Row | None
    count: int
    made_at: datetime | None


def ranked(scores: boards.Scores, *, now: datetime) -> tuple[str, list[Any]]:
    """Return the SQL of `user_id, score, rank, place` of everybody who takes part, and its parameters.

    People with equal scores stand in the order of their accounts, so that pages do not shuffle.
    """
    try:
        counted, counted_params = _sql(scores.values_list("user_id", "score"))
        players, players_params = _sql(boards.players(now).order_by().values_list("pk"))
    except EmptyResultSet:
        return 'SELECT 0 AS user_id, 0 AS score, 0 AS "rank", 0 AS place WHERE 1 = 0', []
    query = (
        f"WITH counted (user_id, score) AS ({counted}) "  # noqa: S608 - compiled by Django
        'SELECT user_id, score, RANK() OVER (ORDER BY score DESC) AS "rank", '
        "ROW_NUMBER() OVER (ORDER BY score DESC, user_id) AS place "
        f"FROM counted WHERE user_id IN ({players})"
    )
    return query, [*counted_params, *players_params]


def _sql(rows: QuerySet[Any, Any]) -> tuple[str, list[Any]]:
    query, params = rows.query.get_compiler(connection=connection).as_sql()
    return query, list(params)


def standings(viewer: Any, source: boards.Source, period: str, *, scope: str = "everyone", page: int = 1) -> Standings:
    """Return what `viewer` sees of a board. Two queries from a snapshot of this period, three for who is signed in.

    Without such a snapshot (midnight has just passed, or the job does not run) the board is counted on the spot and
    kept for a minute. Who left, hid or blocked since the snapshot is not shown; places keep their numbers.
    """
    now = timezone.now()
    period = period if source.has_periods else Period.ALL
    start = boards.starts_on(period, school_date(now))
    board = _board(viewer, source, period, start)
    if board is None or not board.generation or board.starts_on != start:
        return _live(viewer, source, start, scope, page, f"{source.name}:{period}")
    me = Row(board.above + 1, board.mine, viewer, is_me=True) if board.mine and board.plays else None
    entries = LeaderboardEntry.objects.filter(leaderboard=board, generation=board.generation)
    wanted = _wanted(viewer, me, scope, page)
    shown = entries.filter(wanted, boards.taking_part("user", now=now), seen_by(viewer, Facet.PROFILE, person="user"))
    rows = [
        Row(entry.rank, entry.score, entry.user)
        for entry in shown.select_related("user").order_by("place")[: LIVE_MOST if scope == "following" else PAGE]
    ]
    return Standings(_with_me(rows, me, scope), me, board.count, board.made_at)


def _board(viewer: Any, source: boards.Source, period: str, start: date | None) -> Any:
    """Return the board with its number of places, and the live score of `viewer` and who is above it. One query."""
    places = LeaderboardEntry.objects.filter(leaderboard=OuterRef("pk"), generation=OuterRef("generation")).order_by()
    rows = Leaderboard.objects.filter(board=source.name, period=period).annotate(
        count=Coalesce(Subquery(places.values("leaderboard").annotate(n=Max("place")).values("n")), 0),
    )
    if not viewer.is_authenticated:
        none = {name: Value(0, IntegerField()) for name in ("mine", "above", "plays")}
        return rows.annotate(**none).first()
    if source.mine is not None:
        mine: Any = Value(source.mine(viewer), BigIntegerField())
    else:
        own = source.scores(start).filter(user_id=viewer.pk).values("score")
        mine = Coalesce(Subquery(own, output_field=BigIntegerField()), Value(0, BigIntegerField()))
    # Places follow scores: whoever stands right above has as many above them, less oneself as one was counted.
    better = places.filter(score__gt=OuterRef("mine"))
    above = Coalesce(Subquery(better.order_by("score", "-place").values("place")[:1]), 0)
    was_better = Case(When(Exists(better.filter(user=viewer.pk)), then=1), default=0)
    plays = User.objects.filter(boards.taking_part(or_private=True), pk=viewer.pk)
    return rows.annotate(mine=mine).annotate(above=above - was_better, plays=Exists(plays)).first()


def _wanted(viewer: Any, me: Row | None, scope: str, page: int) -> Q:
    if scope == "following":
        followed = Follow.objects.filter(follower=viewer.pk, following=OuterRef("user"))
        return Q(Exists(followed)) | Q(user=viewer.pk)
    if scope == "around" and me is not None:
        return Q(place__range=(me.rank - AROUND, me.rank + AROUND))
    return Q(place__range=((page - 1) * PAGE + 1, page * PAGE))


def _with_me(rows: list[Row], me: Row | None, scope: str) -> list[Row]:
    """Put the live row of the reader in place of the counted one, and whom they have passed since one rank lower.

    Around oneself and among friends it is always there.
    """
    counted = next((row for row in rows if me is not None and row.user.pk == me.user.pk), None)
    if me is None or (scope == "everyone" and counted is None):
        return rows
    others = [row for row in rows if row is not counted]
    passed = [row.score < me.score and (counted is None or row.rank < counted.rank) for row in others]
    moved = [replace(row, rank=row.rank + is_passed) for row, is_passed in zip(others, passed, strict=True)]
    return sorted([*moved, me], key=lambda row: (-row.score, row.rank, row.user.pk))


def _live(
    viewer: Any, source: boards.Source, start: date | None, scope: str, page: int, key: str
) -> Standings:
    now = timezone.now()
    counted = cached(
        f"board:{key}:{start}", LIVE_SECONDS, lambda: list(_counted(source.scores(start), now))
    )
    return _of_counted(viewer, counted, source.scores(start), scope, page, source.mine)


def of_course(viewer: Any, course_id: int, period: str, *, scope: str = "everyone", page: int = 1) -> Standings:
    """Return the board of a course, counted from the ledger on the spot; who hides their courses is absent."""
    now = timezone.now()
    scores = boards.course_scores(course_id, boards.starts_on(period, school_date(now)))
    key = f"board:course:{course_id}:{period}:{school_date(now)}"
    counted = cached(key, LIVE_SECONDS, lambda: list(_counted(scores, now)))
    return _of_counted(viewer, counted, scores, scope, page, None, Facet.COURSES)


def _counted(scores: boards.Scores, now: datetime) -> Iterable[tuple[int, int, int, int]]:
    query, params = ranked(scores, now=now)
    with connection.cursor() as cursor:
        cursor.execute(f"{query} ORDER BY place LIMIT %s", [*params, LIVE_MOST])
        yield from cursor.fetchall()


def _of_counted(
    viewer: Any,
    counted: list[tuple[int, int, int, int]],
    scores: boards.Scores,
    scope: str,
    page: int,
    own: Any,
    facet: Facet = Facet.PROFILE,
) -> Standings:
    me = _me_among(viewer, counted, scores, own)
    wanted = {user_id for user_id, *_rest in counted}
    if scope == "following" and viewer.is_authenticated:
        wanted &= {*Follow.objects.filter(follower=viewer.pk).values_list("following", flat=True), viewer.pk}
    elif scope == "around" and me is not None:
        wanted = {user_id for user_id, _score, _rank, place in counted if abs(place - me.rank) <= AROUND}
    else:
        wanted = {user_id for user_id, *_rest, place in counted if (page - 1) * PAGE < place <= page * PAGE}
    shown = User.objects.filter(boards.taking_part(), seen_by(viewer, facet), pk__in=wanted).in_bulk()
    rows = [
        Row(rank, score, shown[user_id]) for user_id, score, rank, _place in counted if user_id in shown
    ]
    return Standings(_with_me(rows, me, scope), me, len(counted), None)


def _me_among(
    viewer: Any, counted: list[tuple[int, int, int, int]], scores: boards.Scores, own: Any
) -> Row | None:
    if not viewer.is_authenticated:
        return None
    mine = own(viewer) if own else sum(scores.filter(user_id=viewer.pk).values_list("score", flat=True))
    if not mine or not User.objects.filter(boards.taking_part(or_private=True), pk=viewer.pk).exists():
        return None
    above = sum(score > mine for user_id, score, *_rest in counted if user_id != viewer.pk)
    return Row(above + 1, mine, viewer, is_me=True)
