"""Level and reputation beside the names of authors: one query a page, and only what the reader may see."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.tests.factories import CourseFactory
from forum.models import Topic
from forum.services.comments import post_comment
from forum.tests.factories import TopicFactory, reply
from gamification.models import Bucket, GamificationPreference
from gamification.selectors import points
from gamification.services import ledger, preferences
from profiles.models import Block, BlockKind, User
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def earn(user: User, *amounts: int, reason: str = "like_received") -> None:
    for n, amount in enumerate(amounts):
        ledger.pay(
            user_id=user.pk, amount=amount, bucket=Bucket.COMMUNITY, reason=reason, key=f"{reason}:{user.pk}:{n}",
            occurred_at=user.date_joined,
        )  # fmt: skip


def test_reputation_is_what_others_gave_and_never_below_none() -> None:
    liked, taken, new = UserFactory.create_batch(3)
    earn(liked, 2, 2)
    earn(liked, 25, reason="best_answer_received")
    earn(liked, 1000, reason="lesson_completed")
    earn(taken, 2, -4)
    found = points.flairs(VISITOR, [liked.pk, taken.pk, new.pk])
    assert found == {
        liked.pk: points.Flair(5, 29), taken.pk: points.Flair(1, 0), new.pk: points.Flair(1, 0),
    }  # fmt: skip


def hidden(author: User, reader: User, how: str) -> None:
    if how == "blocks":
        Block.objects.create(user=author, other=reader, kind=BlockKind.BLOCK)
    elif how == "plays not":
        preferences.set_preferences(actor=author, account=author, is_on=False)
    else:
        User.objects.filter(pk=author.pk).update(**{how: False})


@pytest.mark.parametrize("how", ["is_profile_public", "show_badges", "is_active", "blocks", "plays not"])
def test_who_hides_it_shows_no_level(how: str) -> None:
    author, reader = UserFactory.create_batch(2)
    assert author.pk in points.flairs(reader, [author.pk])
    hidden(author, reader, how)
    assert points.flairs(reader, [author.pk]) == {}


@pytest.fixture
def long_talk(db: None) -> Topic:
    """A page of a topic by ten people."""
    topic = TopicFactory()
    for person in UserFactory.create_batch(9):
        earn(person, 120)
        reply(topic, person)
    return topic


def test_a_page_of_posts_asks_once_and_obeys_both_switches(
    long_talk: Topic, anna: User, admin: User, client: Client
) -> None:
    client.force_login(anna)
    path = long_talk.get_absolute_url()
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(path).content.decode()
    assert page.count('class="level"') == 10
    assert page.count('class="reputation"') == 9
    assert sum("best_answer_received" in query["sql"] for query in captured) == 1
    preferences.set_preferences(actor=anna, account=anna, is_on=False)
    cache.clear()  # what would be forgotten after commit
    assert 'class="level"' not in client.get(path).content.decode()
    GamificationPreference.objects.all().delete()
    cache.clear()
    preferences.set_switch(actor=admin, is_on=False)
    cache.clear()
    assert 'class="level"' not in client.get(path).content.decode()


def test_comments_show_it_too(anna: User, client: Client) -> None:
    earn(anna, 120)
    course: Any = CourseFactory()
    post_comment(actor=anna, target=course, content="Is there a book for it?")
    page = client.get(course.get_absolute_url()).content.decode()
    assert 'class="level"' in page
    assert 'class="reputation"' in page
