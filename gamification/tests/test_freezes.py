"""Freezes that the school gives by hand: with a reason, once a form, and never for a day that is over."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from community_platform.core.errors import Conflict, Invalid, NotAllowed
from gamification.catalogue.streaks import FREEZE_CAP
from gamification.models import FreezeGrant, Streak, StreakCover
from gamification.selectors.streaks import forget, streak_for
from gamification.services.activity import record_activity
from gamification.services.freezes import give_freezes
from gamification.services.streaks import recount
from profiles.models import User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def learn(user: User, first: int, last: int) -> None:
    for n in range(first, last + 1):
        record_activity(user_id=user.pk, at=MONDAY + n * DAY, now=MONDAY + n * DAY, lessons=1)
    forget(user.pk)


def give(actor: User, user: User, amount: int, day: int, token: uuid.UUID | None = None, reason: str = "Ill") -> int:
    with time_machine.travel(MONDAY + day * DAY, tick=False):
        return give_freezes(actor=actor, user=user, amount=amount, reason=reason, token=token or uuid.uuid4())


def standing(user: User, day: int) -> tuple[int, int]:
    forget(user.pk)
    with time_machine.travel(MONDAY + day * DAY, tick=False):
        shown = streak_for(user)
    return shown.current_streak, shown.streak_freezes_available


def test_a_present_keeps_the_days_after_it_and_none_before(admin: User, anna: User, boris: User) -> None:
    for person in (anna, boris):
        learn(person, 0, 3)
    assert give(admin, anna, 2, day=4) == 2  # nothing was missed yet
    assert standing(anna, day=6) == (4, 0)  # days 4 and 5 are kept
    assert give(admin, boris, 2, day=5) == 2  # day 4 was missed
    assert standing(boris, day=5) == (0, 2)
    assert Streak.objects.get(user=boris).broken_length == 4


def test_it_comes_in_once_a_form_up_to_the_limit_and_says_why(admin: User, anna: User) -> None:
    token = uuid.uuid4()
    assert [give(admin, anna, 3, day=0, token=token) for _click in range(2)] == [3, 3]
    assert give(admin, anna, 4, day=0) == 2
    assert standing(anna, day=0) == (0, FREEZE_CAP)
    with pytest.raises(Conflict, match="5 freezes"):
        give(admin, anna, 1, day=0)
    rows = FreezeGrant.objects.order_by("pk").values_list("amount", "reason", "given_by")
    assert list(rows) == [(3, "Ill", admin.pk), (2, "Ill", admin.pk)]


def test_a_late_day_that_brings_a_freeze_leaves_less_room_for_the_present(admin: User, anna: User) -> None:
    """The sums hold by the invariants that run after each test."""
    learn(anna, 0, 5)
    learn(anna, 7, 9)
    give(admin, anna, 5, day=9)
    record_activity(user_id=anna.pk, at=MONDAY + 6 * DAY, now=MONDAY + 8 * DAY, lessons=1)
    assert standing(anna, day=9) == (10, FREEZE_CAP)
    assert sum(FreezeGrant.objects.values_list("amount", flat=True)) == FREEZE_CAP
    before = Streak.objects.values().get()
    recount(user_id=anna.pk, now=MONDAY + 9 * DAY)
    assert Streak.objects.values().get() == before
    assert not StreakCover.objects.exists()


@pytest.mark.parametrize(("amount", "reason"), [(0, "Ill"), (6, "Ill"), (1, " "), (1, "x" * 501)])
def test_a_number_and_a_reason_are_needed(admin: User, anna: User, amount: int, reason: str) -> None:
    with pytest.raises(Invalid):
        give(admin, anna, amount, day=0, reason=reason)


def test_only_administrators_give_in_the_admin_and_the_person_reads_why(
    admin: User, maxim: User, anna: User, as_html: Any
) -> None:
    User.objects.filter(pk__in=[admin.pk, maxim.pk]).update(is_staff=True)
    with pytest.raises(NotAllowed):
        give(maxim, anna, 1, day=0)
    form = {"user": anna.pk, "amount": 2, "reason": "The site was down", "token": uuid.uuid4()}
    path = "/admin/gamification/freezegrant/"
    assert as_html(maxim).post(f"{path}add/", form).status_code in {302, 403}
    assert not FreezeGrant.objects.exists()
    for _click in range(2):
        assert as_html(admin).post(f"{path}add/", form).status_code == 302
    row = FreezeGrant.objects.get()
    assert (row.amount, row.given_by) == (2, admin)
    assert "The site was down" in as_html(admin).get(path).content.decode()
    assert as_html(admin).get(f"{path}{row.pk}/change/").status_code == 200
    page = as_html(anna).get("/streak/").content.decode()
    assert "2 freezes from the school" in page
    assert "The site was down" in page
