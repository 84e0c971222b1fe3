"""The stored streak: moved by one day of learning at a time, or counted anew from all days where a late one changes it.

Who calls holds the locks of the person: first their points (`ledger.lock_people`), then the row of the streak.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from community_platform.core import realtime
from community_platform.core.db import insert_once
from community_platform.core.events import publish
from gamification.catalogue.streaks import (
    QUALIFYING_SECONDS,
    REPAIR_LESSONS,
    TRAVEL_GRACE,
    ZONE_PAUSE,
    reached,
)
from gamification.events import StreakUpdated
from gamification.models import Bucket, CoverKind, DailyActivity, FreezeGrant, Streak, StreakCover
from gamification.selectors import settling
from gamification.selectors.days import local_date, zone_of
from gamification.selectors.settling import ONE_DAY, Grant, History, Run
from gamification.selectors.streaks import keep, run_of
from gamification.services import ledger

URL = "/streak/"
QUALIFIES = (
    Q(lessons_completed__gte=1) | Q(quizzes_completed__gte=1) | Q(seconds_spent__gte=QUALIFYING_SECONDS)
)


def day_of(streak: Streak, *, zone: str, at: datetime, now: datetime) -> date:
    """Return the local date that learning at `at` counts for, and follow the person into another zone.

    `zone` is what the profile says. It holds from this event on, unless the zone changed less than a day ago: who hops
    between zones wins no days. The dates that the way there skipped are forgiven.
    """
    waits = streak.zone_changed_at is not None and now - streak.zone_changed_at < ZONE_PAUSE
    if zone != streak.zone and not waits:
        _move(streak, zone, at, now)
    streak.last_active_at = max(at, streak.last_active_at or at)
    return local_date(at, zone_of(streak.zone))


def _move(streak: Streak, zone: str, at: datetime, now: datetime) -> None:
    """Take the streak into `zone`; dates that the clock jumped over within 36 hours are no missed days."""
    old, new = local_date(at, zone_of(streak.zone)), local_date(at, zone_of(zone))
    streak.zone = zone
    if streak.last_active_at is None:
        return
    streak.zone_changed_at = now
    if at - streak.last_active_at >= TRAVEL_GRACE:
        return
    run, frozen = settling.settle(run_of(streak), old - ONE_DAY)
    skipped = [old + n * ONE_DAY for n in range((new - old).days)]
    _cover(streak.user_id, frozen, CoverKind.AUTO)
    _put(streak, run)
    for day in skipped:
        if streak.covered_date is not None and day <= streak.covered_date:
            continue
        _cover(streak.user_id, [day], CoverKind.TRAVEL)
        if streak.current_streak and streak.covered_date == day - ONE_DAY:
            streak.covered_date = day


def count_learning(streak: Streak, *, day: date, lessons_before: int, at: datetime, now: datetime) -> None:
    """Let a day whose numbers have just grown count for the streak, if it qualifies; store the streak.

    Rewards are paid by keys, once in a life. Publishes: StreakUpdated, and `streak:updated` on the person's channel.
    """
    rows = DailyActivity.objects.filter(user_id=streak.user_id, date=day)
    is_new = rows.filter(QUALIFIES, is_qualifying=False).update(is_qualifying=True) == 1
    lessons = rows.values_list("lessons_completed", flat=True).get()
    today = local_date(now, zone_of(streak.zone))
    stored = run_of(streak)
    former, _frozen = settling.settle(stored, day - ONE_DAY)
    counted = settling.count_day(stored, day, lessons) if is_new else None
    if counted is not None:
        _cover(streak.user_id, counted.frozen, CoverKind.AUTO)
        _grant(streak.user_id, counted.grants)
        _put(streak, counted.run)
    elif is_new or _may_mend(stored, day, today, lessons_before, lessons):
        _put(streak, _replayed(streak, today).run)
    else:
        streak.save()
        return
    if streak.reminded_on == day:
        streak.reminders_ignored = 0
    streak.save()
    _reward(streak, stored.longest_streak, at)
    _tell(streak, former, day)


def _may_mend(run: Run, day: date, today: date, before: int, lessons: int) -> bool:
    """Tell whether the lesson that has just been finished is the one that joins two runs, now or of a past day."""
    is_third = before < REPAIR_LESSONS <= lessons
    return is_third and (run.broken_on is not None or day < today)


def settle(streak: Streak, *, until: date) -> None:
    """Bring a locked streak up to `until`: missed days take freezes, or end the run. `store` writes it."""
    run, frozen = settling.settle(run_of(streak), until)
    _cover(streak.user_id, frozen, CoverKind.AUTO)
    _put(streak, run)


def store(streak: Streak) -> None:
    """Write a locked streak, and what is kept of it once that is committed."""
    streak.save()
    transaction.on_commit(lambda: keep(streak))


def recount(*, user_id: int, now: datetime | None = None) -> None:
    """Count the streak of a person from all their days: what a repair of broken data calls."""
    with transaction.atomic():
        ledger.lock_people(user_id)
        insert_once(Streak, user_id=user_id)
        streak = Streak.objects.select_for_update(no_key=True).get(user_id=user_id)
        today = local_date(now or timezone.now(), zone_of(streak.zone))
        _put(streak, _replayed(streak, today).run)
        store(streak)


def _replayed(streak: Streak, today: date) -> History:
    """Count everything from the beginning, and put covers and freezes right: a late day gives its freeze back."""
    user_id = streak.user_id
    covers = dict(StreakCover.objects.filter(user_id=user_id).values_list("date", "kind"))
    own = f"streak:{user_id}:"
    presents = FreezeGrant.objects.filter(user_id=user_id).exclude(key__startswith=own).order_by("pk")
    given = Counter[date]()
    for present in presents:
        given[present.date] += present.amount
    days = DailyActivity.objects.filter(user_id=user_id, is_qualifying=True)
    past = settling.replay(
        dict(days.values_list("date", "lessons_completed")),
        until=today - ONE_DAY,
        travel=[on for on, kind in covers.items() if kind in (CoverKind.TRAVEL, CoverKind.STAFF)],
        given=given,
    )
    derived = {**dict.fromkeys(past.frozen, CoverKind.AUTO), **dict.fromkeys(past.repaired, CoverKind.REPAIR)}
    stale = [on for on, kind in covers.items() if kind in _DERIVED and derived.get(on) != kind]
    StreakCover.objects.filter(user_id=user_id, date__in=stale).delete()
    for kind in _DERIVED:
        _cover(user_id, [on for on in derived if derived[on] == kind], kind)
    FreezeGrant.objects.filter(user_id=user_id, key__startswith=own).delete()
    _grant(user_id, past.grants)
    _fit(presents, past.presents)
    return past


def _fit(presents: Iterable[FreezeGrant], accepted: Mapping[date, int]) -> None:
    """Let freezes that people gave come in only as far as there is room now that a late day brought some before."""
    room = dict(accepted)
    for present in presents:
        amount = min(present.amount, room.get(present.date, 0))
        room[present.date] = room.get(present.date, 0) - amount
        if amount != present.amount:
            FreezeGrant.objects.filter(pk=present.pk).update(amount=amount)


_DERIVED = (CoverKind.AUTO, CoverKind.REPAIR)


def _cover(user_id: int, dates: list[date], kind: CoverKind) -> None:
    rows = [StreakCover(user_id=user_id, date=day, kind=kind) for day in dates]
    StreakCover.objects.bulk_create(rows, ignore_conflicts=True)


def _grant(user_id: int, grants: list[Grant]) -> None:
    """Note the freezes that came in: once a run and count, whoever tells twice."""
    rows = [
        FreezeGrant(user_id=user_id, amount=amount, key=f"streak:{user_id}:{started}:{days}", date=on)
        for started, days, amount, on in grants
    ]
    FreezeGrant.objects.bulk_create(rows, ignore_conflicts=True)


def _put(streak: Streak, run: Run) -> None:
    for name, value in asdict(run).items():
        setattr(streak, name, value)


def _reward(streak: Streak, longest_before: int, at: datetime) -> None:
    for reward in reached(longest_before, streak.longest_streak):
        ledger.pay(
            user_id=streak.user_id,
            amount=reward.points,
            bucket=Bucket.STREAK,
            reason="streak_reward",
            key=f"streak:{streak.user_id}:{reward.days}",
            occurred_at=at,
            title=str(reward.days),
            url=URL,
        )


def _tell(streak: Streak, former: Run, day: date) -> None:
    """Tell what the streak is now; `milestone` is the count with a reward that this day reached, or None."""
    is_repaired = streak.repaired_on is not None and streak.repaired_on != former.repaired_on
    before = former.broken_length if is_repaired else former.current_streak
    milestones = reached(before, streak.current_streak)
    milestone = milestones[-1].days if milestones else None
    publish(
        StreakUpdated(
            user_id=streak.user_id,
            on=day,
            current_streak=streak.current_streak,
            longest_streak=streak.longest_streak,
            milestone=milestone,
        )
    )
    realtime.publish(
        channel=realtime.user_channel(streak.user_id),
        type="streak:updated",
        data={
            "current_streak": streak.current_streak,
            "longest_streak": streak.longest_streak,
            "streak_freezes_available": streak.freezes_available,
            "state": "repaired" if is_repaired else "active",
            "milestone": milestone,
        },
    )
    transaction.on_commit(lambda: keep(streak))
