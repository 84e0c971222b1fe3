"""Makes the whole demo school, or removes what is there."""

from datetime import datetime

from django.core.management.color import no_style
from django.db import connection, transaction

from analytics.services.aggregation import aggregate
from community_platform.core import append_only, realtime, worker
from community_platform.core.errors import Conflict
from community_platform.demo import (
    backdate,
    bugs,
    bulk,
    circles,
    conduct,
    crowd,
    days,
    game,
    letters,
    log,
    quizzes,
    referrals,
    school,
    talk,
    voices,
)
from community_platform.demo.seeding import SCALES, Progress, Seeding
from forum.models.search_words import FTS_TABLE
from forum.services import search_index, trust
from profiles.models import User

KEPT = {  # rows that migrations made, not people
    "django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions", "django_site",
}  # fmt: skip


def seed(*, scale: str, number: int, now: datetime) -> Seeding:
    """Make the school of this scale and number in an empty database; the same number gives the same school.

    Raises: Conflict where people live already.
    """
    if User.objects.exists():
        raise Conflict("There are people here already. --reset deletes them and everything they wrote.")
    run = Seeding(SCALES[scale], number, now)
    try:
        with realtime.silence(), worker.in_place(), talk.unhurried(), trust.at_night_only():
            _seed(run)
    except BaseException:
        reset()  # half a school would look like a whole one to the next run
        raise
    return run


def _seed(run: Seeding) -> None:
    progress = Progress(run.scale.posts + run.scale.people + 100)
    game.hold()
    with transaction.atomic():
        crowd.make(run)
        progress.show(50, "people")
        catalogue = school.make(run)
        quizzes.make(run, catalogue)
        shelves = talk.shelves()
    talk.topics(run)  # each service commits by itself, as on the site
    talk.watch(run)
    talk.comments(run, catalogue)
    conduct.make(run)
    bugs.make(run)
    with transaction.atomic():
        backdate.finish()
    if run.scale.topics:
        with transaction.atomic():
            bulk.talk(run, shelves, progress, 100)
            bulk.comments(run, catalogue)
    with transaction.atomic():
        school.enroll(run, catalogue, progress, run.scale.posts + 100)
        quizzes.take(run)
        log.write(run)
        voices.make(run)
        days.make(run)
        circles.make(run)
    letters.make(run)
    referrals.make(run)
    game.make()
    trust.raise_all_levels()
    aggregate(full=True)
    backdate.forget_letters()
    search_index.catch_up()  # bulk inserts and dates in the past go around the services
    _analyse()
    progress.show(run.scale.posts + run.scale.people + 100, "done")


def reset() -> None:
    """Delete every row that people made, and begin to number from 1 again."""
    tables = sorted(
        name
        for name in connection.introspection.table_names()
        if name not in KEPT and not name.startswith(FTS_TABLE)  # triggers empty it
    )
    statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=False)
    with append_only.flushing():
        connection.ops.execute_sql_flush(statements)


def _analyse() -> None:
    """Let the planner know what is there now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
