"""Replies, likes and reading through their services."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from community_platform.core.models import ChannelEvent
from forum import services
from forum.events import PostCreated
from forum.models import Category, Like, Post, Topic, TopicRead
from forum.tests.factories import TopicFactory, reply
from forum.tests.test_services_topics import BAD_TEXTS
from profiles.models import User

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_replies_are_numbered_and_counted(anna: User, boris: User) -> None:
    topic = TopicFactory(author=anna)
    numbers = [reply(topic, boris, f"Answer {n}").number for n in range(3)]
    topic.refresh_from_db()
    assert numbers == [2, 3, 4]
    assert (topic.replies_count, topic.last_post_author) == (3, boris)
    assert Category.objects.get().posts_count == 4


def test_a_reply_is_told_on_the_topic_channel(anna: User, boris: User) -> None:
    topic = TopicFactory(author=anna)
    post = reply(topic, boris)
    event = ChannelEvent.objects.get()
    assert (event.channel, event.type) == (f"topic.{topic.pk}", "topic:new_post")
    assert event.data["author"]["username"] == "boris"
    assert {key: event.data[key] for key in ("post_id", "number", "replies_count")} == {
        "post_id": post.pk,
        "number": 2,
        "replies_count": 1,
    }


@pytest.mark.django_db(transaction=True)
def test_mentions_link_to_profiles_and_travel_with_the_event(anna: User, boris: User, hear: Any) -> None:
    heard = hear(PostCreated)
    post = reply(TopicFactory(author=anna), boris, "Thank you @ANNA, not @nobody and not `@boris`.")
    assert '<a class="mention" href="/profile/anna/">@ANNA</a>' in post.content_html
    assert [event.mentioned for event in heard] == [("anna",)]


@pytest.mark.parametrize("content", BAD_TEXTS)
def test_a_bad_reply_is_refused_on_its_field(anna: User, content: str) -> None:
    topic = TopicFactory()
    with pytest.raises(Invalid) as refused:
        reply(topic, anna, content)
    assert refused.value.field == "content"


def test_twenty_thousand_characters_are_allowed(anna: User) -> None:
    assert len(reply(TopicFactory(), anna, "x" * 20_000).content) == 20_000


def test_a_locked_topic_takes_no_replies_but_a_moderators(anna: User, maxim: User) -> None:
    topic = TopicFactory()
    services.lock_topic(actor=maxim, topic=topic, is_locked=True, reason="Solved long ago")
    # The caller's copy still says "open": the state is checked on the locked row.
    with pytest.raises(Conflict) as refused:
        reply(topic, anna)
    assert refused.value.code == "topic_locked"
    assert "Solved long ago" in refused.value.message
    assert reply(topic, maxim).number == 2


def test_a_reply_answers_only_a_visible_post_of_its_topic(anna: User, boris: User) -> None:
    topic = TopicFactory()
    here, elsewhere = reply(topic, boris), reply(TopicFactory())
    assert reply(topic, anna, reply_to=here.pk).reply_to == here
    for pk in (elsewhere.pk, 10**30, -1, 0):
        with pytest.raises(Invalid) as refused:
            reply(topic, anna, reply_to=pk)
        assert refused.value.field == "reply_to"
    services.delete_post(actor=boris, post=here)
    with pytest.raises(Invalid):
        reply(topic, anna, reply_to=here.pk)


def test_nobody_replies_in_a_deleted_topic(anna: User, maxim: User) -> None:
    topic = TopicFactory()
    services.delete_topic(actor=maxim, topic=topic)
    topic.deleted_at = None  # as a page read a moment ago has it
    with pytest.raises(NotFound):
        reply(topic, anna)


def test_editing_a_post_marks_it_and_a_stale_edit_is_refused(anna: User) -> None:
    post = reply(TopicFactory(), anna)
    assert services.edit_post(actor=anna, post=post, content="Better.", expected_revision=0).is_edited
    with pytest.raises(Stale):
        services.edit_post(actor=anna, post=post, content="Best.", expected_revision=0)


def test_editing_the_body_makes_the_topic_stale_too(anna: User) -> None:
    topic = TopicFactory(author=anna)
    services.edit_post(actor=anna, post=topic.posts.get(), content="Other words.")
    with pytest.raises(Stale):
        services.edit_topic(actor=anna, topic=topic, title="Another title", content="Same", expected_revision=0)


def test_deleting_the_newest_reply_turns_the_clock_back(anna: User, maxim: User) -> None:
    topic = TopicFactory()
    first, second = reply(topic, anna), reply(topic, anna, "Again.")
    services.delete_post(actor=anna, post=second)
    services.delete_post(actor=maxim, post=second)
    topic.refresh_from_db()
    assert (topic.replies_count, topic.last_post_at) == (1, first.created_at)
    services.restore_post(actor=maxim, post=second)
    topic.refresh_from_db()
    assert (topic.replies_count, topic.last_post_at) == (2, second.created_at)


def test_a_number_is_never_given_twice(anna: User) -> None:
    topic = TopicFactory()
    services.delete_post(actor=anna, post=reply(topic, anna))
    assert reply(topic, anna).number == 3


def test_the_body_is_not_deleted_alone(anna: User) -> None:
    topic = TopicFactory(author=anna)
    with pytest.raises(Conflict) as refused:
        services.delete_post(actor=anna, post=topic.posts.get())
    assert refused.value.code == "body"


def test_a_like_counts_once_and_goes_once(anna: User, boris: User) -> None:
    topic = TopicFactory(author=anna)
    body = topic.posts.get()
    assert [services.like_post(actor=boris, post=body) for _ in range(2)] == [1, 1]
    topic.refresh_from_db()
    assert (topic.likes_count, Like.objects.count()) == (1, 1)
    assert [services.unlike_post(actor=boris, post=body) for _ in range(2)] == [0, 0]
    topic.refresh_from_db()
    assert (topic.likes_count, Like.objects.count()) == (0, 0)


def test_nobody_likes_their_own_words(anna: User) -> None:
    with pytest.raises(NotAllowed) as refused:
        services.like_post(actor=anna, post=TopicFactory(author=anna).posts.get())
    assert refused.value.code == "own_content"


def test_reading_never_goes_back(anna: User) -> None:
    topic = TopicFactory()
    for n in range(3):
        reply(topic, content=f"Answer {n}")
    topic.refresh_from_db()
    for number, expected in ((3, 3), (2, 3), (4, 4)):
        services.mark_read(user=anna, topic=topic, number=number)
        assert TopicRead.objects.get(user=anna).last_read_number == expected


def test_a_visitor_is_counted_once_a_day(anna: User) -> None:
    topic = TopicFactory()
    assert [services.count_visit(topic=topic, visitor="user:1", day=TODAY) for _ in range(2)] == [True, False]
    assert services.count_visit(topic=topic, visitor="user:1", day=TODAY + timedelta(days=1))
    assert services.count_visit(topic=topic, visitor="user:2", day=TODAY)
    assert Topic.objects.get().views_count == 3


def test_a_failed_reply_leaves_nothing_behind(anna: User) -> None:
    topic = TopicFactory()
    with transaction.atomic():
        reply(topic, anna)
        transaction.set_rollback(True)
    assert Post.objects.count() == 1
    assert not ChannelEvent.objects.exists()
