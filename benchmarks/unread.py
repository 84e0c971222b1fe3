"""Print what the unread list costs the database for a member with 5,000 read topics among 100,000.

Run `DATABASE_URL=postgres://… python -m benchmarks.unread` on an empty, migrated database: it makes its own
forum, measures, and empties the database again. `--days 40` puts all topics within the horizon, the hardest case.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")
django.setup()

from django.db import connection  # noqa: E402  settings come first
from django.db.models import QuerySet  # noqa: E402
from django.utils import timezone  # noqa: E402

from community_platform.demo.seed import reset  # noqa: E402
from forum.models import Category, ReadMark, Tag, TopicRead, Watch, WatchLevel  # noqa: E402
from forum.selectors import topics as selectors  # noqa: E402
from forum.selectors.reading import reader  # noqa: E402
from profiles.models import User  # noqa: E402

TOPICS, POSTS, READ, SHELVES, OTHERS = 100_000, 5, 5_000, 10, 20
ROUNDS, PAGE = 30, 20
_TOPICS = """
    INSERT INTO forum_topic (category_id, author_id, last_post_author_id, kind, title, created_at, last_post_at,
        last_post_number, replies_count, likes_count, views_count, revision, is_hidden, removal_reason, is_pinned,
        is_locked, lock_reason, slow_mode_seconds, moved_posts)
    SELECT %(shelf)s + n %% %(shelves)s, %(author)s, %(author)s, 'discussion', 'Topic ' || n, at - interval '1 day', at,
        %(posts)s, %(posts)s - 1, 0, 0, 0, false, '', false, false, '', 0, 0
    FROM (SELECT n, %(now)s - random() * make_interval(days => %(days)s) AS at FROM generate_series(1, %(topics)s) n) t
"""
_POSTS = """
    INSERT INTO forum_post (topic_id, number, author_id, content, content_html, renderer_version, likes_count,
        created_at, revision, is_hidden, removal_reason)
    SELECT t.id, n, t.author_id, 'Words', '<p>Words</p>', 0, 0, t.last_post_at - make_interval(hours => %(posts)s - n),
        0, false, '' FROM forum_topic t, generate_series(1, %(posts)s) n
"""
# Whoever is behind read it before the newest posts were written.
_READ = """
    INSERT INTO forum_topicread (user_id, topic_id, last_read_number, read_at, is_manual)
    SELECT %(reader)s, id, CASE WHEN behind THEN 3 ELSE %(posts)s END,
        last_post_at + interval '1 minute' - CASE WHEN behind THEN interval '2 hours' ELSE interval '0' END, false
    FROM (SELECT id, last_post_at, random() < %(behind)s AS behind FROM forum_topic ORDER BY random() LIMIT %(read)s) t
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--days", type=int, default=365, help="the topics' last posts are spread over so many days"
    )
    days = parser.parse_args().days
    if connection.vendor != "postgresql" or User.objects.exists():
        sys.exit("This needs an empty PostgreSQL database.")
    try:
        member = _forum(days)
        _measure("a fifth of what was read has news", member)
        _mark(member)
        _measure("the same, with marks and mutes", member)
        _track(member)
        _measure("the same, and a category is tracked", member)
        Watch.objects.all().delete()
        TopicRead.objects.update(last_read_number=POSTS)
        _vacuum()
        _measure("all caught up", member)
    finally:
        reset()


