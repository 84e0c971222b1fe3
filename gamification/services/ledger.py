"""The one way in which points move: a row of the ledger, and with it every sum that is shown.

A row is written once a cause (`key`). In the same transaction move the person's total and level, the sum of the
school's day (`DailyPoints`) and of their own day (`DailyActivity`); whoever reaches a level for the first time gets it
into their feed.

Locks: the profile of the person first, then everything else. Who pays two people in one transaction, or writes other
rows of the person that the ledger moves too (a day, a streak), calls `lock_people` before anything else.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from community_platform.core.db import add_all, insert_once, insert_returning
from community_platform.core.events import publish
from gamification.catalogue.levels import level_of
from gamification.events import LevelReached
from gamification.limits import school_date
from gamification.models import ActionPoints, DailyActivity, DailyPoints, PointBudget, PointTransaction
from gamification.selectors import local_date, zone_of
from profiles.models import Activity, ActivityType, Profile, User
from profiles.services import activity

LEVELS_URL = "/levels/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One row to write: what `pay` takes, for many at once."""

    user_id: int
    amount: int
    bucket: str
    reason: str
    key: str
    occurred_at: datetime
    title: str = ""
    url: str = ""
    course_ref: int | None = None
    is_capped: bool = False


def award(
    *,
    user_id: int,
    action: str,
    key: str,
    occurred_at: datetime,
    title: str = "",
    url: str = "",
    course_id: int | None = None,
    source_id: int = 0,
    again: bool = False,
) -> int:
    """Pay what `action` is worth to `user_id` for the cause `key`, and return the points that were added.

    0 where the cause was paid before, where a limit of that local day is reached (the row is written all the same, so
    that taking it back is exact), and for accounts that are closed. `source_id` is the person whom the pair limit
    counts, for likes the liker. With `again` a cause that was taken back is paid anew, to whoever it is now: another
    answer was accepted. Publishes: LevelReached.
    """
    price = ActionPoints.objects.filter(pk=action).first()
    if price is None:
        return 0
    with transaction.atomic():
        person = _lock(user_id, key if again else "")
        if not person.is_active:
            return 0
        key = _next_key(key) if again else key
        if not key or PointTransaction.objects.filter(key=key).exists():
            return 0
        local = local_date(min(occurred_at, timezone.now()), zone_of(person.timezone))
        caps = [(source_id, price.pair_cap)] if source_id else []
        fits = _spend(person.pk, local, action, price.points, [(0, price.daily_cap), *caps])
        amount = price.points if fits else 0
        is_new = _write(
            user_id=user_id,
            amount=amount,
            bucket=price.bucket,
            reason=action,
            key=key,
            occurred_at=occurred_at,
            local_date=local,
            is_capped=not fits,
            title=title[:200],
            url=url[:200],
            course_ref=course_id,
        )
    return amount if is_new else 0


def pay(
    *,
    user_id: int,
    amount: int,
    bucket: str,
    reason: str,
    key: str,
    occurred_at: datetime,
    title: str = "",
    url: str = "",
    actor_id: int | None = None,
    note: str = "",
) -> bool:
    """Write a fixed amount (badge, streak, invitation, correction by staff, also negative) and tell whether it was new.

    Publishes: LevelReached.
    """
    with transaction.atomic():
        person = _lock(user_id)
        return _write(
            user_id=user_id,
            amount=amount,
            bucket=bucket,
            reason=reason,
            key=key,
            occurred_at=occurred_at,
            local_date=local_date(min(occurred_at, timezone.now()), zone_of(person.timezone)),
            title=title[:200],
            url=url[:200],
            actor_id=actor_id,
            note=note,
        )


def pay_many(payments: Iterable[Payment]) -> set[str]:
    """As `pay` for many people at once, in a few statements a thousand rows; return the keys that were new.

    Call it with the people locked (`lock_people`) where more of them is written.
    """
    wanted = list(payments)
    with transaction.atomic():
        people = {payment.user_id for payment in wanted}
        lock_people(*people)
        zones = dict(User.objects.filter(pk__in=people).values_list("pk", "timezone"))
        return {row["key"] for row in _write_all([_row(payment, zones) for payment in wanted])}


def _row(payment: Payment, zones: Mapping[int, str]) -> dict[str, Any]:
    values = {name: getattr(payment, name) for name in Payment.__slots__}
    values |= {"title": payment.title[:200], "url": payment.url[:200], "date": school_date(payment.occurred_at)}
    return values | {"local_date": local_date(payment.occurred_at, zone_of(zones[payment.user_id]))}


def reverse(*, key: str) -> bool:
    """Take back what the cause `key` paid, once, and tell whether something was taken back.

    The reversal stands on the days of what it reverses; what a limit had swallowed is taken back as 0.
    """
    with transaction.atomic():
        paid = _last(key)
        if paid is None or hasattr(paid, "reversal"):
            return False
        return _repeat(paid, f"rev:{paid.key}", amount=-paid.amount, reverses_id=paid.pk)


def restore(*, key: str) -> bool:
    """Pay back what `reverse` took, the same amount, once; tell whether something was paid back."""
    with transaction.atomic():
        paid = _last(key)
        return paid is not None and hasattr(paid, "reversal") and _repeat(paid, _next_key(key))


def payee(*, key: str) -> int | None:
    """Return whom the cause has paid, None where nobody or where it was taken back."""
    paid = _chain(key)
    return paid[-1].user_id if paid and not hasattr(paid[-1], "reversal") else None


def paid(*, key: str) -> int:
    """Return what the cause has paid and nobody took back."""
    rows = _chain(key)
    return rows[-1].amount if rows and not hasattr(rows[-1], "reversal") else 0


