"""Print how long the nightly pass over all badges takes: 100,000 people, 62 badges.

Run `DATABASE_URL=postgres://… python -m benchmarks.badges` on an empty, migrated database: it makes its own school,
measures, empties the database again and exits 1 above the target. About four minutes, most of them for making.
A night finds what the day's events lost: here everything that one person in a thousand has earned. How long the first
night takes, in which everybody gets everything, is told by the awards a second.
"""

import argparse
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")
django.setup()

from django.db import connection  # noqa: E402  settings come first
from django.utils import timezone  # noqa: E402

from community_platform.core import realtime  # noqa: E402
from community_platform.demo.seed import reset  # noqa: E402
from courses.models import Course, CourseCategory  # noqa: E402
from forum.models import Category  # noqa: E402
from gamification import catalogue  # noqa: E402
from gamification.models import Badge, UserBadge, UserMetric  # noqa: E402
from gamification.selectors import metrics  # noqa: E402
from gamification.services import evaluation  # noqa: E402
from gamification.services.catalogue import sync_catalogue  # noqa: E402
from profiles.models import User  # noqa: E402

TARGET_SECONDS = 60
PEOPLE, LESSONS_EACH, COURSES, LESSONS = 100_000, 10, 50, 500
LEFT_OUT = 1000  # every so many people one was forgotten by day
_PEOPLE = """
    INSERT INTO profiles_user (password, is_superuser, username, is_staff, is_active, date_joined, email, display_name,
        avatar, timezone, language, revision, is_profile_public, show_badges, show_courses, show_activity, trust_level)
    SELECT '', false, 'person' || n, false, true, %(now)s, 'person' || n || '@example.com', '', '', 'UTC', '', 0,
        true, true, true, true, 1 FROM generate_series(1, %(people)s) n
"""
# Person i (0 …) does the k-th thing; the arithmetic spreads people over courses, hours and authors.
_STATEMENTS = (
    "INSERT INTO profiles_profile (user_id, bio, bio_html, cover, location, website, linkedin_url, github_url, "
    "twitter_url) SELECT id, '', '', '', '', '', '', '', '' FROM profiles_user WHERE id >= %(first)s",
    "INSERT INTO account_emailaddress (user_id, email, verified, \"primary\") "
    "SELECT id, email, true, true FROM profiles_user WHERE id >= %(first)s",
    "INSERT INTO courses_lessonprogress (user_id, lesson_id, position_seconds, viewed_at, completed_at, coverage, "
    "watched_seconds, read_seconds) SELECT %(first)s + i, %(lesson)s + (i * 7 + k) %% %(lessons)s, 0, "
    "%(now)s - k * interval '26 hours', %(now)s - k * interval '25 hours', '[]', 0, 0 "
    "FROM generate_series(0, %(people)s - 1) i, generate_series(1, %(each)s) k",
    "INSERT INTO gamification_lessonmoment (user_id, lesson_id, at, local_date, hour, weekend) SELECT user_id, "
    "lesson_id, completed_at, completed_at::date, extract(hour from completed_at), CASE WHEN extract(isodow from "
    "completed_at) > 5 THEN completed_at::date - (extract(isodow from completed_at)::int - 6) END "
    "FROM courses_lessonprogress",
    "INSERT INTO courses_enrollment (user_id, course_id, status, source, enrolled_at, completed_at, last_activity_at, "
    "lessons_completed, progress_percent) SELECT %(first)s + i, %(course)s + (i + k) %% %(courses)s, 'active', 'free', "
    "%(now)s - interval '90 days', CASE WHEN k < 3 THEN %(now)s - k * interval '9 days' END, %(now)s, 5, "
    "CASE WHEN k < 3 THEN 100 ELSE 40 END FROM generate_series(0, %(people)s - 1) i, generate_series(1, 4) k",
    "INSERT INTO courses_quizattempt (user_id, quiz_id, number, quiz_version, pass_percent, seed, started_at, "
    "submitted_at, is_overdue, score, max_score, percent, passed, duration_seconds) SELECT %(first)s + i, %(quiz)s + "
    "(i + k) %% 50, 1, 1, 60, 1, %(now)s - k * interval '5 days', %(now)s - k * interval '5 days', false, 4, 5, 80, "
    "k %% 4 > 0, 400 FROM generate_series(0, %(people)s - 1) i, generate_series(1, 5) k",
    "INSERT INTO forum_post (topic_id, number, author_id, content, content_html, renderer_version, likes_count, "
    "created_at, revision, is_hidden, removal_reason) SELECT %(topic)s, 1 + i * 3 + k, %(first)s + i, "
    "'It works like this, as far as I know.', 'x', 1, 0, %(now)s - k * interval '3 days', 0, false, '' "
    "FROM generate_series(0, %(people)s - 1) i, generate_series(1, 3) k",
    "INSERT INTO forum_like (user_id, post_id, created_at) SELECT %(first)s + (author_id - %(first)s + number * 13 + 1)"
    " %% %(people)s, id, %(now)s FROM forum_post WHERE author_id IS NOT NULL ON CONFLICT DO NOTHING",
    "INSERT INTO profiles_follow (follower_id, following_id, created_at) SELECT %(first)s + i, %(first)s + (i + k * 17)"
    " %% %(people)s, %(now)s FROM generate_series(0, %(people)s - 1) i, generate_series(1, 3) k ON CONFLICT DO NOTHING",
    "INSERT INTO gamification_dailyactivity (user_id, date, lessons_completed, quizzes_completed, posts_created, "
    "comments_posted, seconds_spent, points_earned, is_qualifying) SELECT %(first)s + i, %(now)s::date - k * "
    "(1 + i %% 2), 1, 0, 0, 0, 0, 0, true FROM generate_series(0, %(people)s - 1) i, generate_series(1, %(each)s) k",
    "INSERT INTO gamification_signuprank (user_id, rank, assigned_at) SELECT id, id - %(first)s + 1, %(now)s "
    "FROM profiles_user WHERE id >= %(first)s",
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=PEOPLE)
    people = parser.parse_args().people
    if User.objects.exists():
        sys.exit("The database is not empty.")
    try:
        with realtime.silence():
            seconds = measure(people)
    finally:
        reset()
    sys.exit(0 if seconds < TARGET_SECONDS else 1)


