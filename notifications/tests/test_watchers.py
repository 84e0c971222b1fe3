"""Watchers hear of the first post that they have not read, once; likes gather in one line; reading clears the inbox."""

from typing import Any

import pytest
from django.utils import timezone, translation

from community_platform.core.models import ChannelEvent
from courses.tests.factories import CourseFactory
from forum import services as forum
from forum.events import Liked, PostCreated, PostEdited
from forum.models import Category, Tag, Watch
from forum.services import comments
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from notifications import reactions
from notifications.models import Notification
from notifications.services import telling
from notifications.tasks import tell_watchers
from profiles.models import User
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000


@pytest.fixture
def live(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def told(**where: Any) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(**where).order_by("pk").values_list("user__username", "kind"))


def test_a_watcher_hears_of_the_first_post_and_no_more_until_it_was_read(
    anna: User, boris: User, live: Any, as_html: Any
) -> None:
    topic = TopicFactory()
    forum.mark_read(user=anna, topic=topic, number=1)
    forum.watch_topic(actor=anna, topic=topic, level="watching")
    with live():
        for _ in range(3):
            reply(topic, boris)
    assert told(user=anna) == [("anna", "watched_topic")]
    assert Notification.objects.get(user=anna).url == f"/forum/post/{topic.posts.get(number=2).pk}/"
    with live():
        as_html(anna).get(topic.get_absolute_url())
    assert Notification.objects.get(user=anna).read_at is not None
    with live():
        reply(topic, boris)
    assert told(user=anna) == [("anna", "watched_topic")] * 2


def test_the_author_hears_of_the_first_reply_too(anna: User, boris: User, live: Any) -> None:
    topic = TopicFactory(author=anna)
    with live():
        for _ in range(3):
            reply(topic, boris)
    assert told(user=anna) == [("anna", "topic_reply")]


def test_a_line_about_a_removed_post_keeps_nobody_from_hearing(anna: User, boris: User, live: Any) -> None:
    topic = TopicFactory(author=anna)
    with live():
        gone = reply(topic, boris)
    forum.delete_post(actor=boris, post=gone)
    with live():
        reply(topic, boris)
    assert told(user=anna) == [("anna", "topic_reply")] * 2


@pytest.mark.parametrize("what", ["category", "tag", "course"])
def test_a_new_topic_is_told_to_who_watches_its_shelf(anna: User, what: str, live: Any) -> None:
    shelf, course = CategoryFactory(), CourseFactory()
    tag = Tag.objects.create(name="python", slug="python")
    thing = {"category": shelf, "tag": tag, "course": course}[what]
    getattr(forum, f"watch_{what}")(actor=anna, **{what: thing}, level="watching")
    with live():
        topic = TopicFactory(category=shelf, tags=["python"], course=course.pk, title="How to begin?")
        TopicFactory(title="Elsewhere altogether")
    assert told(user=anna) == [("anna", "new_topic")]
    assert Notification.objects.get(user=anna).text == f"{topic.author.name} began “How to begin?”"
    with live():
        reply(topic)
    assert told(user=anna) == [("anna", "new_topic")]  # nothing was read yet


@pytest.mark.parametrize("level", ["tracking", "normal", "muted"])
def test_only_watching_is_told(anna: User, level: str, live: Any) -> None:
    topic = TopicFactory(author=anna)
    forum.watch_topic(actor=anna, topic=topic, level=level)
    with live():
        reply(topic)
    assert told(user=anna) == []


def test_of_a_muted_topic_only_mentions_are_told(anna: User, boris: User, live: Any) -> None:
    topic = TopicFactory()
    mine = forum.reply(actor=anna, topic=topic, content="My thoughts")
    forum.watch_topic(actor=anna, topic=topic, level="muted")
    with live():
        reply(topic, boris, "To you", reply_to=mine.pk)
    assert told(user=anna) == []
    with live():
        reply(topic, boris, "Hey @anna")
    assert told(user=anna) == [("anna", "mention")]


def test_who_is_addressed_is_not_told_again_as_a_watcher(anna: User, boris: User, live: Any) -> None:
    topic = TopicFactory(author=anna)
    with live():
        reply(topic, boris, "Hey @anna")
    assert told(user=anna) == [("anna", "mention")]


def test_nobody_hears_of_a_place_that_closed(anna: User, maxim: User) -> None:
    topic = TopicFactory(author=anna)
    forum.watch_topic(actor=maxim, topic=topic, level="watching")
    post = reply(topic)
    Category.objects.update(audience="staff")
    reactions.post_created(PostCreated(post_id=post.pk, topic_id=topic.pk, author_id=post.author_id))
    assert told() == [("maxim", "watched_topic")]


@pytest.mark.breaks_counters  # suspended without a penalty
def test_the_suspended_hear_nothing(anna: User, boris: User, live: Any) -> None:
    topic = TopicFactory(author=anna)
    later = timezone.now() + timezone.timedelta(days=1)
    User.objects.filter(pk=anna.pk).update(suspended_until=later)
    with live():
        reply(topic, boris, "Hey @anna")
    assert told(user=anna) == []


