"""Snapshots of the leaderboards: counted by the database in one statement each, then shown all at once."""

from datetime import datetime

from django.db import connection, transaction

from community_platform.core.db import insert_once
from gamification.limits import school_date
from gamification.models import Leaderboard, LeaderboardEntry, Period
from gamification.selectors import boards
from gamification.selectors.ranking import ranked

KEPT_GENERATIONS = 1  # besides the one that is shown: a reader may be in the middle of it

_INSERT = """
    INSERT INTO gamification_leaderboardentry (leaderboard_id, generation, user_id, score, "rank", place)
    SELECT %s, %s, user_id, score, "rank", place FROM ({ranked}) standing
"""


def snapshot(*, now: datetime) -> int:
    """Count every board and period anew; return the number of entries. Two runs at once make one each, in turn."""
    return sum(
        snapshot_board(source, period, now=now)
        for source in boards.sources()
        for period in (Period if source.has_periods else [Period.ALL])
    )


def snapshot_board(source: boards.Source, period: str, *, now: datetime) -> int:
    """Write the next generation of a board whole, then point the board at it and drop those before the last one."""
    start = boards.starts_on(period, school_date(now))
    query, params = ranked(source.scores(start), now=now)
    with transaction.atomic():
        insert_once(Leaderboard, board=source.name, period=period)
        board = Leaderboard.objects.select_for_update(no_key=True).get(board=source.name, period=period)
        generation = board.generation + 1
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL work_mem = '128MB'")  # a school is sorted in memory, not on disk
            cursor.execute(_INSERT.format(ranked=query), [board.pk, generation, *params])
            written = int(cursor.rowcount)
        Leaderboard.objects.filter(pk=board.pk).update(generation=generation, starts_on=start, made_at=now)
        old = generation - KEPT_GENERATIONS
        LeaderboardEntry.objects.filter(leaderboard=board, generation__lt=old).delete()
    return written
