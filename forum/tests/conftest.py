"""Forum tests write faster than people may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from forum import services
from forum.models import Topic
from forum.selectors import topics as selectors
from forum.tests.factories import TopicFactory, reply
from profiles.models import User


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 10_000


@pytest.fixture
def seen(as_html: Callable[..., Client], as_api: Callable[..., APIClient]) -> Callable[..., list[int]]:
    """Return what is unread (or in another tab) for a person, once it is sure that every place says the same."""

    def ask(user: User, tab: str = "unread", **where: Any) -> list[int]:
        rows = [topic.pk for topic in selectors.tab(user, tab)]
        listed = as_api(user).get(f"/api/forum/topics?filter={tab}").json()
        assert [row["id"] for row in listed["results"]] == rows
        assert listed["count"] == len(rows)
        page = as_html(user).get(f"/forum/?tab={tab}")
        assert [topic.pk for topic in page.context["page"]] == rows
        if tab == "unread":
            assert as_api(user).get("/api/auth/me").json()["unread"]["topics"] == len(rows)
            assert [row["is_unread"] for row in listed["results"]] == [True] * len(rows)
            assert [one.count for one in page.context["tabs"] if one.name == "unread"] == [len(rows) or ""]
            dots = [topic.pk for topic in selectors.tab(user, "latest") if topic.unread]
            assert sorted(dots) == sorted(rows)
            home = as_html(user).get("/")
            assert [topic.pk for topic in home.context["unread_topics"]] == rows
        return rows

    return ask


@pytest.fixture
def followed(anna: User) -> Topic:
    """Return a topic that anna has read and in which somebody has written since."""
    topic = TopicFactory()
    services.mark_read(user=anna, topic=topic, number=1)
    reply(topic)
    return Topic.objects.get(pk=topic.pk)