def measure(people: int) -> float:
    sync_catalogue()
    started = time.perf_counter()
    _make(people)
    names = list(catalogue.load()["metrics"])
    slow = []
    for name in names:  # what was true yesterday: progress of everybody
        began = time.perf_counter()
        values = metrics.metric(name).values(None)
        slow.append((time.perf_counter() - began, name))
        _keep(name, values)
    print("slowest metrics: " + ", ".join(f"{name} {seconds:.1f} s" for seconds, name in sorted(slow)[:-6:-1]))
    _award_all_but_some()
    bars, awards = UserMetric.objects.count(), UserBadge.objects.count()
    print(f"made in {time.perf_counter() - started:.0f} s: {people} people, {bars} progress bars, {awards} awards")
    started = time.perf_counter()
    new = evaluation.backfill()
    seconds = time.perf_counter() - started
    print(f"nightly pass, {Badge.objects.count()} badges: {seconds:.1f} s, {new} new (target {TARGET_SECONDS} s)")
    started = time.perf_counter()
    again = evaluation.backfill()
    print(f"second pass: {time.perf_counter() - started:.1f} s, {again} new awards")
    return seconds


def _make(people: int) -> None:
    now = timezone.now().replace(hour=12)
    teacher = User.objects.create_user("teacher", "teacher@example.com")
    shelf = CourseCategory.objects.create(name="All", slug="all")
    made = Course.objects.bulk_create(
        Course(title=f"C{n}", slug=f"c{n}", summary="x", category=shelf, instructor=teacher, status="published",
               published_at=now, lessons_count=10, duration_minutes=100)
        for n in range(COURSES)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # a school takes longer than a page may
        cursor.execute(
            "INSERT INTO courses_section (course_id, title, position) SELECT id, 'One', 0 FROM courses_course"
        )
        cursor.execute(
            "INSERT INTO courses_lesson (course_id, section_id, title, slug, kind, content, content_html, video_url, "
            "captions_url, duration_seconds, is_required, is_preview, position, comments_count, revision) SELECT "
            "course_id, id, 'L', 'l' || n, 'article', '', '', '', '', 600, true, false, n, 0, 0 "
            "FROM courses_section, generate_series(1, 10) n"
        )
        cursor.execute(
            "INSERT INTO courses_quiz (lesson_id, pass_percent, is_shuffled, grading, feedback, questions_count, "
            "points, version) SELECT id, 60, false, 'best', 'full', 5, 5, 1 FROM courses_lesson WHERE position = 1"
        )
        cursor.execute("SELECT MIN(id) FROM courses_lesson")
        lesson = cursor.fetchone()[0]
        cursor.execute("SELECT MIN(id) FROM courses_quiz")
        quiz = cursor.fetchone()[0]
        cursor.execute(_PEOPLE, {"now": now, "people": people})
        cursor.execute("SELECT MIN(id) FROM profiles_user WHERE username LIKE 'person%'")
        first = cursor.fetchone()[0]
        talk = Category.objects.create(name="All", slug="all")
        topic = talk.topics.create(author=teacher, title="Everything")
        values = {
            "now": now, "people": people, "first": first, "lesson": lesson, "lessons": LESSONS, "each": LESSONS_EACH,
            "course": made[0].pk, "courses": COURSES, "quiz": quiz, "topic": topic.pk,
        }  # fmt: skip
        for statement in _STATEMENTS:
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")


def _keep(name: str, values: dict[int, metrics.Number]) -> None:
    """Write the progress bars of everybody, as `evaluation` does, in one COPY."""
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy("COPY gamification_usermetric (user_id, metric, value, updated_at) FROM STDIN") as copy,
    ):
        for user_id, value in values.items():
            copy.write_row((user_id, name, value, "now"))


def _award_all_but_some() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO gamification_userbadge (user_id, badge_id, scope_key, earned_at, awarded_at, is_quiet, "
            "reason, revoke_reason) SELECT m.user_id, b.id, '', now(), now(), true, '', '' FROM "
            "gamification_usermetric m JOIN gamification_badge b ON b.metric = m.metric AND b.event = '' "
            "AND NOT b.is_hidden WHERE "
            "CASE b.op WHEN '>=' THEN m.value >= b.threshold ELSE m.value <= b.threshold END AND m.user_id %% %s > 0",
            [LEFT_OUT],
        )
        cursor.execute("ANALYZE gamification_userbadge")


if __name__ == "__main__":
    main()
