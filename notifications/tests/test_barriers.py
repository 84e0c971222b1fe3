"""Blocking and ignoring in what people are told: every kind of notification, past ones, the socket."""

from typing import Any

import pytest

from community_platform.core.models import ChannelEvent
from courses.tests.factories import CourseFactory
from forum import services as forum
from forum.services import comments
from forum.tests.factories import CategoryFactory
from notifications import catalogue
from notifications.models import Notification
from notifications.services.inbox import notify
from profiles import privacy
from profiles.services import graph

pytestmark = pytest.mark.django_db
# Who puts what between listener (anna) and writer (boris), and whether anna hears boris then.
BARRIERS = [
    ("anna", "ignore", False), ("anna", "block", False), ("boris", "block", False), ("boris", "ignore", True),
    ("", "", True),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000


@pytest.fixture
def live(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def put(people: dict[str, Any], whose: str, kind: str) -> None:
    if whose:
        other = next(person for name, person in people.items() if name != whose)
        graph.block(actor=people[whose], person=other, kind=kind)


def kinds(person: Any) -> set[str]:
    return set(Notification.objects.filter(user=person).values_list("kind", flat=True))


def pushed(person: Any) -> set[str]:
    return set(ChannelEvent.objects.filter(channel=f"user.{person.pk}").values_list("type", flat=True))


@pytest.mark.parametrize(("whose", "kind", "hears"), BARRIERS)
def test_every_kind_is_kept_quiet(
    anna: Any, boris: Any, irina: Any, live: Any, whose: str, kind: str, hears: bool
) -> None:
    shelf, course = CategoryFactory(), CourseFactory(instructor=irina)
    with live():
        topic = forum.create_topic(actor=anna, category=shelf.pk, title="A long talk", content="I begin with words.")
        other = forum.create_topic(actor=irina, category=shelf.pk, title="Another talk", content="Words to be seen.")
        post = forum.reply(actor=anna, topic=other, content="I say something here.")
        comment = comments.post_comment(actor=anna, target=course, content="What is this about?")
        forum.watch_topic(actor=anna, topic=other, level="watching")
    put({"anna": anna, "boris": boris}, whose, kind)
    Notification.objects.all().delete()
    ChannelEvent.objects.all().delete()
    with live():
        forum.reply(actor=boris, topic=topic, content="A reply in your topic.")
        forum.reply(actor=boris, topic=other, content="A reply to your post.", reply_to=post.pk)
        forum.create_topic(actor=boris, category=shelf.pk, title="With a name", content="Hello @anna, read this.")
        comments.reply(actor=boris, comment=comment, content="A reply to your comment.")
        forum.like_post(actor=boris, post=post)
    expected = {"topic_reply", "post_reply", "mention", "comment_reply", "like"} if hears else set()
    assert kinds(anna) == expected
    assert pushed(anna) == ({"notification:new", "comment:new_reply"} if hears else set())


def test_past_lines_go_when_somebody_is_ignored_and_come_back(
    anna: Any, boris: Any, live: Any, as_api: Any, as_html: Any
) -> None:
    with live():
        topic = forum.create_topic(
            actor=anna, category=CategoryFactory().pk, title="A long talk", content="I begin with words."
        )
        forum.reply(actor=boris, topic=topic, content="A reply in your topic.")
    client = as_api(anna)
    assert len(client.get("/api/notifications").json()["results"]) == 1
    graph.block(actor=anna, person=boris, kind="ignore")
    assert client.get("/api/notifications").json()["results"] == []
    assert client.get("/api/auth/me").json()["unread"]["notifications"] == 0
    assert "boris" not in as_html(anna).get("/notifications/").content.decode()
    graph.unblock(actor=anna, person=boris)
    assert len(client.get("/api/notifications").json()["results"]) == 1


def test_a_line_of_likes_does_not_count_who_is_not_heard(anna: Any, boris: Any, make_user: Any, live: Any) -> None:
    chen, dana = make_user("chen"), make_user("dana")
    graph.block(actor=anna, person=boris, kind="ignore")
    with live():
        topic = forum.create_topic(
            actor=anna, category=CategoryFactory().pk, title="A long talk", content="I begin with words."
        )
    for person in (chen, boris, dana):
        with live():
            forum.like_post(actor=person, post=topic.posts.get())
    line = Notification.objects.get(user=anna)
    assert (line.count, line.actor_id) == (2, dana.pk)


def test_messages_ask_one_question(anna: Any, boris: Any, make_user: Any, django_assert_num_queries: Any) -> None:
    chen, dana = make_user("chen"), make_user("dana")
    graph.block(actor=anna, person=boris)
    graph.block(actor=chen, person=anna)
    graph.block(actor=dana, person=anna, kind="ignore")
    with django_assert_num_queries(1):
        assert privacy.may_write_to(anna, {boris.pk, chen.pk, dana.pk}) == {dana.pk}
    assert privacy.may_write_to(boris, [anna.pk, chen.pk]) == {chen.pk}
    assert not privacy.hears(dana.pk, anna.pk)


def test_what_the_site_says_everybody_hears(anna: Any, boris: Any) -> None:
    graph.block(actor=anna, person=boris)
    told = notify(
        user_ids=[anna.pk, boris.pk], kind=catalogue.PENALTY, actor_id=None, subject="For the test", url="/", key="k"
    )
    assert told == sorted([anna.pk, boris.pk])
