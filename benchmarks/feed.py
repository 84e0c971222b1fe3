"""Print what the feed costs the database for a member who follows 500 people, over 3,000,000 activities.

Run `DATABASE_URL=postgres://… python -m benchmarks.feed` on an empty, migrated database: it makes its own school,
measures, empties the database again and exits 1 above the target. About three minutes, most of them for making.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")
django.setup()

from django.db import connection  # noqa: E402  settings come first
from django.utils import timezone  # noqa: E402

from benchmarks.unread import Stopwatch  # noqa: E402
from community_platform.demo.seed import reset  # noqa: E402
from forum.models import Category  # noqa: E402
from profiles.models import Profile, User  # noqa: E402
from profiles.selectors import feed  # noqa: E402

TARGET_MS = 10
ACTIVITIES, PEOPLE, FOLLOWED, TOPICS = 3_000_000, 20_000, 500, 100_000
ROUNDS, DEEP = 30, 20  # measurements; pages back
_PEOPLE = """
    INSERT INTO profiles_user (password, is_superuser, username, is_staff, is_active, date_joined, email, display_name,
        avatar, timezone, language, revision, is_profile_public, show_badges, show_courses, show_activity, trust_level)
    SELECT '', false, 'person' || n, false, true, %(now)s, 'person' || n || '@example.com', '', '', 'UTC', '', 0,
        true, true, true, n %% 10 > 0, 1 FROM generate_series(1, %(people)s) n
"""
_TOPICS = """
    INSERT INTO forum_topic (category_id, author_id, last_post_author_id, kind, title, created_at, last_post_at,
        last_post_number, replies_count, likes_count, views_count, revision, is_hidden, removal_reason, is_pinned,
        is_locked, lock_reason, slow_mode_seconds, moved_posts, deleted_at)
    SELECT %(shelf)s, %(first)s + n %% %(people)s, NULL, 'discussion', 'Topic ' || n, %(now)s, %(now)s, 1, 0, 0, 0, 0,
        false, '', false, false, '', 0, 0, CASE WHEN n %% 10 = 0 THEN %(now)s END FROM generate_series(1, %(topics)s) n
"""
# Half tell of topics, a tenth of which are gone; the rest are levels and badges. Few people do much, many little.
_ACTIVITIES = """
    INSERT INTO profiles_activity (user_id, activity_type, object_id, dedupe_key, url, metadata, created_at)
    SELECT %(first)s + floor(%(people)s * power(random(), 3))::int,
        CASE n %% 4 WHEN 0 THEN 'level_up' WHEN 1 THEN 'badge_earned' ELSE 'topic_created' END,
        CASE WHEN n %% 4 > 1 THEN %(topic)s + n %% %(topics)s END, 'made:' || n, '/forum/topic/1/',
        '{"title": "What was done", "level": 3}', %(now)s - random() * interval '365 days'
    FROM generate_series(1, %(activities)s) n
"""
_FOLLOWS = """
    INSERT INTO profiles_follow (follower_id, following_id, created_at)
    SELECT %(reader)s, %(first)s + n * (%(people)s / %(followed)s), %(now)s FROM generate_series(0, %(followed)s - 1) n
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--activities", type=int, default=ACTIVITIES)
    number = parser.parse_args().activities
    if connection.vendor != "postgresql" or User.objects.exists():
        sys.exit("This needs an empty PostgreSQL database.")
    try:
        worst = _measure(_school(number))
    finally:
        reset()
    sys.exit(worst > TARGET_MS)


def _school(activities: int) -> User:
    reader = User.objects.create(username="reader", email="reader@example.com")
    values = {
        "now": timezone.now(), "people": PEOPLE, "followed": FOLLOWED, "topics": TOPICS, "activities": activities,
        "reader": reader.pk, "shelf": Category.objects.create(name="General", slug="general").pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # a school takes longer than a page may
        cursor.execute(_PEOPLE, values)
        values["first"] = User.objects.exclude(pk=reader.pk).order_by("pk").values_list("pk", flat=True)[0]
        cursor.execute(_TOPICS, values)
        cursor.execute("SELECT min(id) FROM forum_topic")
        values["topic"] = cursor.fetchone()[0]
        for statement in (_ACTIVITIES, _FOLLOWS):
            cursor.execute(statement, values)
        cursor.execute("INSERT INTO profiles_profile (user_id, bio, bio_html, cover, location, website, linkedin_url,"
                       " github_url, twitter_url) SELECT id, '', '', '', '', '', '', '', '' FROM profiles_user"
                       " ON CONFLICT DO NOTHING")  # fmt: skip
        cursor.execute("VACUUM ANALYZE profiles_user, profiles_follow, profiles_activity, forum_topic, forum_category")
    Profile.objects.filter(pk=reader.pk).update(following_count=FOLLOWED)
    return User.objects.with_roles().get(pk=reader.pk)


def _measure(reader: User) -> float:
    """Print each figure and return the largest median, in milliseconds."""
    back = ""
    for _page in range(DEEP):
        _rows, back = feed.feed(reader).page(back)
    busiest = User.objects.exclude(pk=reader.pk).filter(show_activity=True).order_by("pk")[0]
    return max(
        _report("the first page", lambda: feed.feed(reader).page()),
        _report(f"{DEEP} pages back", lambda: feed.feed(reader).page(back)),
        _report("the busiest person's own page", lambda: feed.activities_of(reader, busiest).page()),
    )


def _report(name: str, act: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        with Stopwatch() as watch:
            act()
        times.append(watch.milliseconds)
    middle, worst = statistics.median(times), sorted(times)[int(ROUNDS * 0.95)]
    sys.stdout.write(f"{name:30} {min(times):7.2f} ms at best, {middle:.2f} median, {worst:.2f} p95\n")
    return middle


if __name__ == "__main__":
    main()
