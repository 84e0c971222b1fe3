"""The table of limits: by action and level, overridable, exact under parallel writers."""

import threading
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from community_platform.core import ratelimits, rates
from community_platform.core.errors import TooFast
from community_platform.core.ratelimits import Limit
from community_platform.core.rates import TABLE, limits_for

NOON = "2026-03-01T12:00:10Z"


@pytest.fixture(autouse=True)
def _scale(settings):
    settings.RATE_LIMIT_SCALE, settings.RATE_LIMITS = 1, {}


def person(level=0, days=100, **role):
    joined = timezone.now() - timedelta(days=days)
    given = {"is_moderator": False, "is_instructor": False, **role}
    return SimpleNamespace(pk=7, is_authenticated=True, trust_level=level, date_joined=joined, **given)


def shape(limits):
    return [(limit.count, limit.seconds) for limit in limits]


@pytest.mark.parametrize("action", TABLE)
def test_every_cell_is_in_order_and_no_level_has_less_than_the_one_below(action):
    allowed = [shape(limits_for(person(level), action)) for level in rates.LEVELS]
    for limits in allowed:
        assert limits == sorted(limits, key=lambda limit: limit[1])
    for lower, higher in pairwise(allowed):
        pace = zip(lower, higher, strict=True)
        assert all(count / seconds <= more / time for (count, seconds), (more, time) in pace)


@pytest.mark.parametrize("action", ["topic", "reply"])
def test_three_in_a_minute_are_possible_for_everybody(action):
    for level in rates.LEVELS:
        assert all(limit.count >= 3 for limit in limits_for(person(level), action))


def test_the_first_day_counts_from_the_moment_of_joining():
    with time_machine.travel(NOON, tick=False) as clock:
        new = person(days=0)
        limit = limits_for(new, "topic")[-1]
        assert (limit.count, limit.seconds) == (3, 86_400)
        for _n in range(3):
            ratelimits.hit(1, limit)
        clock.shift(timedelta(hours=23, minutes=59))  # past midnight, same first day
        with pytest.raises(TooFast) as refused:
            ratelimits.hit(1, limits_for(new, "topic")[-1])
        assert refused.value.retry_after == 60
        clock.shift(timedelta(minutes=1))
        assert len(limits_for(new, "topic")) == 2
    assert len(limits_for(person(level=1, days=0), "topic")) == 2
    assert len(limits_for(person(days=0, is_instructor=True), "topic")) == 2


def test_a_setting_replaces_cells(settings):
    settings.RATE_LIMITS = {
        "reply": "1/10",
        "topic": ["1/60", "2/60"],
        "first-day:topic": 9,
        "visitor:search": "2/60",
    }
    assert shape(limits_for(person(2), "reply")) == [(1, 10)]
    assert [shape(limits_for(person(level), "topic")) for level in (0, 1, 3)] == [
        [(1, 60)],
        [(2, 60)],
        [(2, 60)],
    ]
    assert shape(limits_for(person(days=0), "topic"))[-1] == (9, 86_400)
    assert shape(limits_for(AnonymousUser(), "search")) == [(2, 60)]


def test_unknown_actions_are_mistakes():
    with pytest.raises(KeyError):
        limits_for(person(), "juggle")
    with pytest.raises(KeyError):
        limits_for(AnonymousUser(), "topic")


@time_machine.travel(NOON, tick=False)
def test_a_refusal_gives_back_what_it_took():
    wide, narrow = Limit("wide", 5, 60), Limit("narrow", 1, 86_400)
    ratelimits.hit(1, wide, narrow)
    for _n in range(5):
        with pytest.raises(TooFast):
            ratelimits.hit(1, wide, narrow)
    for _n in range(4):
        ratelimits.hit(1, wide)
    with pytest.raises(TooFast):
        ratelimits.hit(1, wide)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 секунду"),
        (3, "3 секунды"),
        (30, "30 секунд"),
        (180, "3 минуты"),
    ],
)
def test_the_wait_is_told_in_russian_too(seconds, words):
    with translation.override("ru"):
        assert words in ratelimits.too_fast(seconds).message


def _race(limits, threads=8, tries=6):
    """Return how many of threads × tries parallel actions pass."""
    passed, start = [], threading.Barrier(threads)

    def run():
        start.wait()
        for _n in range(tries):
            try:
                ratelimits.hit("race", *limits)
                passed.append(1)
            except TooFast:
                pass

    workers = [threading.Thread(target=run) for _n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(passed)


@time_machine.travel(NOON, tick=False)
def test_exactly_the_allowed_number_of_parallel_actions_pass():
    assert _race([Limit("race", 17, 60)]) == 17


@pytest.mark.redis
def test_exactly_the_allowed_number_pass_on_redis():
    assert _race([Limit("race-redis", 17, 86_400), Limit("race-redis-2", 1000, 86_400)]) == 17
