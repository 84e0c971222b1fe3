"""Two hundred searches over a small school: SQLite and PostgreSQL find the same things in the same order.

The answers were written down once, and the suite compares with them on either database. Who changes the ranking writes
them anew, and the difference shows what the change means.
"""

import json

import pytest

from forum.selectors.search import search
from forum.tests.search_corpus import DATA, NOW, build
from profiles.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_counters]  # likes without people who like
GOLDEN = DATA / "search_golden.json"
FIRST = 10


def answers(searches: list[tuple[str, str]]) -> list[list[str]]:
    """Return the first ten of each search, as anna sees them."""
    anna = User.objects.with_roles().get(username="anna")
    return [
        [f"{hit.type}:{hit.id}" for hit in search(anna, typed, tab=tab, now=NOW)[:FIRST]]
        for typed, tab in searches
    ]


def test_both_databases_find_the_same_in_the_same_order() -> None:
    golden = json.loads(GOLDEN.read_text())
    assert len(golden) == 200
    build()
    found = answers([(each["q"], each["tab"]) for each in golden])
    assert {each["q"]: hits for each, hits in zip(golden, found, strict=True)} == {
        each["q"]: each["hits"] for each in golden
    }


def test_the_searches_find_something_but_for_those_that_must_not() -> None:
    golden = json.loads(GOLDEN.read_text())
    empty = [each["q"] for each in golden if not each["hits"]]
    assert len(empty) < 25
    assert {hit.partition(":")[0] for each in golden for hit in each["hits"]} == {
        "topic", "post", "comment", "course", "lesson", "person",
    }  # fmt: skip