def lock_people(*user_ids: int) -> None:
    """Lock the points of several people until the transaction ends, in the order that everybody uses."""
    rows = Profile.objects.select_for_update(no_key=True).filter(pk__in=set(user_ids)).order_by("pk")
    list(rows.values_list("pk"))


def _lock(user_id: int, key: str = "") -> User:
    """Return the person, locked together with those whom the cause has paid before."""
    lock_people(user_id, *(row.user_id for row in _chain(key)))
    return User.objects.only("pk", "timezone", "is_active").get(pk=user_id)


def _last(key: str) -> PointTransaction | None:
    """Return the row that the cause paid last, with the points of all whom it paid locked; None if it paid nobody."""
    people = {row.user_id for row in _chain(key)}
    if not people:
        return None
    lock_people(*people)
    return _chain(key)[-1]


def _chain(key: str) -> list[PointTransaction]:
    """Return what a cause paid: K, and after each time that it was taken back K#2, K#3 …"""
    rows: list[PointTransaction] = []
    while key:
        name = f"{key}#{len(rows) + 1}" if rows else key
        row = PointTransaction.objects.filter(key=name).select_related("reversal").first()
        if row is None:
            break
        rows.append(row)
        if not hasattr(row, "reversal"):
            break
    return rows


def _next_key(key: str) -> str:
    """Return the key under which the cause may be paid now; empty while what was paid stands."""
    paid = _chain(key)
    if paid and not hasattr(paid[-1], "reversal"):
        return ""
    return f"{key}#{len(paid) + 1}" if paid else key


def _repeat(paid: PointTransaction, key: str, **changed: Any) -> bool:
    """Write a row like `paid`, of the same days."""
    same = ("user_id", "amount", "bucket", "reason", "is_capped", "title", "url", "course_ref", "date")
    values = {name: getattr(paid, name) for name in (*same, "local_date")} | changed
    return _write(key=key, occurred_at=timezone.now(), **values)


def _spend(
    user_id: int, day: date, action: str, points: int, caps: list[tuple[int, int | None]]
) -> bool:
    """Take `points` out of each limit of the day, all or none, by conditional updates; tell whether they fit."""
    spent: list[QuerySet[PointBudget]] = []
    for source_id, cap in caps:
        if cap is None:
            continue
        row = {"user_id": user_id, "date": day, "action": action, "source": source_id}
        insert_once(PointBudget, **row)
        budget = PointBudget.objects.filter(**row)
        if not budget.filter(used__lte=cap - points).update(used=F("used") + points):
            for other in spent:
                other.update(used=F("used") - points)
            return False
        spent.append(budget)
    return True


def _write(**values: Any) -> bool:
    """Insert the row of a locked person unless its key exists, and move the sums by it."""
    values.setdefault("date", school_date(values["occurred_at"]))
    return bool(_write_all([values]))


def _write_all(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Insert rows of locked people unless their keys exist, move the sums by the new ones, and return these."""
    keys = {key for (key,) in insert_returning(PointTransaction, rows, ["key"])}
    new = [row for row in rows if row["key"] in keys]
    days, local_days, totals = Counter[Any](), Counter[Any](), Counter[int]()
    latest: dict[int, datetime] = {}
    for row in new:
        user_id, amount = row["user_id"], row["amount"]
        if amount:
            days[user_id, row["date"], row["bucket"]] += amount
            local_days[user_id, row["local_date"]] += amount
            totals[user_id] += amount
            latest[user_id] = max(row["occurred_at"], latest.get(user_id, row["occurred_at"]))
    add_all(
        DailyPoints,
        [{"user_id": u, "date": d, "bucket": b, "points": n} for (u, d, b), n in sorted(days.items())],
        unique=["user_id", "date", "bucket"],
        sums=["points"],
    )
    add_all(
        DailyActivity,
        [{"user_id": u, "date": d, "points_earned": n} for (u, d), n in sorted(local_days.items())],
        unique=["user_id", "date"],
        sums=["points_earned"],
    )
    _move_totals(totals, latest)
    return new


def _move_totals(amounts: Mapping[int, int], latest: Mapping[int, datetime]) -> None:
    """Add to the totals. The rows are locked by `lock_people`, so what is read here is what is added to."""
    raised = []
    profiles = list(Profile.objects.only("total_points", "level").filter(pk__in=list(amounts)))
    for profile in profiles:
        before = profile.level
        profile.total_points += amounts[profile.pk]
        profile.level = level_of(profile.total_points)
        if profile.level > before:
            raised.append(profile)
    Profile.objects.bulk_update(profiles, ["total_points", "level"], batch_size=500)
    _tell_levels({profile.pk: profile.level for profile in raised}, latest)


def _tell_levels(levels: Mapping[int, int], latest: Mapping[int, datetime]) -> None:
    """Tell of levels never reached before: points taken back and earned again make no second feast.

    What is paid late for something long ago raises the level now: it is not dated before the level below it.
    """
    if not levels:
        return
    told = Activity.objects.filter(user__in=list(levels), activity_type=ActivityType.LEVEL_UP).order_by()
    rows = told.values_list("user").annotate(Max("object_id"), Max("created_at"))
    before = {user_id: (highest, at) for user_id, highest, at in rows}
    for user_id, level in sorted(levels.items()):
        highest, reached_at = before.get(user_id, (1, latest[user_id]))
        if level <= (highest or 1):
            continue
        activity.record(
            user_id=user_id,
            activity_type=ActivityType.LEVEL_UP,
            key=f"level:{user_id}:{level}",
            object_id=level,
            url=LEVELS_URL,
            metadata={"level": level},
            at=max(latest[user_id], reached_at),
        )
        publish(LevelReached(user_id=user_id, level=level))