def _forum(days: int) -> User:
    author = User.objects.create(username="author", email="author@example.com")
    member = User.objects.create(username="member", email="member@example.com")
    crowd = [User(username=f"other{n}", email=f"other{n}@example.com") for n in range(OTHERS)]
    others = [person.pk for person in User.objects.bulk_create(crowd)]
    shelves = Category.objects.bulk_create(Category(name=f"C{n}", slug=f"c{n}") for n in range(SHELVES))
    values = {
        "shelf": shelves[0].pk, "shelves": SHELVES, "author": author.pk, "posts": POSTS,
        "topics": TOPICS, "read": READ, "days": days, "now": timezone.now(), "behind": 0.2,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # a forum takes longer than a page may
        for statement in (_TOPICS, _POSTS):
            cursor.execute(statement, values)
        for reader_id in (*others, member.pk):
            cursor.execute(_READ, values | {"reader": reader_id})
    _vacuum()
    return member


def _vacuum() -> None:
    """Leave the tables as the database's own housekeeping does."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE forum_topic, forum_post, forum_topicread, forum_category")


def _mark(member: User) -> None:
    shelves = list(Category.objects.order_by("pk"))
    now = timezone.now()
    ReadMark.objects.create(user=member, category=shelves[0], read_at=now - timedelta(days=3))
    ReadMark.objects.create(user=member, category=shelves[1], read_at=now - timedelta(days=10))
    Watch.objects.create(user=member, category=shelves[2], level=WatchLevel.MUTED)
    Watch.objects.create(
        user=member, tag=Tag.objects.create(name="noise", slug="noise"), level=WatchLevel.MUTED
    )


def _track(member: User) -> None:
    shelf = Category.objects.order_by("-pk")[0]
    since = timezone.now() - timedelta(days=2)
    Watch.objects.create(user=member, category=shelf, level=WatchLevel.TRACKING, created_at=since)


def _measure(what: str, member: User) -> None:
    who = reader(member)
    rows = selectors.tab(member, "unread", who)
    rows.dress = _bare
    total = selectors.unread_count(member, who)
    sys.stdout.write(f"\n{what} ({total} unread)\n")
    _report("marks and watches", lambda: reader(member))
    _report("the page's rows", lambda: rows[:PAGE])
    _report("the page's count", rows.count)
    _report("the badge", lambda: selectors.unread_count(member, who))
    keys = rows.rows.values("pk")[:PAGE]
    sys.stdout.write(f"  {'its keys, by EXPLAIN ANALYZE':28} {_explained(keys)}\n")


def _bare(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without the tags, which are a query of their own."""
    return rows.prefetch_related(None)


def _report(name: str, act: Callable[[], object]) -> None:
    times = []
    for _ in range(ROUNDS):
        with Stopwatch() as watch:
            act()
        times.append(watch.milliseconds)
    middle, worst = statistics.median(times), sorted(times)[int(ROUNDS * 0.95)]
    sys.stdout.write(f"  {name:28} {min(times):7.2f} ms at best, {middle:.2f} median, {worst:.2f} p95\n")


class Stopwatch:
    """What statements cost the database, Django's own work left out.

    Where the server runs on this machine, the processor time of its process: on a busy one, waiting for the processor
    says nothing about the query. Else the time from sending a statement to its last row.
    """

    milliseconds = 0.0

    def __enter__(self) -> "Stopwatch":
        self._wrapping = connection.execute_wrapper(self._timed)
        self._wrapping.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._wrapping.__exit__(*error)

    def _timed(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        start = _clock()
        try:
            return execute(sql, params, many, context)
        finally:
            self.milliseconds += _clock() - start


def _clock() -> float:
    """Return milliseconds: of the server's process, else of the wall."""
    try:
        return int(Path(f"/proc/{_server()}/schedstat").read_text().split()[0]) / 1e6
    except OSError:
        return time.perf_counter() * 1000


@cache
def _server() -> int:
    return int(connection.connection.info.backend_pid)


def _explained(keys: QuerySet[Any]) -> str:
    """Return what the server itself says of the keys of a page: the fastest of ROUNDS."""
    found = []
    for _ in range(ROUNDS):
        lines = keys.explain(analyze=True, timing=False).splitlines()
        times = {line.split()[0]: float(line.split()[2]) for line in lines[-2:]}
        found.append((sum(times.values()), times))
    times = min(found, key=lambda one: one[0])[1]
    return f"{times['Execution']:7.2f} ms, and {times['Planning']:.2f} ms to plan"


if __name__ == "__main__":
    main()
