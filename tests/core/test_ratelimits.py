"""Limits count exactly, open again, and say when."""

import threading

import pytest
import time_machine

from community_platform.core import ratelimits
from community_platform.core.errors import TooFast
from community_platform.core.ratelimits import Limit

LIMIT = Limit("test", 3, 60)


@pytest.fixture(autouse=True)
def _scale(settings: object) -> None:
    settings.RATE_LIMIT_SCALE = 1  # type: ignore[attr-defined]


def _allowed(key: object, *limits: Limit, tries: int = 10) -> int:
    count = 0
    for _ in range(tries):
        try:
            ratelimits.hit(key, *limits)
            count += 1
        except TooFast:
            pass
    return count


@time_machine.travel("2026-03-01T12:00:10Z", tick=False)
def test_exactly_the_allowed_number_passes() -> None:
    assert _allowed(1, LIMIT) == 3


@time_machine.travel("2026-03-01T12:00:10Z", tick=False)
def test_people_do_not_share_a_limit() -> None:
    assert _allowed(1, LIMIT) == 3
    assert _allowed(2, LIMIT) == 3


def test_the_refusal_names_the_wait_and_the_limit_opens_then() -> None:
    with time_machine.travel("2026-03-01T12:00:10Z", tick=False) as clock:
        assert _allowed(1, LIMIT) == 3
        with pytest.raises(TooFast) as refusal:
            ratelimits.hit(1, LIMIT)
        assert (refusal.value.status, refusal.value.retry_after) == (429, 50)
        assert "50 seconds" in refusal.value.message
        clock.shift(49)
        assert _allowed(1, LIMIT) == 0
        clock.shift(1)
        assert _allowed(1, LIMIT) == 3


@time_machine.travel("2026-03-01T12:00:10Z", tick=False)
def test_a_refused_action_does_not_count_against_the_limits_behind() -> None:
    day = Limit("day", 5, 86_400)
    assert _allowed(1, LIMIT, day) == 3
    assert _allowed(1, day) == 2


@time_machine.travel("2026-03-01T12:00:10Z", tick=False)
def test_the_scale_multiplies_and_never_closes_a_limit(settings: object) -> None:
    settings.RATE_LIMIT_SCALE = 2  # type: ignore[attr-defined]
    assert _allowed(1, LIMIT, tries=20) == 6
    settings.RATE_LIMIT_SCALE = 0.01  # type: ignore[attr-defined]
    assert _allowed(2, LIMIT) == 1


@time_machine.travel("2026-03-01T12:00:10Z", tick=False)
def test_parallel_hits_do_not_slip_through() -> None:
    passed: list[int] = []
    threads = [threading.Thread(target=lambda: passed.append(_allowed(1, LIMIT, tries=5))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 3


@time_machine.travel("2026-03-01T12:00:10Z", tick=False)
def test_a_place_given_back_can_be_taken_again() -> None:
    assert _allowed(1, LIMIT) == 3
    ratelimits.give_back(1, LIMIT)
    ratelimits.give_back(1, LIMIT)
    assert _allowed(1, LIMIT, tries=1) <= 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "1 second."), (2, "2 seconds"), (89, "89 seconds"), (90, "2 minutes"), (3600, "60 minutes"), (5400, "2 hour")],
)
def test_the_wait_is_told_in_words(seconds: int, text: str) -> None:
    assert text in ratelimits.too_fast(seconds).message


def test_a_wait_is_never_zero() -> None:
    assert ratelimits.too_fast(0).retry_after == 1