def test_many_watchers_are_told_in_chunks_and_once(
    anna: User, monkeypatch: Any, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(telling, "CHUNK", 4)
    monkeypatch.setattr("notifications.tasks.inbox.CHUNKS", 2)
    shelf = CategoryFactory()
    people = [UserFactory() for _ in range(19)]
    Watch.objects.bulk_create(Watch(user=person, category=shelf, level=3) for person in people)
    topic = TopicFactory(author=anna, category=shelf)
    body = topic.posts.get()
    for _ in range(2):
        tell_watchers(body.pk)
        assert Notification.objects.filter(kind="new_topic").count() == 19
    assert set(Notification.objects.values_list("user", flat=True)) == {person.pk for person in people}


def test_names_that_an_edit_adds_are_told_once(anna: User, boris: User, live: Any) -> None:
    topic = TopicFactory(author=anna)
    with live():
        post = reply(topic, boris, "Hello @anna")
    with live():
        forum.edit_post(actor=boris, post=post, content="Hello @anna and @maxim")
    before = told()
    event = PostEdited(post_id=post.pk, topic_id=topic.pk, editor_id=boris.pk, mentioned=("anna", "maxim"))
    for _ in range(2):
        reactions.post_edited(event)
    assert told() == before == [("anna", "mention")]


def test_a_name_that_an_edit_adds_is_told(anna: User, boris: User, maxim: User, live: Any) -> None:
    topic = TopicFactory(author=anna)
    post = reply(topic, boris, "Hello")
    with live():
        forum.edit_post(actor=boris, post=post, content="Hello @maxim")
    assert told(user=maxim) == [("maxim", "mention")]
    with live():
        forum.edit_topic(actor=anna, topic=topic, title=topic.title, content="Is @boris here?")
    assert told(user=boris) == [("boris", "mention")]
    assert Notification.objects.get(user=boris).url == topic.get_absolute_url()


def test_the_asker_hears_of_a_best_answer_that_somebody_else_chose(
    anna: User, boris: User, maxim: User, live: Any
) -> None:
    topic = TopicFactory(author=anna, kind="question")
    post = reply(topic, boris)
    with live():
        forum.accept_answer(actor=maxim, topic=topic, post=post.pk)
    assert told() == [("boris", "best_answer"), ("anna", "solved")]


def test_likes_gather_in_one_line_until_it_is_read(anna: User, live: Any) -> None:
    post = TopicFactory(author=anna, title="How to begin?").posts.get()
    people = [UserFactory(display_name=f"Person {n}") for n in range(4)]
    with live():
        for person in people[:3]:
            forum.like_post(actor=person, post=post)
    line = Notification.objects.get()
    assert (line.user, line.kind, line.count, line.actor) == (anna, "like", 3, people[2])
    assert line.text == "Person 2 and 2 other people like what you wrote in “How to begin?”"
    with translation.override("en"):
        assert Notification(kind="like", actor=people[0], subject="X", count=2).text.startswith(
            "Person 0 and 1 other person like"
        )
    reactions.liked(Liked(user_id=people[0].pk, author_id=anna.pk, post_id=post.pk))
    assert Notification.objects.get().count == 3
    assert ChannelEvent.objects.filter(type="notification:new").count() == 1
    with live():
        forum.unlike_post(actor=people[2], post=post)
    line.refresh_from_db()
    assert (line.count, line.actor) == (2, people[1])
    Notification.objects.update(read_at=timezone.now())
    with live():
        forum.like_post(actor=people[3], post=post)
    assert list(Notification.objects.order_by("pk").values_list("count", flat=True)) == [2, 1]
    with live():
        forum.unlike_post(actor=people[3], post=post)
    assert Notification.objects.count() == 1


def test_liked_comments_are_told_too(anna: User, boris: User, live: Any, as_api: Any) -> None:
    comment = comments.post_comment(actor=anna, target=CourseFactory(title="Sums"), content="Hm")
    with live():
        forum.like_comment(actor=boris, comment=comment)
    row = as_api(anna).get("/api/notifications").json()["results"][0]
    assert (row["kind"], row["count"], row["actors"][0]["username"]) == ("like", 1, "boris")
    assert row["text"] == "boris likes what you wrote in “Sums”"


def test_reading_a_page_clears_what_was_told_of_it(anna: User, boris: User, live: Any, as_html: Any) -> None:
    topic = TopicFactory(author=anna)
    with live():
        reply(topic, boris, "Hey @anna")
        for n in range(10):
            reply(topic, boris, f"Number {n}")
        reply(topic, boris, "And again @anna")
    assert told(user=anna, read_at=None) == [
        ("anna", "mention"),
        ("anna", "topic_reply"),
        ("anna", "mention"),
    ]
    client = as_html(anna)
    with live():
        page = client.get(f"{topic.get_absolute_url()}?page=2")
    # The mention on the second page was shown; the first page was not, so what addresses anna there waits.
    assert told(user=anna, read_at=None) == [("anna", "mention")]
    assert page.status_code == 200


def test_all_read_clears_what_is_told_to_watchers_and_keeps_what_addresses_them(
    anna: User, boris: User, live: Any
) -> None:
    first, second = TopicFactory(author=anna), TopicFactory(author=anna)
    with live():
        for topic in (first, second):
            reply(topic, boris)
        reply(first, boris, "Hey @anna")
    with live():
        forum.mark_all_read(actor=anna, category=first.category_id)
    assert told(user=anna, read_at=None) == [("anna", "topic_reply"), ("anna", "mention")]
    with live():
        forum.mark_topics_read(actor=anna, topics=[second.pk])
    assert told(user=anna, read_at=None) == [("anna", "mention")]
