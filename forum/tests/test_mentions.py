"""Whom a writer is offered after an @."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
Api = Callable[..., APIClient]


def names(client: APIClient, query: str) -> list[str]:
    answer = client.get(f"/api/forum/mentions?{query}")
    assert answer.status_code == 200, answer.content
    return [person["username"] for person in answer.json()["results"]]


def test_people_of_the_topic_come_first_then_others_by_name(
    as_api: Api, anna: User, make_user: Callable[..., User]
) -> None:
    here, there = make_user("marta"), make_user("maria")
    make_user("sasha", display_name="Mara Long")
    topic = TopicFactory(author=anna)
    reply(topic, here)
    client = as_api(anna)
    assert names(client, f"q=mar&topic={topic.pk}") == ["marta", "maria", "sasha"]
    assert names(client, "q=@MAR") == ["maria", "marta", "sasha"]
    assert names(client, f"q=&topic={topic.pk}") == ["marta"]
    assert names(client, "q=") == []
    User.objects.filter(pk=there.pk).update(is_active=False)
    assert names(client, "q=mar") == ["marta", "sasha"]


def test_a_hidden_topic_tells_nothing_of_who_writes_there(
    as_api: Api, anna: User, maxim: User, boris: User
) -> None:
    topic = TopicFactory(author=maxim, category=CategoryFactory(audience="staff"))
    assert names(as_api(anna), f"q=&topic={topic.pk}") == []


@pytest.mark.parametrize(
    "query", ["q=%25_", "q=%F0%9F%90%8D", "q=a&topic=x", "q=a&topic=99999999999999999999", "topic=0"]
)
def test_odd_questions_find_nothing_and_break_nothing(as_api: Api, anna: User, query: str) -> None:
    assert names(as_api(anna), query) in ([], ["anna"])


def test_visitors_are_not_told_names(as_api: Api) -> None:
    assert as_api().get("/api/forum/mentions?q=a").status_code == 401
