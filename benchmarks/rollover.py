"""Print what midnight costs for 1,000,000 streaks in 40 zones, and what the leaderboards of 300,000 people cost.

Run `DATABASE_URL=postgres://… python -m benchmarks.rollover` on an empty, migrated database: it makes its own people,
measures, and empties the database again. `--people 100000` is a tenth of it.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")
django.setup()

from django.db import connection  # noqa: E402  settings come first
from django.test.utils import CaptureQueriesContext  # noqa: E402

from community_platform.demo.seed import reset  # noqa: E402
from gamification.models import LeaderboardEntry  # noqa: E402
from gamification.selectors import boards, ranking  # noqa: E402
from gamification.services.boards import snapshot_board  # noqa: E402
from gamification.services.rollover import rollover  # noqa: E402
from profiles.models import User  # noqa: E402

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
PEOPLE, PLAYERS, DAYS = 1_000_000, 300_000, 7
BUDGETS = {"rollover": 10.0, "board": 5.0}  # seconds
_ZONES = """
    Africa/Cairo Africa/Lagos America/Bogota America/Chicago America/Denver America/Los_Angeles America/New_York
    America/Sao_Paulo America/St_Johns Asia/Almaty Asia/Bangkok Asia/Dubai Asia/Jakarta Asia/Karachi Asia/Kathmandu
    Asia/Kolkata Asia/Manila Asia/Novosibirsk Asia/Seoul Asia/Shanghai Asia/Tbilisi Asia/Tehran Asia/Tokyo
    Asia/Vladivostok Asia/Yekaterinburg Australia/Adelaide Australia/Lord_Howe Australia/Sydney Europe/Berlin
    Europe/Kyiv Europe/London Europe/Madrid Europe/Moscow Europe/Riga Pacific/Auckland Pacific/Chatham
    Pacific/Honolulu Pacific/Kiritimati Pacific/Marquesas UTC
""".split()
_PEOPLE = """
    INSERT INTO profiles_user (password, is_superuser, username, is_staff, is_active, date_joined, email, display_name,
        avatar, timezone, language, revision, is_profile_public, show_badges, show_courses, show_activity, trust_level)
    SELECT '', false, 'p' || n, false, true, %(now)s - interval '1 year', 'p' || n || '@example.com', '', '',
        (%(zones)s::text[])[1 + n %% %(count)s], '', 0, true, true, true, false, 0 FROM generate_series(1, %(people)s) n
"""
# Most learned yesterday; every tenth missed a day or two, half of those with freezes.
_STREAKS = """
    INSERT INTO gamification_streak (user_id, current_streak, longest_streak, total_active_days, last_active_date,
        freezes_available, covered_date, zone, last_active_at, run_started_on, broken_length, reminders_ignored)
    SELECT id, 5 + id %% 40, 5 + id %% 40, 5 + id %% 40, day, id %% 2, day, timezone, %(now)s, day - 4, 0, 0
    FROM (SELECT id, timezone, (%(now)s AT TIME ZONE timezone)::date
          - CASE WHEN id %% 10 = 0 THEN 2 + (id / 10 %% 2)::int ELSE 1 END AS day FROM profiles_user) people
"""
_CONFIRMED = """
    INSERT INTO account_emailaddress (email, verified, "primary", user_id)
    SELECT email, true, true, id FROM profiles_user WHERE id <= %(players)s
"""
_POINTS = """
    INSERT INTO gamification_dailypoints (user_id, date, bucket, points)
    SELECT id, %(day)s::date - n, 'learning', 1 + (random() * 300)::int
    FROM profiles_user, generate_series(0, %(days)s - 1) n WHERE id <= %(players)s
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=PEOPLE)
    people = parser.parse_args().people
    if connection.vendor != "postgresql" or User.objects.exists():
        sys.exit("Give an empty PostgreSQL database, migrated.")
    try:
        _prepare(people, min(PLAYERS, people))
        slow = _rollover() + _boards()
    finally:
        reset()
    sys.exit(f"over budget: {', '.join(slow)}" if slow else 0)


def _prepare(people: int, players: int) -> None:
    values: dict[str, Any] = {
        "now": NOW, "zones": _ZONES, "count": len(_ZONES), "people": people, "players": players, "days": DAYS,
        "day": NOW.date(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # making them takes longer than a page may
        for query in (_PEOPLE, _STREAKS, _CONFIRMED, _POINTS):
            cursor.execute(query, values)
        cursor.execute("VACUUM ANALYZE")
    print(f"{people} people, {players} players")


def _rollover() -> list[str]:
    first, changed = _timed("rollover", lambda: rollover(now=NOW))
    _second, again = _timed("rollover again", lambda: rollover(now=NOW))
    print(f"{changed} rows changed, then {again}")
    return [name for name, wrong in (("rollover", first > BUDGETS["rollover"]), ("second run", again > 0)) if wrong]


def _boards() -> list[str]:
    source = boards.source("points")
    assert source is not None
    slow = []
    for period in ("day", "week", "all"):
        took, _written = _timed(f"board {period}", lambda p=period: snapshot_board(source, p, now=NOW))
        slow += [period] if took > BUDGETS["board"] else []
    print(f"{LeaderboardEntry.objects.count()} entries")
    me = User.objects.get(username="p1000")
    for scope in ranking.SCOPES:
        _timed(f"page, {scope}", lambda s=scope: ranking.standings(me, source, "all", scope=s))
    return slow


def _timed(name: str, work: Callable[[], Any]) -> tuple[float, Any]:
    with CaptureQueriesContext(connection) as queries:
        started = time.perf_counter()
        result = work()
        took = time.perf_counter() - started
    print(f"{name:<20} {took * 1000:9.1f} ms {len(queries):4} statements")
    return took, result


if __name__ == "__main__":
    main()
