"""The streak in every header comes from the cache, and is never older than what the person did."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gamification.models import Streak
from gamification.selectors.streaks import streak_for
from gamification.services.activity import record_activity
from profiles.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_second_page_asks_the_database_nothing(
    anna: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    streak_for(anna)
    with django_assert_num_queries(0):
        assert streak_for(anna).current_streak == 0


def test_what_was_just_done_shows_at_once(anna: User) -> None:
    assert streak_for(anna).current_streak == 0
    record_activity(user_id=anna.pk, at=timezone.now(), lessons=1)
    assert streak_for(anna).current_streak == 1


def test_a_slow_reader_does_not_bring_back_the_old_number(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    store = caches["default"]
    add = store.add

    def writer_was_faster(*args: object, **kwargs: object) -> bool:
        monkeypatch.setattr(store, "add", add)
        record_activity(user_id=anna.pk, at=timezone.now(), lessons=1)
        return bool(add(*args, **kwargs))

    monkeypatch.setattr(store, "add", writer_was_faster)
    streak_for(anna)
    assert streak_for(anna).current_streak == 1


def test_a_kept_streak_still_ends_at_midnight(anna: User) -> None:
    record_activity(user_id=anna.pk, at=timezone.now(), lessons=1)
    after_tomorrow = timezone.now().date() + timedelta(days=3)
    assert streak_for(anna, after_tomorrow).current_streak == 0
    assert Streak.objects.get(user=anna).current_streak == 1
