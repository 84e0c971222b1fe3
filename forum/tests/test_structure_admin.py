"""Topics are moved, split and merged in the admin, through the services."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from forum.models import Topic
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
TOPICS, POSTS = "/admin/forum/topic/", "/admin/forum/post/"


@pytest.fixture
def browser(as_html: Callable[..., Client], make_user: Any) -> Client:
    person: User = make_user("mona", role="moderator", is_staff=True)
    return as_html(person)


def act(browser: Client, path: str, action: str, *rows: Any, **fields: Any) -> str:
    sent = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    return str(browser.post(path, sent, follow=True).content.decode())


def test_topics_are_moved_pinned_and_slowed_down(browser: Client) -> None:
    topics, there = [TopicFactory(), TopicFactory()], CategoryFactory()
    assert "Choose the category" in act(browser, TOPICS, "move", *topics)
    assert "2 done." in act(browser, TOPICS, "move", *topics, category=there.pk)
    assert "2 done." in act(browser, TOPICS, "pin_for_a_week", *topics)
    assert "2 done." in act(browser, TOPICS, "slow_down", *topics)
    rows = Topic.objects.values_list("category", "is_pinned", "slow_mode_seconds").distinct()
    assert list(rows) == [(there.pk, True, 300)]
    assert Topic.objects.filter(pinned_until=None).count() == 0
    act(browser, TOPICS, "end_slow_mode", *topics)
    assert Topic.objects.filter(slow_mode_seconds=0).count() == 2


def test_topics_are_locked_with_a_reason(browser: Client) -> None:
    topics = [TopicFactory(), TopicFactory()]
    assert "2 done." in act(browser, TOPICS, "lock", *topics, reason="Enough was said")
    assert set(Topic.objects.values_list("is_locked", "lock_reason")) == {(True, "Enough was said")}
    assert "at most 200 characters" in act(browser, TOPICS, "lock", topics[0], reason="x" * 201)
    act(browser, TOPICS, "unlock", *topics)
    assert set(Topic.objects.values_list("is_locked", "lock_reason")) == {(False, "")}


def test_topics_are_merged_into_the_oldest(browser: Client) -> None:
    topics = [TopicFactory() for _ in range(3)]
    assert "2 done." in act(browser, TOPICS, "merge", *topics)
    assert list(Topic.objects.order_by("pk").values_list("merged_into", flat=True)) == [
        None,
        *[topics[0].pk] * 2,
    ]
    assert "1 done." not in act(browser, TOPICS, "restore", topics[1])


def test_replies_are_split_off(browser: Client) -> None:
    topic = TopicFactory()
    posts = [reply(topic), reply(topic)]
    assert "Split off" in act(browser, POSTS, "split", *posts, title="A talk of its own")
    assert Topic.objects.get(title="A talk of its own").replies_count == 1
    assert "not in this topic" in act(
        browser, POSTS, "split", posts[0], reply(TopicFactory()), title="Another one"
    )
