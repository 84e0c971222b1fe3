"""Topics through their services."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotSignedIn, Stale, TooFast
from forum import services
from forum.models import Category, Post, Tag, Topic
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db


def edit(actor: User, topic: Topic, **changes: Any) -> Topic:
    """Edit with the words that are there, but for the changes."""
    words = {"title": topic.title, "content": topic.posts.get(number=1).content}
    return services.edit_topic(actor=actor, topic=topic, **(words | changes))


BAD_TEXTS = ["", "   ", "\u200b\u200b\u200b", "a\x00b", "a\ud800b", "x" * 20_001]


def test_a_topic_has_its_body_as_post_number_one(anna: User) -> None:
    topic = TopicFactory(author=anna, content="**Bold** move")
    body = topic.posts.get()
    assert (body.number, body.author, body.content) == (1, anna, "**Bold** move")
    assert "<strong>Bold</strong>" in body.content_html
    assert (topic.last_post_number, topic.replies_count) == (1, 0)


def test_starting_a_topic_moves_the_counters_of_category_and_tags(anna: User) -> None:
    shelf = CategoryFactory()
    TopicFactory(author=anna, category=shelf, tags=["Python", "python", "C++"])
    shelf.refresh_from_db()
    assert (shelf.topics_count, shelf.posts_count) == (1, 1)
    assert dict(Tag.objects.values_list("slug", "topics_count")) == {"python": 1, "cplusplus": 1}


@pytest.mark.parametrize("content", BAD_TEXTS)
def test_a_body_that_cannot_be_read_or_stored_is_refused_on_its_field(anna: User, content: str) -> None:
    with pytest.raises(Invalid) as refused:
        TopicFactory(author=anna, content=content)
    assert refused.value.field == "content"
    assert Topic.objects.count() == 0


@pytest.mark.parametrize("title", ["", "abcd", "\u200b" * 10, "x" * 151, "with \x00 nul"])
def test_a_bad_title_is_refused_on_its_field(anna: User, title: str) -> None:
    with pytest.raises(Invalid) as refused:
        TopicFactory(author=anna, title=title)
    assert refused.value.field == "title"


@pytest.mark.parametrize("tags", [["a"], ["x" * 25], ["!!"], list("abcdef"), ["aa", "bb", "cc", "dd", "ee", "ff"]])
def test_bad_tags_are_refused_on_their_field(anna: User, tags: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        TopicFactory(author=anna, tags=tags)
    assert refused.value.field == "tags"


def test_only_staff_starts_topics_where_only_staff_may(anna: User, maxim: User) -> None:
    shelf = CategoryFactory(staff_only_topics=True)
    with pytest.raises(NotAllowed):
        TopicFactory(author=anna, category=shelf)
    assert TopicFactory(author=maxim, category=shelf).pk


def test_only_moderators_announce(anna: User) -> None:
    with pytest.raises(Invalid) as refused:
        TopicFactory(author=anna, kind="announcement")
    assert refused.value.field == "kind"


def test_a_hidden_or_unknown_category_is_an_error_of_the_field(anna: User) -> None:
    hidden = CategoryFactory(audience="staff")
    for key in (hidden.pk, hidden.slug, 10**30, "nowhere"):
        with pytest.raises(Invalid) as refused:
            services.create_topic(actor=anna, category=key, title="A fine title", content="Some text")
        assert refused.value.field == "category"


def test_visitors_start_nothing() -> None:
    with pytest.raises(NotSignedIn):
        TopicFactory(author=AnonymousUser())


def test_the_fourth_topic_in_a_minute_is_too_fast(anna: User, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1
    for _ in range(3):
        TopicFactory(author=anna)
    with pytest.raises(TooFast) as refused:
        TopicFactory(author=anna)
    assert refused.value.retry_after


def test_moving_a_topic_takes_its_counters_along(anna: User, boris: User) -> None:
    topic = TopicFactory(author=anna)
    reply(topic, boris)
    there = CategoryFactory()
    edit(anna, topic, category=there.pk)
    assert [tuple(row) for row in Category.objects.order_by("pk").values_list("topics_count", "posts_count")] == [
        (0, 0),
        (1, 2),
    ]


def test_editing_marks_the_topic_and_moves_its_revision(anna: User) -> None:
    topic = TopicFactory(author=anna, tags=["first"])
    topic = services.edit_topic(
        actor=anna, topic=topic, title="Another title", content="Another text", tags=["second"], expected_revision=0
    )
    assert (topic.title, topic.revision, topic.is_edited) == ("Another title", 1, True)
    assert topic.posts.get().content == "Another text"
    assert dict(Tag.objects.values_list("slug", "topics_count")) == {"first": 0, "second": 1}


def test_an_edit_that_changes_nothing_leaves_no_mark(anna: User) -> None:
    topic = TopicFactory(author=anna)
    same = services.edit_topic(actor=anna, topic=topic, title=topic.title, content=topic.posts.get().content, tags=[])
    assert not same.is_edited


def test_a_stale_edit_is_refused(anna: User) -> None:
    topic = TopicFactory(author=anna)
    edit(anna, topic, title="First edit", expected_revision=0)
    with pytest.raises(Stale):
        edit(anna, topic, title="Second edit", expected_revision=0)


def test_strangers_neither_edit_nor_delete(anna: User, boris: User) -> None:
    topic = TopicFactory(author=anna)
    with pytest.raises(NotAllowed):
        edit(boris, topic, title="Mine now")
    with pytest.raises(NotAllowed):
        services.delete_topic(actor=boris, topic=topic)


def test_deleting_twice_counts_once_and_restoring_brings_all_back(anna: User, maxim: User) -> None:
    topic = TopicFactory(author=anna, tags=["python"])
    reply(topic)
    services.delete_topic(actor=maxim, topic=topic)
    services.delete_topic(actor=maxim, topic=topic)
    assert Category.objects.values_list("topics_count", "posts_count").get() == (0, 0)
    assert Tag.objects.get().topics_count == 0
    assert not Topic.objects.visible_to(anna).exists()
    assert not Post.objects.visible_to(anna).exists()
    services.restore_topic(actor=maxim, topic=topic)
    assert Category.objects.values_list("topics_count", "posts_count").get() == (1, 2)


def test_pin_and_lock_are_for_moderators_and_the_course_teacher(anna: User, maxim: User) -> None:
    topic = TopicFactory(author=anna)
    with pytest.raises(NotAllowed):
        services.pin_topic(actor=anna, topic=topic, is_pinned=True)
    with pytest.raises(NotAllowed):
        services.lock_topic(actor=anna, topic=topic, is_locked=True)
    assert services.pin_topic(actor=maxim, topic=topic, is_pinned=True).is_pinned
    locked = services.lock_topic(actor=maxim, topic=topic, is_locked=True, reason="Answered twice")
    assert (locked.is_locked, locked.lock_reason) == (True, "Answered twice")
    assert services.lock_topic(actor=maxim, topic=topic, is_locked=False, reason="x").lock_reason == ""


def test_there_is_one_best_answer_and_it_is_a_reply(anna: User, boris: User, maxim: User) -> None:
    topic = TopicFactory(author=anna, kind="question")
    first, second = reply(topic, boris), reply(topic, boris, "Better still.")
    assert services.accept_answer(actor=anna, topic=topic, post=first.pk).best_answer == first
    assert services.accept_answer(actor=maxim, topic=topic, post=second.pk).best_answer == second
    with pytest.raises(Invalid) as refused:
        services.accept_answer(actor=anna, topic=topic, post=topic.posts.get(number=1).pk)
    assert (refused.value.field, refused.value.code) == ("post", "body")
    with pytest.raises(NotAllowed):
        services.accept_answer(actor=boris, topic=topic, post=first.pk)
    with pytest.raises(Invalid):
        services.accept_answer(actor=anna, topic=topic, post=reply(TopicFactory()).pk)
    services.delete_post(actor=boris, post=second)
    topic.refresh_from_db()
    assert not topic.is_solved


def test_an_announcement_has_no_best_answer(maxim: User) -> None:
    topic = TopicFactory(author=maxim, kind="announcement")
    with pytest.raises(Conflict) as refused:
        services.accept_answer(actor=maxim, topic=topic, post=reply(topic).pk)
    assert refused.value.code == "announcement"
