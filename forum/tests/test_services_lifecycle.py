"""What the forum gives out about a person and forgets with their account."""

import json

import pytest

from community_platform.core import lifecycle
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Like, Post, TopicRead
from forum.services.comments import post_comment
from forum.tests.factories import TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db


def _wrote(person: User, other: User) -> None:
    topic = TopicFactory(author=other)
    services.delete_post(actor=person, post=reply(topic, person, "Taken back."))
    reply(topic, person, "Here is **how**.")
    services.like_post(actor=person, post=topic.posts.get(number=1))
    post_comment(actor=person, target=CourseFactory(), content="A good course.")


def test_what_a_person_wrote_liked_and_read_is_exported_and_nobody_elses(anna: User, boris: User) -> None:
    _wrote(anna, boris)
    held = lifecycle.export(anna)
    json.dumps(held)
    assert [row["content"] for row in held["forum/posts.json"]] == ["Taken back.", "Here is **how**."]
    assert [bool(row["deleted_at"]) for row in held["forum/posts.json"]] == [True, False]
    assert [row["content"] for row in held["forum/comments.json"]] == ["A good course."]
    assert [row["post"] for row in held["forum/likes.json"]] == [Post.objects.get(number=1).pk]
    assert [row["last_read_number"] for row in held["forum/reading.json"]] == [3]


def test_erasing_forgets_what_was_read_and_leaves_texts_and_counters(anna: User, boris: User) -> None:
    _wrote(anna, boris)
    lifecycle.erase(anna)
    lifecycle.erase(anna)
    assert not TopicRead.objects.filter(user=anna).exists()
    assert Like.objects.filter(user=anna).count() == 1
    text = Post.objects.get(number=3)
    assert (text.content, text.author.name) == ("Here is **how**.", f"deleted-{anna.pk}")
