"""Topics are moved, split and merged while people write in them (PostgreSQL)."""

from collections.abc import Callable
from typing import Any

import pytest

from community_platform.core.errors import DomainError
from forum import services
from forum.models import Category, Post, Topic
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from forum.tests.test_parallel_writers import at_once
from profiles.models import User
from profiles.tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
Job = Callable[[], Any]


def quietly(job: Job) -> Job:
    """Let a refusal of the domain pass; anything else (a deadlock, a broken constraint) fails the test."""

    def run() -> Any:
        try:
            return job()
        except DomainError as error:
            return error

    return run


def in_order(topic: Topic) -> bool:
    numbers = list(topic.posts.order_by("number").values_list("number", flat=True))
    return len(set(numbers)) == len(numbers) and (not numbers or numbers[0] == 1)


def test_replies_meet_a_split(maxim: User) -> None:
    topic = TopicFactory()
    posts = [reply(topic, content=f"Old {n}") for n in range(10)]
    people = [UserFactory() for _ in range(6)]
    jobs: list[Job] = [lambda p=p: reply(topic, p) for p in people]  # type: ignore[misc]
    for half in (posts[:5], posts[5:]):
        keys = [post.pk for post in half]
        jobs.append(lambda k=keys: services.split_topic(actor=maxim, topic=topic, posts=k, title="Split off"))  # type: ignore[misc]
    at_once(jobs)
    assert sorted(Topic.objects.values_list("replies_count", flat=True)) == [4, 4, 6]
    assert Category.objects.values_list("topics_count", "posts_count").get() == (3, 17)
    assert all(in_order(row) for row in Topic.objects.all())


def test_two_moderators_split_off_the_same_reply_and_one_is_told(maxim: User, admin: User) -> None:
    topic = TopicFactory()
    post = reply(topic)
    done = at_once(
        quietly(lambda a=a: services.split_topic(actor=a, topic=topic, posts=[post.pk], title="Split off"))  # type: ignore[misc]
        for a in (maxim, admin)
    )
    assert sum(isinstance(result, Topic) for result in done) == 1
    assert Topic.objects.count() == 2


def test_replies_and_likes_meet_a_merge(maxim: User) -> None:
    here, there = CategoryFactory(), CategoryFactory()
    first, second = TopicFactory(category=here), TopicFactory(category=there)
    for n in range(5):
        reply(first, content=f"First {n}")
        reply(second, content=f"Second {n}")
    body, people = second.posts.get(number=1), [UserFactory() for _ in range(6)]
    jobs: list[Job] = [
        quietly(lambda n=n, p=p: reply((first, second)[n % 2], p)) for n, p in enumerate(people)
    ]  # type: ignore[misc]
    jobs += [quietly(lambda p=p: services.like_post(actor=p, post=body)) for p in people]  # type: ignore[misc]
    jobs += [lambda: services.merge_topic(actor=maxim, topic=second, into=first.pk)]
    at_once(jobs)
    assert Post.objects.filter(topic=second).count() == 0
    assert in_order(first)


def test_merges_that_cross_leave_one_topic(maxim: User) -> None:
    first, second = TopicFactory(category=CategoryFactory()), TopicFactory(category=CategoryFactory())
    pairs = [(first, second), (second, first)]
    at_once(quietly(lambda a=a, b=b: services.merge_topic(actor=maxim, topic=a, into=b.pk)) for a, b in pairs)  # type: ignore[misc]
    assert Topic.objects.filter(merged_into=None).count() == 1
    assert Post.objects.filter(topic__merged_into=None).count() == 2


def test_moves_splits_merges_deletes_and_likes_side_by_side(maxim: User) -> None:
    shelves = [CategoryFactory() for _ in range(2)]
    topics = [TopicFactory(category=shelf) for shelf in shelves]
    posts = [reply(topic, content=f"Answer {n}") for n in range(4) for topic in topics]
    people = [UserFactory() for _ in range(4)]
    jobs: list[Job] = [
        lambda t=t, s=s: services.move_topic(actor=maxim, topic=t, category=s.pk)  # type: ignore[misc]
        for t, s in zip(topics, reversed(shelves), strict=True)
    ]
    jobs += [lambda p=p: services.delete_post(actor=maxim, post=p) for p in posts[:2]]  # type: ignore[misc]
    jobs += [
        lambda p=p, k=k: services.like_post(actor=p, post=posts[k])  # type: ignore[misc]
        for k, p in enumerate(people, 2)
    ]
    jobs += [
        lambda t=topics[0]: services.split_topic(
            actor=maxim, topic=t, posts=[posts[2].pk], title="Split off"
        ),  # type: ignore[misc]
        lambda t=topics[1]: services.split_topic(
            actor=maxim, topic=t, posts=[posts[3].pk], title="Split off"
        ),  # type: ignore[misc]
        lambda: services.merge_topic(actor=maxim, topic=topics[1], into=topics[0].pk),
    ]
    at_once(quietly(job) for job in jobs)
    assert all(in_order(row) for row in Topic.objects.filter(merged_into=None))
