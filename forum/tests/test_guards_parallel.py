"""Limits, guards and penalties while many write at the same moment (PostgreSQL)."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community_platform.core.errors import DomainError
from community_platform.core.permissions import SYSTEM
from courses.models import LessonProgress
from courses.tests.factories import CourseFactory, LessonFactory
from forum.models import Post, Topic
from forum.services.trust import raise_levels
from forum.tests.factories import TopicFactory, reply
from forum.tests.test_parallel_writers import at_once
from profiles.models import Penalty, User
from profiles.services import penalties

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _as_designed(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1


def outcome(act: Any) -> Any:
    """Return a job that answers "done", or the code of the refusal."""

    def run() -> str:
        try:
            act()
        except DomainError as error:
            return error.code
        return "done"

    return run


def test_of_twenty_parallel_replies_exactly_six_pass_the_rate_limit(anna: Any, boris: Any) -> None:
    User.objects.filter(pk=anna.pk).update(trust_level=1)
    topics = [TopicFactory(author=boris) for _n in range(2)] + [TopicFactory() for _n in range(18)]
    anna = User.objects.with_roles().get(pk=anna.pk)
    jobs = [
        outcome(lambda topic=topic, n=n: reply(topic, anna, f"Answer {n}")) for n, topic in enumerate(topics)
    ]
    assert Counter(at_once(jobs)) == {"done": 6, "throttled": 14}
    assert Post.objects.filter(author=anna).count() == 6


def test_one_of_eight_parallel_copies_is_posted(settings: Any, anna: Any, boris: Any) -> None:
    topic = TopicFactory(author=boris)
    jobs = [outcome(lambda: reply(topic, anna, "The very same words")) for _n in range(8)]
    assert Counter(at_once(jobs)) == {"done": 1, "duplicate": 7}


def test_slow_mode_lets_one_of_many_tabs_through(anna: Any, boris: Any) -> None:
    topic = TopicFactory(author=boris)
    Topic.objects.filter(pk=topic.pk).update(slow_mode_seconds=600)
    jobs = [outcome(lambda n=n: reply(topic, anna, f"Tab {n}")) for n in range(6)]
    assert Counter(at_once(jobs)) == {"done": 1, "slow_mode": 5}


def test_three_replies_in_a_row_however_many_tabs(anna: Any, boris: Any) -> None:
    topic = TopicFactory(author=boris)
    jobs = [outcome(lambda n=n: reply(topic, anna, f"Tab {n}")) for n in range(6)]
    assert Counter(at_once(jobs)) == {"done": 3, "consecutive_replies": 3}


def test_moderators_who_judge_at_once_leave_one_penalty_of_a_kind(make_user: Any, anna: Any) -> None:
    judges = [make_user(f"judge{n}", role="moderator") for n in range(6)]

    def judge(n: int) -> Penalty:
        until = timezone.now() + timedelta(days=n + 1)
        return penalties.penalise(actor=judges[n], user=anna, kind="silence", reason=f"No {n}", until=until)

    made = at_once((lambda n=n: judge(n)) for n in range(6))
    held = Penalty.objects.active().get()
    assert Penalty.objects.count() == len(made) == 6
    assert User.objects.get(pk=anna.pk).silenced_until == held.ends_at
    at_once((lambda: penalties.lift_kind(actor=SYSTEM, user=anna, kind="silence")) for _n in range(4))
    assert not User.objects.get(pk=anna.pk).is_silenced


def test_a_level_is_not_raised_over_a_penalty_that_comes_at_the_same_moment(make_user: Any) -> None:
    lesson = LessonFactory(course=CourseFactory())
    people = [make_user(f"learner{n}") for n in range(6)]
    LessonProgress.objects.bulk_create(
        LessonProgress(user=person, lesson=lesson, completed_at=timezone.now()) for person in people
    )
    ids = [person.pk for person in people]
    jobs = [lambda: raise_levels(user_ids=ids) for _n in range(3)]
    jobs += [
        (
            lambda person=person: penalties.penalise(
                actor=SYSTEM, user=person, kind="suspension", reason="Spam"
            )
        )
        for person in people
    ]
    at_once(jobs)
    assert set(User.objects.filter(pk__in=ids).values_list("trust_level", flat=True)) == {0}
