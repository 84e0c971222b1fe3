"""What must hold in a leaderboard that is shown."""

from django.db import connection

from community_platform.core.consistency import MAX_REPORTED, Invariant, Violation, register

_RANKS = """
    SELECT id, "rank", place, true_rank, true_place
    FROM (
        SELECT e.id, e."rank", e.place,
               RANK() OVER (PARTITION BY e.leaderboard_id ORDER BY e.score DESC) AS true_rank,
               ROW_NUMBER() OVER (PARTITION BY e.leaderboard_id ORDER BY e.place) AS true_place
        FROM gamification_leaderboardentry e
        JOIN gamification_leaderboard b ON b.id = e.leaderboard_id AND b.generation = e.generation
    ) entries
    WHERE "rank" <> true_rank OR place <> true_place
    ORDER BY id LIMIT %s
"""


def _wrong_ranks() -> list[Violation]:
    with connection.cursor() as cursor:
        cursor.execute(_RANKS, [MAX_REPORTED])
        return [
            Violation(pk, stored=(rank, place), actual=(true_rank, true_place))
            for pk, rank, place, true_rank, true_place in cursor.fetchall()
        ]


register(
    Invariant(
        "gamification.board.ranks", "ranks follow scores, ties share one, places have no gap", "alarm", _wrong_ranks
    )
)
