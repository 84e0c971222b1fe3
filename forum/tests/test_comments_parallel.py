"""Many people at one comment at once: counters stay exact, nobody meets an error."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from courses.models import Course
from courses.tests.factories import CourseFactory
from forum.models import Comment
from forum.services import comments as services
from forum.services import likes

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE = 20


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000


@pytest.fixture
def crowd(make_user: Any) -> list[Any]:
    return [make_user(f"crowd{n}") for n in range(PEOPLE)]


def at_once(work: Callable[[Any], object], people: list[Any]) -> list[Exception]:
    errors: list[Exception] = []
    gate = threading.Barrier(len(people))

    def run(person: Any) -> None:
        try:
            gate.wait(timeout=30)
            work(person)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return errors


def test_twenty_replies_at_once_are_all_counted(anna: Any, crowd: list[Any]) -> None:
    course = CourseFactory()
    root = services.post_comment(actor=anna, target=course, content="Ask me")
    assert at_once(lambda who: services.reply(actor=who, comment=root, content="Here"), crowd) == []
    assert Comment.objects.get(pk=root.pk).replies_count == PEOPLE
    assert Course.objects.get(pk=course.pk).comments_count == PEOPLE + 1


def test_twenty_likes_at_once_are_all_counted_and_doubles_are_not(anna: Any, crowd: list[Any]) -> None:
    root = services.post_comment(actor=anna, target=CourseFactory(), content="Like me")
    pairs = [person for person in crowd[:10] for _again in range(2)]
    assert at_once(lambda who: likes.like_comment(actor=who, comment=root), pairs) == []
    assert Comment.objects.get(pk=root.pk).likes_count == 10


def test_replies_and_deletions_at_once_agree_with_a_recount(anna: Any, crowd: list[Any]) -> None:
    course = CourseFactory()
    root = services.post_comment(actor=anna, target=course, content="Ask me")
    said = {who.pk: services.reply(actor=who, comment=root, content="Here") for who in crowd[:10]}

    def work(who: Any) -> None:
        if who.pk in said:
            services.delete_comment(actor=who, comment=said[who.pk])
        else:
            services.reply(actor=who, comment=root, content="New")

    assert at_once(work, crowd) == []
    assert Comment.objects.get(pk=root.pk).replies_count == 10
    assert Course.objects.get(pk=course.pk).comments_count == 11
