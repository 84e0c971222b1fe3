"""Topics are managed over the API: every path, every status."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from forum.models import Post, Topic
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
Api = Callable[..., APIClient]


@pytest.fixture
def topic(db: None) -> Topic:
    CategoryFactory(slug="there")
    topic = TopicFactory(category=CategoryFactory(slug="here"))
    for n in range(3):
        reply(topic, content=f"Answer {n}")
    return topic


def test_pinned_until_and_slow_until(as_api: Api, topic: Topic, maxim: User) -> None:
    until = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path, client = f"/api/forum/topics/{topic.pk}", as_api(maxim)
    pinned = client.put(f"{path}/pin", {"is_pinned": True, "until": until}, format="json").json()
    assert (pinned["is_pinned"], pinned["pinned_until"][:19]) == (True, until[:19])
    slow = client.put(f"{path}/slow-mode", {"seconds": 60, "until": until}, format="json").json()
    assert (slow["slow_mode_seconds"], slow["slow_mode_until"][:19]) == (60, until[:19])
    assert client.put(f"{path}/slow-mode", {"seconds": 0}, format="json").json()["slow_mode_until"] is None
    Topic.objects.filter(pk=topic.pk).update(pinned_until=timezone.now())
    assert client.get(path).json()["is_pinned"] is False


def test_move_split_merge(as_api: Api, topic: Topic, maxim: User) -> None:
    path, client = f"/api/forum/topics/{topic.pk}", as_api(maxim)
    there = client.get("/api/forum/categories").json()["results"][0]["id"]
    assert client.post(f"{path}/move", {"category": "there"}, format="json").json()["category"] == there
    posts = list(Post.objects.filter(topic=topic, number__gt=2).values_list("pk", flat=True))
    sent = {"posts": posts, "title": "Split off", "kind": "question"}
    answers = [
        client.post(f"{path}/split", sent, format="json", headers={"Idempotency-Key": "one"})
        for _ in range(2)
    ]
    made = answers[0].json()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].json() == made
    assert (made["title"], made["kind"], made["category"], made["replies_count"]) == (
        "Split off",
        "question",
        there,
        1,
    )
    page = client.get(path).json()
    assert (page["replies_count"], page["posts"]["count"], len(page["posts"]["results"])) == (1, 2, 2)
    merged = client.post(f"/api/forum/topics/{made['id']}/merge", {"into": topic.pk}, format="json").json()
    assert (merged["id"], merged["replies_count"]) == (topic.pk, 3)
    assert client.get(f"/api/forum/topics/{made['id']}").status_code == 404
    assert [post["number"] for post in client.get(path).json()["posts"]["results"]] == [1, 2, 5, 6]
    assert client.get(f"/api/forum/posts/{posts[0]}").json()["topic"] == topic.pk


@pytest.mark.parametrize(
    ("method", "act", "body", "field"),
    [
        ("post", "move", {}, "category"), ("post", "move", {"category": "nowhere"}, "category"),
        ("post", "split", {"posts": [], "title": "Split off"}, "posts"),
        ("post", "split", {"posts": [10**30], "title": "Split off"}, "posts"),
        ("post", "split", {"posts": [999_999], "title": "Split off"}, "posts"),
        ("post", "split", {"posts": ["x"], "title": "Split off"}, "posts"),
        ("post", "split", {"posts": [1], "title": ""}, "title"),
        ("post", "split", {"posts": [1], "title": "Split off", "kind": "announcement"}, "kind"),
        ("post", "merge", {"into": 999_999}, "into"), ("post", "merge", {"into": 10**30}, "into"),
        ("put", "slow-mode", {"seconds": -1}, "seconds"), ("put", "slow-mode", {"seconds": 10**9}, "seconds"),
        ("put", "slow-mode", {"seconds": 5, "until": "2001-01-01T00:00:00Z"}, "until"),
        ("put", "pin", {"is_pinned": True, "until": "2001-01-01T00:00:00Z"}, "until"),
        ("put", "pin", {"is_pinned": True, "until": "soon"}, "until"),
    ],
)  # fmt: skip
def test_bad_input_is_400_on_its_field(
    as_api: Api, topic: Topic, maxim: User, method: str, act: str, body: dict[str, Any], field: str
) -> None:
    answer = getattr(as_api(maxim), method)(f"/api/forum/topics/{topic.pk}/{act}", body, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].split(".")[0] == field


def test_who_may_not_is_told_so(as_api: Api, topic: Topic, boris: User) -> None:
    other = TopicFactory()
    for method, act, body in (
        ("post", "move", {"category": "there"}),
        ("post", "split", {"posts": [topic.posts.get(number=2).pk], "title": "Split off"}),
        ("post", "merge", {"into": other.pk}),
        ("put", "slow-mode", {"seconds": 5}),
    ):
        path = f"/api/forum/topics/{topic.pk}/{act}"
        assert getattr(as_api(), method)(path, body, format="json").status_code == 401, act
        assert getattr(as_api(boris), method)(path, body, format="json").status_code == 403, act
        absent = getattr(as_api(boris), method)(f"/api/forum/topics/999999/{act}", body, format="json")
        assert absent.status_code == 404
