"""Writing down what midnight did, for everybody at once; and who is reminded in the evening.

Pages never wait for this: they settle for themselves (`selectors.settling`). At any instant the world has at most
three local dates, so the zones in use are grouped by theirs, and each group takes a handful of statements. They pick
what is settled only to a date before yesterday, so that a second run changes nothing.
"""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from community_platform.core.events import publish
from gamification.catalogue.streaks import FREEZE_CAP, REMINDER_HOURS, REMINDERS_IGNORED_MAX, WORTH_KEEPING
from gamification.events import StreakReminderDue
from gamification.models import CoverKind, Streak
from gamification.selectors import preferences
from gamification.selectors.days import local_date, zone_of
from gamification.selectors.settling import ONE_DAY

CHUNK = 500  # people reminded in one transaction
ALONE = 0x5354_5245  # key of the advisory lock: two runs would lock the rows in different orders

_BEHIND = "zone IN ({zones}) AND current_streak > 0 AND covered_date < %s AND freezes_available {freezes}"
_SPEND = """
    UPDATE gamification_streak
    SET freezes_available = freezes_available - 1, covered_date = {next}, frozen_on = {next}
    WHERE {behind}
"""
_COVER = """
    INSERT INTO gamification_streakcover (user_id, date, kind, created_at)
    SELECT user_id, {day}, %s, %s FROM {rows} ON CONFLICT DO NOTHING
"""
_BREAK = """
    UPDATE gamification_streak SET broken_length = current_streak, broken_on = {next}, current_streak = 0
    WHERE {behind}
"""


def rollover(*, now: datetime) -> int:
    """Settle every streak up to yesterday in its own zone; return how many rows changed (covers and streaks)."""
    changed = 0
    for today, zones in _zones_by_date(now).items():
        with transaction.atomic():
            if _is_alone():
                changed += _settle(zones, today - ONE_DAY, now)
    return changed


def _zones_by_date(now: datetime) -> dict[date, list[str]]:
    """Return the zones in which somebody has a streak to lose, by the date it is there."""
    found: dict[date, list[str]] = {}
    used = Streak.objects.filter(current_streak__gt=0).order_by().values_list("zone", flat=True).distinct()
    for zone in used:
        found.setdefault(local_date(now, zone_of(zone)), []).append(zone)
    return found


def _is_alone() -> bool:
    if connection.vendor != "postgresql":
        return True  # SQLite has one writer
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ALONE])
        return bool(cursor.fetchone()[0])


def _settle(zones: list[str], until: date, now: datetime) -> int:
    """Give each missed day a freeze, one day a pass; then break the runs that have none left."""
    is_postgres = connection.vendor == "postgresql"
    after = "covered_date + 1" if is_postgres else "date(covered_date, '+1 day')"
    marks = ", ".join(["%s"] * len(zones))
    frozen = _BEHIND.format(zones=marks, freezes="> 0")
    spend = _SPEND.format(next=after, behind=frozen)
    behind: list[Any] = [*zones, until]
    changed = 0
    with connection.cursor() as cursor:
        for _pass in range(FREEZE_CAP):
            if is_postgres:  # in one statement: the rows are locked before their days are written
                cover = _COVER.format(day="covered_date", rows="spent")
                query = f"WITH spent AS ({spend} RETURNING user_id, covered_date) {cover}"
                cursor.execute(query, [*behind, CoverKind.AUTO, now])
            else:
                cover = _COVER.format(day=after, rows=f"gamification_streak WHERE {frozen}")
                cursor.execute(cover, [CoverKind.AUTO, now.isoformat(" "), *behind])
                cursor.execute(spend, behind)
            if not cursor.rowcount:
                break
            changed += cursor.rowcount
        broken = _BEHIND.format(zones=marks, freezes="= 0")
        cursor.execute(_BREAK.format(next=after, behind=broken), behind)
        return changed + int(cursor.rowcount)


def remind(*, now: datetime) -> int:
    """Tell those whose streak ends tonight, once an evening; return how many. Publishes: StreakReminderDue.

    From 20:00 local, for streaks of three days and more whose today is empty; not who turned reminders or the game off,
    and not who did nothing on seven evenings that they were reminded.
    """
    if not preferences.is_on():
        return 0
    told = 0
    for today, zones in _zones_by_date(now).items():
        evening = [zone for zone in zones if now.astimezone(zone_of(zone)).hour in REMINDER_HOURS]
        while evening and (chunk := _remind_some(evening, today)):
            told += chunk
    return told


def _remind_some(zones: list[str], today: date) -> int:
    wants = Q(user__gamification=None) | Q(user__gamification__is_on=True, user__gamification__has_reminders=True)
    with transaction.atomic():
        rows = Streak.objects.filter(
            wants,
            Q(reminded_on=None) | Q(reminded_on__lt=today),
            zone__in=zones,
            covered_date=today - ONE_DAY,
            current_streak__gte=WORTH_KEEPING,
            reminders_ignored__lt=REMINDERS_IGNORED_MAX,
            user__is_active=True,
        )
        due = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("pk")[:CHUNK])
        for streak in due:
            publish(
                StreakReminderDue(user_id=streak.user_id, on=today, current_streak=streak.current_streak)
            )
        Streak.objects.filter(pk__in=[streak.pk for streak in due]).update(
            reminded_on=today, reminders_ignored=F("reminders_ignored") + 1
        )
    return len(due)
