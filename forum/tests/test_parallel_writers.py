"""Many people write at the same moment (PostgreSQL)."""

import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection

from community_platform.core.once import once
from forum import services
from forum.models import Category, Like, Post, Tag, Topic
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(jobs: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run every job in a thread of its own, started together; return their results, raise the first failure."""
    work = list(jobs)
    results: list[Any] = [None] * len(work)
    failures: list[BaseException] = []
    gate = threading.Barrier(len(work))

    def run(n: int, job: Callable[[], Any]) -> None:
        try:
            gate.wait(20)
            results[n] = job()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, job)) for n, job in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]
    return results


def test_eight_times_twenty_five_replies_get_every_number_once() -> None:
    topic = TopicFactory()
    people = [UserFactory() for _ in range(8)]

    def writer(person: Any) -> Callable[[], list[Post]]:
        return lambda: [reply(topic, person, f"Answer {n}") for n in range(25)]

    at_once(writer(person) for person in people)
    assert list(Post.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 202))
    topic.refresh_from_db()
    assert (topic.replies_count, topic.last_post_number) == (200, 201)
    assert Category.objects.get().posts_count == 201


def test_twenty_people_like_one_post_and_each_counts_once() -> None:
    body = TopicFactory().posts.get()
    people = [UserFactory() for _ in range(20)]
    at_once([lambda p=p: services.like_post(actor=p, post=body) for p in people])  # type: ignore[misc]
    body.refresh_from_db()
    assert (body.likes_count, Like.objects.count(), Topic.objects.get().likes_count) == (20, 20, 20)


def test_one_person_clicks_like_and_unlike_from_many_tabs() -> None:
    body, person = TopicFactory().posts.get(), UserFactory()
    jobs: list[Callable[[], Any]] = [
        lambda n=n: (services.like_post if n % 2 else services.unlike_post)(actor=person, post=body)  # type: ignore[misc]
        for n in range(16)
    ]
    at_once(jobs)
    body.refresh_from_db()
    assert body.likes_count == Like.objects.count()


def test_replying_deleting_and_liking_side_by_side_keep_the_counters_exact() -> None:
    topic, person = TopicFactory(), UserFactory()
    old = [reply(topic, person, f"Old {n}") for n in range(6)]
    jobs: list[Callable[[], Any]] = [lambda post=post: services.delete_post(actor=person, post=post) for post in old]  # type: ignore[misc]
    people = [UserFactory() for _ in range(6)]
    jobs += [lambda p=p: reply(topic, p) for p in people]  # type: ignore[misc]
    jobs += [lambda p=p: services.like_post(actor=p, post=topic.posts.get(number=1)) for p in people]  # type: ignore[misc]
    at_once(jobs)
    topic.refresh_from_db()
    assert (topic.replies_count, topic.last_post_number, topic.likes_count) == (6, 13, 6)


def test_two_accepted_at_once_leave_one_best_answer() -> None:
    topic = TopicFactory(kind="question")
    found = [reply(topic, content=f"Answer {n}") for n in range(4)]
    at_once([lambda p=p: services.accept_answer(actor=topic.author, topic=topic, post=p.pk) for p in found])  # type: ignore[misc]
    topic.refresh_from_db()
    assert topic.best_answer in found


def test_new_tags_are_made_once_by_writers_who_meet() -> None:
    shelf = CategoryFactory()
    people = [UserFactory() for _ in range(8)]
    tags = [["alpha", "beta"], ["beta", "alpha"]]
    at_once([lambda n=n, p=p: TopicFactory(author=p, category=shelf, tags=tags[n % 2]) for n, p in enumerate(people)])  # type: ignore[misc]
    assert dict(Tag.objects.values_list("slug", "topics_count")) == {"alpha": 8, "beta": 8}


def test_topics_move_both_ways_between_categories_while_people_reply() -> None:
    here, there = CategoryFactory(), CategoryFactory()
    pair = [TopicFactory(category=here), TopicFactory(category=there)]
    people = [UserFactory() for _ in range(6)]
    jobs: list[Callable[[], Any]] = [
        lambda t=t, to=to: services.edit_topic(  # type: ignore[misc]
            actor=t.author, topic=t, title=t.title, content="Moved", category=to.pk
        )
        for t, to in zip(pair, (there, here), strict=True)
    ]
    at_once(jobs + [lambda n=n, p=p: reply(pair[n % 2], p) for n, p in enumerate(people)])  # type: ignore[misc]
    assert sorted(Category.objects.values_list("topics_count", "posts_count")) == [(1, 4), (1, 4)]


def test_a_double_click_from_two_connections_makes_one_reply() -> None:
    topic, person = TopicFactory(), UserFactory()
    token = uuid.uuid4().hex
    made = at_once([lambda: once(person, token, "Hello", Post, lambda: reply(topic, person))] * 6)
    assert len({post.pk for post in made}) == 1
