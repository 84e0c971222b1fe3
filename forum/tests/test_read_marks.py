"""Marking as read: topics, a category, all of it; what looking at a page marks, and the jump to what is new."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community_platform.core.errors import Invalid, NotSignedIn
from forum import services
from forum.limits import READ_AT_ONCE, UNREAD_HORIZON_DAYS
from forum.models import Category, ReadMark, Topic, TopicRead
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=UNREAD_HORIZON_DAYS + 1)


def test_mark_all_read_leaves_what_comes_after_the_list_was_shown(
    anna: User, followed: Topic, seen: Any, as_html: Any
) -> None:
    client = as_html(anna)
    other = TopicFactory(author=anna)
    shown = client.get("/forum/?tab=unread").context["shown_at"]
    reply(other)
    assert (
        client.post("/forum/read/", {"what": "all", "until": shown, "tab": "unread"})["Location"]
        == "/forum/?tab=unread"
    )
    assert seen(anna) == [other.pk]
    client.post("/forum/read/", {"what": "all"})
    assert seen(anna) == []
    reply(followed)
    assert seen(anna) == [followed.pk]


def test_marks_never_go_back_and_never_into_the_future(anna: User) -> None:
    now = timezone.now()
    services.mark_all_read(actor=anna, until=now + timedelta(days=1))
    first = ReadMark.objects.get().read_at
    assert now <= first < now + timedelta(minutes=1)
    services.mark_all_read(actor=anna, until=now - timedelta(days=1))
    assert ReadMark.objects.get().read_at == first


def test_a_category_is_marked_alone(anna: User, followed: Topic, seen: Any, as_html: Any) -> None:
    other = TopicFactory(author=anna)
    reply(other)
    assert seen(anna) == [other.pk, followed.pk]
    answer = as_html(anna).post("/forum/read/", {"what": "all", "category": other.category.slug})
    assert answer["Location"] == f"/forum/{other.category.slug}/?tab=unread"
    assert seen(anna) == [followed.pk]
    reply(other)
    assert seen(anna) == [other.pk, followed.pk]


def test_ticked_topics_are_marked_to_their_ends(anna: User, followed: Topic, seen: Any, as_html: Any) -> None:
    other = TopicFactory(author=anna)
    reply(other)
    as_html(anna).post("/forum/read/", {"what": "selected", "topics": [followed.pk]})
    assert seen(anna) == [other.pk]
    assert TopicRead.objects.get(user=anna, topic=followed).last_read_number == 2
    as_html(anna).post("/forum/read/", {"what": "selected"})
    assert seen(anna) == [other.pk]


def test_the_api_marks_and_answers_the_badge(anna: User, followed: Topic, seen: Any, as_api: Any) -> None:
    client = as_api(anna)
    other = TopicFactory(author=anna)
    reply(other)
    assert client.post("/api/forum/read", {"topics": [followed.pk]}, format="json").json() == {
        "unread_count": 1
    }
    body = {"category": other.category.slug}
    assert client.post("/api/forum/read", body, format="json").json() == {"unread_count": 0}
    reply(other)
    shown = timezone.now().isoformat()
    reply(followed)
    assert client.post("/api/forum/read", {"until": shown}, format="json").json() == {"unread_count": 1}
    assert seen(anna) == [followed.pk]
    assert client.post("/api/forum/read", {}, format="json").json() == {"unread_count": 0}


def test_the_api_refuses_what_it_does_not_know(anna: User, as_api: Any) -> None:
    hidden = TopicFactory(category=CategoryFactory(slug="attic"))
    Category.objects.filter(slug="attic").update(audience="staff")
    client = as_api(anna)
    for body, field in (
        ({"topics": [hidden.pk]}, "topics"),
        ({"topics": [2**70]}, "topics"),
        ({"topics": ["x"]}, "topics"),
        ({"topics": list(range(1, READ_AT_ONCE + 2))}, "topics"),
        ({"category": "attic"}, "category"),
        ({"category": 2**70}, "category"),
        ({"until": "yesterday"}, "until"),
    ):
        answer = client.post("/api/forum/read", body, format="json")
        assert answer.status_code == 400, body
        assert answer.json()["errors"][0]["field"].startswith(field), body
    assert as_api().post("/api/forum/read", {}, format="json").status_code == 401
    assert client.get("/api/forum/topics?filter=nothing").json()["errors"][0]["field"] == "filter"
    assert as_api().get("/api/forum/topics?filter=unread").status_code == 401
    assert as_api().get("/api/forum/topics").status_code == 200
    assert not TopicRead.objects.filter(user=anna).exists()


def test_services_refuse_visitors_and_unknown_topics(anna: User) -> None:
    from django.contrib.auth.models import AnonymousUser

    for act in (services.mark_all_read, services.mark_topics_read):
        with pytest.raises(NotSignedIn):
            act(actor=AnonymousUser(), **({"topics": []} if act is services.mark_topics_read else {}))
    with pytest.raises(Invalid) as refused:
        services.mark_topics_read(actor=anna, topics=[0])
    assert "topics" in refused.value.fields


def test_the_jump_leads_to_the_first_post_that_was_not_shown(anna: User, as_html: Any, as_api: Any) -> None:
    topic = TopicFactory()
    posts = [reply(topic, content=f"Answer {n}") for n in range(14)]
    services.mark_read(user=anna, topic=topic, number=11)
    services.delete_post(actor=posts[10].author, post=posts[10])
    client = as_html(anna)
    row = client.get("/forum/?tab=unread").content.decode()
    assert f'href="{topic.get_absolute_url()}?unread"' in row
    assert "3 new" in row
    at = client.get(f"{topic.get_absolute_url()}?unread")
    assert at["Location"] == f"{topic.get_absolute_url()}?page=2#post-13"
    assert TopicRead.objects.get(user=anna).last_read_number == 11
    client.get(at["Location"])
    assert client.get(f"{topic.get_absolute_url()}?unread")["Location"].endswith("?page=2#post-15")
    assert as_html().get(f"{topic.get_absolute_url()}?unread").status_code == 200


def test_what_a_browser_fetches_ahead_is_not_read(anna: User, followed: Topic, as_html: Any) -> None:
    client = as_html(anna)
    client.get(followed.get_absolute_url(), headers={"Sec-Purpose": "prefetch;prerender"})
    client.head(followed.get_absolute_url())
    assert TopicRead.objects.get(user=anna).last_read_number == 1
