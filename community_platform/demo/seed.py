"""Makes the whole demo school, or removes what is there."""

from datetime import datetime

from django.core.management.color import no_style
from django.db import connection, transaction

from community_platform.core.errors import Conflict
from community_platform.demo import backdate, bulk, crowd, days, school, talk
from community_platform.demo.seeding import SCALES, Progress, Seeding
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
        _seed(run)
    except BaseException:
        reset()  # half a school would look like a whole one to the next run
        raise
    return run


def _seed(run: Seeding) -> None:
    progress = Progress(run.scale.posts + run.scale.people + 100)
    with transaction.atomic():
        crowd.make(run)
        progress.show(50, "people")
        catalogue = school.make(run)
        shelves = talk.shelves()
    talk.topics(run)  # each service commits by itself, as on the site
    talk.comments(run, catalogue)
    with transaction.atomic():
        backdate.finish()
    if run.scale.topics:
        with transaction.atomic():
            bulk.talk(run, shelves, progress, 100)
            bulk.comments(run, catalogue)
    with transaction.atomic():
        school.enroll(run, catalogue, progress, run.scale.posts + 100)
        days.make(run)
    _analyse()
    progress.show(run.scale.posts + run.scale.people + 100, "done")


def reset() -> None:
    """Delete every row that people made, and begin to number from 1 again."""
    tables = sorted(set(connection.introspection.table_names()) - KEPT)
    statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=False)
    connection.ops.execute_sql_flush(statements)


def _analyse() -> None:
    """Let the planner know what is there now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
