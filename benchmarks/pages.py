"""Print the queries and the milliseconds of each page on whatever DATABASE_URL holds (a seeded school).

Run `python -m benchmarks.pages`; every page is opened in-process by `anna`, with a real session.
"""

import os
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")
django.setup()

from django.db import connection  # noqa: E402  settings come first
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from forum.models import Topic  # noqa: E402
from profiles.models import User  # noqa: E402

ROUNDS = 5


def main() -> None:
    longest = Topic.objects.live().order_by("-replies_count", "pk").first()
    topic = longest.get_absolute_url() if longest else "/forum/"
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(username="anna"), backend="profiles.backends.AccountBackend")
    for path in (
        "/",
        "/forum/",
        "/forum/programming/",
        topic,
        f"{topic}?page=last",
        "/courses/",
        "/notifications/",
    ):
        client.get(path)  # caches and templates warm
        times = []
        for _ in range(ROUNDS):
            with CaptureQueriesContext(connection) as queries:
                start = time.perf_counter()
                status = client.get(path).status_code
                times.append((time.perf_counter() - start) * 1000)
        sys.stdout.write(f"{path:36} {status} {len(queries):3} queries {statistics.median(times):7.1f} ms\n")


if __name__ == "__main__":
    main()
