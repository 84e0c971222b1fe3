"""Measure the database time of searches on whatever DATABASE_URL holds (`seed_demo --scale medium`: 100,000 posts).

Run `python -m benchmarks.search`; exits 1 above the target. The searches are made of the words that the school holds,
from the most frequent ones to those that nobody wrote, and each is asked by a visitor and by a member, the first page
and its marks included.
"""

import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")
django.setup()

from django.contrib.auth.models import AnonymousUser  # noqa: E402  settings come first
from django.db import connection  # noqa: E402

from community_platform.core.markdown.shown import shown_text  # noqa: E402
from community_platform.core.stems import words  # noqa: E402
from forum.models import Category, Post, Tag, Topic  # noqa: E402
from forum.selectors.search import TABS, search  # noqa: E402
from forum.selectors.search_titles import similar, suggest  # noqa: E402
from profiles.models import User  # noqa: E402

TARGET_MS = 50  # of the 95th percentile
ROUNDS = 3
SAMPLE = 2_000  # posts whose words are counted


class Clock:
    """Adds up what the database takes, rows handed over included."""

    def __init__(self) -> None:
        self.milliseconds = 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.milliseconds += (time.perf_counter() - start) * 1000


def searches(dice: random.Random) -> Iterator[str]:
    """Yield 200 searches as people write them."""
    newest = Post.objects.filter(deleted_at=None).order_by("-pk")[:SAMPLE]
    texts = [[word.text for word in words(shown_text(post.content_html))] for post in newest]
    counted = Counter(word.lower() for text in texts for word in text if len(word) > 2)
    known = [word for word, _count in counted.most_common()]
    yield from known[:30]
    yield from dice.sample(known, 40)
    titles = [
        title.split()
        for title in Topic.objects.live().order_by("-pk").values_list("title", flat=True)[:SAMPLE]
    ]
    yield from (" ".join(dice.sample(title, min(2, len(title)))) for title in dice.sample(titles, 40))
    yield from (" ".join(title) for title in dice.sample(titles, 20))
    for text in dice.sample([text for text in texts if len(text) > 4], 20):
        at = dice.randrange(len(text) - 3)
        yield f'"{" ".join(text[at : at + 3])}"'
    people = list(User.objects.filter(is_active=True).order_by("pk").values_list("username", flat=True)[:200])
    tag, shelf = (
        Tag.objects.order_by("-topics_count").first(),
        Category.objects.order_by("-posts_count").first(),
    )
    for word in dice.sample(known[:200], 40):
        extra = dice.choice((
            f"author:{dice.choice(people)}", f"tag:{tag.slug if tag else ''}",
            f"category:{shelf.slug if shelf else ''}", "is:solved", "is:unanswered", "has:code", "after:2026-06",
            "before:2026-06", "in:title", "order:likes", "order:oldest", f"-{dice.choice(known)}",
        ))  # fmt: skip
        yield f"{word} {extra}"
    yield from (f"zq{n}xw" for n in range(10))


def main() -> int:
    clock = Clock()
    asked = list(searches(random.Random(1)))
    member = User.objects.with_roles().get(username="anna")
    times: dict[str, list[float]] = {"search": [], "suggest": [], "similar": []}
    slowest: list[tuple[float, str]] = []

    def measure(kind: str, name: str, call: Any) -> None:
        best = []
        for _ in range(ROUNDS):
            clock.milliseconds = 0.0
            call()
            best.append(clock.milliseconds)
        times[kind].append(statistics.median(best))
        slowest.append((times[kind][-1], f"{kind} {name}"))

    with connection.execute_wrapper(clock):
        for n, typed in enumerate(asked):
            for user in (AnonymousUser(), member):
                tab = list(TABS)[n % len(TABS)] if n % 3 == 0 else "all"
                measure("search", f"{tab}: {typed}", lambda t=typed, u=user, k=tab: search(u, t, tab=k)[:20])
            measure("suggest", typed[:4], lambda t=typed: suggest(member, t[:4]))
            measure("similar", typed, lambda t=typed: similar(member, t))
    sys.stdout.write(f"{connection.vendor}, {Post.objects.count()} posts, milliseconds of database time\n")
    for kind, found in times.items():
        found.sort()
        p50, p95 = statistics.median(found), found[round(0.95 * (len(found) - 1))]
        sys.stdout.write(
            f"{kind:8} {len(found):4} calls  p50 {p50:6.1f}  p95 {p95:6.1f}  max {found[-1]:6.1f}\n"
        )
    for milliseconds, name in sorted(slowest, reverse=True)[:5]:
        sys.stdout.write(f"  {milliseconds:6.1f}  {name}\n")
    return 0 if all(found[round(0.95 * (len(found) - 1))] < TARGET_MS for found in times.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
