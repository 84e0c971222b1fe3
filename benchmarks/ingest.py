"""Measure how long a batch of 1,000 learning events takes, over HTTP's own code, with a token.

Run `python -m benchmarks.ingest` on a seeded school that may be thrown away; with REDIS_URL the other parts of the
site hear of it by the queue, as on a server. Exits 1 above the target.
"""

import io
import json
import os
import sys
import time
import uuid

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  settings come first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.models import Course, LearningEvent, Lesson  # noqa: E402
from profiles.models import User  # noqa: E402

TARGET_SECONDS = 2
BATCHES = 3
SIZE = 1_000


def events(number: int) -> list[dict[str, object]]:
    """Return a batch: five events of everyday learning of each of two hundred people, over all courses."""
    courses = list(Course.objects.in_catalogue().order_by("pk"))
    staff = set(Course.objects.values_list("instructor", flat=True))
    first = 200 * number
    people = User.objects.exclude(pk__in=staff).filter(is_active=True).order_by("pk")[first : first + 200]
    found: list[dict[str, object]] = []
    for place, person in enumerate(people):
        course = courses[place % len(courses)]
        lessons = list(Lesson.objects.filter(course=course).in_order().select_related("quiz"))
        quiz = next((lesson.quiz for lesson in lessons if lesson.kind == "quiz"), None)
        film = next((lesson for lesson in lessons if lesson.kind == "video"), lessons[0])
        steps: list[dict[str, object]] = [
            {"type": "course.enrolled"},
            {"type": "lesson.viewed", "lesson": lessons[0].slug},
            {"type": "lesson.completed", "lesson": lessons[0].slug},
            {"type": "video.watched", "lesson": film.slug, "data": {"from_seconds": 0, "to_seconds": 50, "rate": 1}}
            if film.kind == "video"
            else {"type": "lesson.viewed", "lesson": film.slug},
            {"type": "quiz.submitted", "quiz": quiz.pk, "data": {"score": 3, "max_score": 4}}
            if quiz
            else {"type": "lesson.completed", "lesson": lessons[-1].slug},
        ]
        for step in steps:
            common = {"id": str(uuid.uuid4()), "user": person.username, "course": course.slug}
            found.append({**common, "occurred_at": timezone.now().isoformat(), **step})
    return found[:SIZE]


def main() -> int:
    out = io.StringIO()
    call_command("create_token", "admin", "--scope", "ingest", stdout=out)
    client = Client(headers={"host": "127.0.0.1", "authorization": f"Token {out.getvalue().strip()}"})
    times = []
    for number in range(BATCHES):
        body = json.dumps({"events": events(number)})
        for name in ("first", "again"):
            worked, start = time.process_time(), time.perf_counter()
            with CaptureQueriesContext(connection) as queries:
                answer = client.post("/api/learning/events", body, content_type="application/json")
            took, worked = time.perf_counter() - start, time.process_time() - worked
            counts: dict[str, int] = {}
            for result in answer.json()["results"]:
                counts[result["status"]] = counts.get(result["status"], 0) + 1
            asked = sum(float(query["time"]) for query in queries.captured_queries)
            shares = f"{worked:.2f} s of them our own, {asked:.2f} s in {len(queries)} queries"
            sys.stdout.write(f"{name}: {took:5.2f} s ({shares}) {counts}\n")
            if "-v" in sys.argv:
                for query in sorted(queries.captured_queries, key=lambda row: -float(row["time"]))[:5]:
                    sys.stdout.write(f"    {query['time']} {query['sql'][:140]}\n")
            times += [took] if name == "first" else []
    sys.stdout.write(f"{LearningEvent.objects.count()} events in the log\n")
    return 0 if min(times) < TARGET_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
