"""The forum in the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forum.models import Category, Topic
from forum.tests.factories import TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
PAGES = ("category", "tag", "topic", "post")


@pytest.fixture
def staff(maxim: User) -> User:
    User.objects.filter(pk=maxim.pk).update(is_staff=True)
    return maxim


def test_moderators_see_the_forum_and_students_do_not(as_html: Html, staff: User, anna: User) -> None:
    TopicFactory(tags=["python"])
    for name in PAGES:
        assert as_html(staff).get(f"/admin/forum/{name}/").status_code == 200, name
        assert as_html(anna).get(f"/admin/forum/{name}/").status_code != 200, name


def test_actions_go_through_the_services(as_html: Html, staff: User) -> None:
    topic = TopicFactory()
    body = topic.posts.get()
    client = as_html(staff)

    def act(model: str, action: str, pk: int) -> Any:
        return client.post(f"/admin/forum/{model}/", {"action": action, "_selected_action": [pk]}, follow=True)

    act("topic", "pin", topic.pk)
    act("topic", "lock", topic.pk)
    act("topic", "remove", topic.pk)
    topic.refresh_from_db()
    assert (topic.is_pinned, topic.is_locked, topic.is_deleted, topic.deleted_by) == (True, True, True, staff)
    assert Category.objects.get().topics_count == 0
    act("topic", "restore", topic.pk)
    assert not Topic.objects.get().is_deleted
    act("post", "remove", body.pk)
    body.refresh_from_db()
    assert not body.is_deleted


def test_editing_a_category_leaves_its_counters_alone(as_html: Html, staff: User) -> None:
    shelf = TopicFactory().category
    words = {"name": "Renamed", "slug": "renamed", "description": "", "icon": "star", "order_index": 3}
    words |= {"audience": "everyone", "min_trust_level": 0, "slow_mode_seconds": 0}
    assert as_html(staff).post(f"/admin/forum/category/{shelf.pk}/change/", words).status_code == 302
    shelf.refresh_from_db()
    assert (shelf.name, shelf.topics_count) == ("Renamed", 1)


def test_lists_cost_the_same_at_3_and_30_rows(as_html: Html, staff: User) -> None:
    client = as_html(staff)
    counts = []
    for size in (3, 27):
        for _ in range(size):
            reply(TopicFactory())
        row = []
        for name in ("topic", "post"):
            client.get(f"/admin/forum/{name}/")
            with CaptureQueriesContext(connection) as asked:
                client.get(f"/admin/forum/{name}/")
            row.append(len(asked))
        counts.append(row)
    assert counts[0] == counts[1]
