"""Penalties: who may issue them, what they forbid, that they end by the clock alone."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from community_platform.core import consistency
from community_platform.core.errors import Conflict, Invalid, NotAllowed
from profiles.models import ModerationAction, Penalty, PenaltyKind, User
from profiles.models.moderation import FOR_GOOD, UNTIL
from profiles.services import penalties

KINDS = list(UNTIL)


def until(hours=24):
    return timezone.now() + timedelta(hours=hours)


@pytest.mark.parametrize("kind", KINDS)
def test_a_penalty_stands_on_the_account_and_in_the_log(maxim, anna, kind):
    end = until()
    made = penalties.penalise(actor=maxim, user=anna, kind=kind, reason="Spam", until=end, note="third time")
    fresh = User.objects.get(pk=anna.pk)
    assert getattr(fresh, UNTIL[kind]) == getattr(anna, UNTIL[kind]) == end
    assert made.is_active
    line = ModerationAction.objects.get()
    assert (line.action, line.kind, line.actor, line.target, line.reason) == (
        kind,
        "user",
        maxim,
        anna,
        "Spam",
    )


def test_for_good_is_the_far_end_of_time(maxim, anna):
    penalties.penalise(actor=maxim, user=anna, kind="silence", reason="Spam")
    assert anna.silenced_until == FOR_GOOD
    assert anna.is_silenced


def test_a_warning_forbids_nothing_and_is_remembered(maxim, anna):
    made = penalties.penalise(actor=maxim, user=anna, kind="warning", reason="Mind your words")
    assert [anna.is_silenced, anna.is_forum_banned, anna.is_suspended] == [False, False, False]
    assert made.ends_at - made.starts_at == timedelta(days=90)
    penalties.ensure_may_write(anna)
    penalties.ensure_may_enter(anna)


@pytest.mark.parametrize("kind", KINDS)
def test_it_ends_by_the_clock_alone_to_the_microsecond(maxim, anna, kind):
    begun = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with time_machine.travel(begun, tick=False):
        made = penalties.penalise(
            actor=maxim, user=anna, kind=kind, reason="Spam", until=begun + timedelta(days=1)
        )
    with time_machine.travel(begun + timedelta(days=1) - timedelta(milliseconds=1), tick=False):
        assert getattr(anna, f"is_{UNTIL[kind].removesuffix('_until')}")
        assert made.is_active
        assert list(Penalty.objects.active()) == [made]
    with time_machine.travel(begun + timedelta(days=1), tick=False):
        assert not getattr(anna, f"is_{UNTIL[kind].removesuffix('_until')}")
        assert not made.is_active
        assert not Penalty.objects.active().exists()
        penalties.ensure_may_write(anna)
        penalties.ensure_may_enter(anna)


def test_the_refusal_says_why_and_until_when(maxim, anna):
    penalties.penalise(actor=maxim, user=anna, kind="silence", reason="Shouting", until=until(48))
    with pytest.raises(NotAllowed) as refused:
        penalties.ensure_may_write(anna)
    assert (refused.value.status, refused.value.code) == (403, "silenced")
    assert "Shouting" in refused.value.message
    assert str(anna.silenced_until.day) in refused.value.message


def test_a_new_one_takes_the_place_of_the_former_of_its_kind(maxim, anna):
    long = penalties.penalise(actor=maxim, user=anna, kind="silence", reason="Spam", until=until(240))
    ban = penalties.penalise(actor=maxim, user=anna, kind="forum_ban", reason="Spam", until=until(240))
    short = penalties.penalise(
        actor=maxim, user=anna, kind="silence", reason="On second thoughts", until=until(1)
    )
    assert anna.silenced_until == short.ends_at
    long.refresh_from_db()
    assert long.lifted_by == maxim
    assert set(Penalty.objects.active()) == {short, ban}


def test_change_and_lift(maxim, anna):
    made = penalties.penalise(actor=maxim, user=anna, kind="suspension", reason="Spam", until=until(1))
    later = until(100)
    penalties.change_penalty(actor=maxim, penalty=made, until=later)
    assert User.objects.get(pk=anna.pk).suspended_until == later
    made.refresh_from_db()
    penalties.lift(actor=maxim, penalty=made, note="my mistake")
    assert User.objects.get(pk=anna.pk).suspended_until is None
    penalties.lift(actor=maxim, penalty=made)  # again changes nothing
    with pytest.raises(Conflict):
        penalties.change_penalty(actor=maxim, penalty=made, until=None)
    assert list(ModerationAction.objects.order_by("pk").values_list("action", flat=True)) == [
        "suspension", "change_penalty", "lift_penalty",
    ]  # fmt: skip


def test_lifting_a_kind_that_does_not_hold_changes_nothing(maxim, anna):
    penalties.lift_kind(actor=maxim, user=anna, kind="forum_ban")
    penalties.penalise(actor=maxim, user=anna, kind="forum_ban", reason="Spam")
    penalties.lift_kind(actor=maxim, user=anna, kind="forum_ban")
    assert anna.forum_banned_until is None


@pytest.mark.parametrize(
    ("actor", "target", "allowed"),
    [
        ("maxim", "anna", True), ("maxim", "irina", True), ("maxim", "maxim", False), ("maxim", "mara", False),
        ("maxim", "admin", False), ("admin", "maxim", True), ("admin", "chief", True), ("admin", "admin", False),
        ("irina", "anna", False), ("anna", "boris", False),
    ],
)  # fmt: skip
def test_who_may_judge_whom(make_user, anna, boris, irina, maxim, admin, actor, target, allowed):
    make_user("mara", role="moderator"), make_user("chief", role="admin")
    people = {person.username: person for person in User.objects.with_roles()}
    if allowed:
        penalties.penalise(actor=people[actor], user=people[target], kind="silence", reason="Spam")
    else:
        with pytest.raises(NotAllowed):
            penalties.penalise(actor=people[actor], user=people[target], kind="silence", reason="Spam")
        assert not Penalty.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "exile"}, "kind"), ({"reason": " "}, "reason"), ({"reason": "x" * 501}, "reason"),
        ({"note": "x" * 1001}, "note"), ({"until": datetime(2020, 1, 1, tzinfo=UTC)}, "until"),
        ({"until": datetime(2500, 1, 1, tzinfo=UTC)}, "until"),
    ],
)  # fmt: skip
def test_bad_input_names_its_field(maxim, anna, given, field):
    with pytest.raises(Invalid) as refused:
        penalties.penalise(**{"actor": maxim, "user": anna, "kind": "silence", "reason": "Spam", **given})
    assert refused.value.field == field
    assert not Penalty.objects.exists()


def test_trust_is_taken_by_what_forbids(maxim, anna, boris):
    User.objects.update(trust_level=3)
    penalties.penalise(actor=maxim, user=anna, kind="suspension", reason="Spam", until=until())
    penalties.penalise(actor=maxim, user=boris, kind="silence", reason="Spam", until=until())
    assert User.objects.get(pk=anna.pk).trust_level == anna.trust_level == 0
    assert User.objects.get(pk=boris.pk).trust_level == 1


@pytest.mark.breaks_counters
def test_a_column_that_lies_is_found_and_mended(maxim, anna, boris):
    penalties.penalise(actor=maxim, user=anna, kind="suspension", reason="Spam", until=until())
    true = anna.suspended_until
    User.objects.filter(pk=anna.pk).update(suspended_until=None)
    User.objects.filter(pk=boris.pk).update(silenced_until=until())
    broken = {result.invariant.id for result in consistency.check() if result.violations}
    assert {"profiles.user.suspended_until", "profiles.user.silenced_until"} <= broken
    consistency.check(repair=True)
    assert User.objects.get(pk=anna.pk).suspended_until == true
    assert User.objects.get(pk=boris.pk).silenced_until is None


def test_an_end_that_has_passed_may_stay_in_the_column(maxim, anna):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        penalties.penalise(actor=maxim, user=anna, kind="silence", reason="Spam", until=until())
    assert [r for r in consistency.check() if r.violations] == []


def test_kinds_that_forbid_have_codes_and_columns():
    assert set(penalties.CODES) == set(UNTIL) == set(PenaltyKind) - {PenaltyKind.WARNING}
