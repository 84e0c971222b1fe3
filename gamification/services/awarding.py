"""The one way in which a badge comes to somebody, and goes.

`INSERT … ON CONFLICT DO NOTHING RETURNING` decides; only the rows that it returns are paid, counted, told and noted.
A revoked award keeps its row, so the same deeds do not earn it again.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from community_platform.core import realtime, text
from community_platform.core.db import insert_returning
from community_platform.core.errors import Conflict
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from gamification.events import BadgesEarned
from gamification.limits import NOTE_MAX
from gamification.models import Badge, Bucket, UserBadge
from gamification.selectors.badges import POPULATION_KEPT, unlocked, unseen_key
from gamification.selectors.days import zone_of
from gamification.services import goals, ledger
from profiles.models import Activity, ActivityType, User
from profiles.services import activity, kept

PEOPLE_A_TRANSACTION = 500
NEWS = timedelta(days=2)  # what the nightly pass finds of longer ago is not announced one by one


def award(
    badge: Badge,
    moments: Mapping[int, datetime | date],
    *,
    scope_key: str = "",
    is_backfill: bool = False,
    granted_by_id: int | None = None,
    reason: str = "",
) -> list[int]:
    """Give `badge` to the people of `moments`, dated by when each earned it, and return who did not have it.

    A date without a time is the beginning of that day where the person lives. Publishes: BadgesEarned a person, and
    `badge:unlocked` on their channel unless the nightly pass found something old.
    """
    now = timezone.now()
    people = dict(User.objects.filter(pk__in=list(moments), is_active=True).values_list("pk", "timezone"))
    due = {pk: min(_moment(moments[pk], people[pk]), now) for pk in sorted(people)}
    due = {pk: at for pk, at in due.items() if _is_available(badge, at)}
    keys = list(due)
    new: list[int] = []
    for start in range(0, len(keys), PEOPLE_A_TRANSACTION):
        some = {pk: due[pk] for pk in keys[start : start + PEOPLE_A_TRANSACTION]}
        quiet = {pk for pk, at in some.items() if is_backfill and at < now - NEWS}
        with transaction.atomic():
            new += _award(badge, some, quiet, scope_key, {"granted_by_id": granted_by_id, "reason": reason})
    return new


def _award(
    badge: Badge, due: dict[int, datetime], quiet: set[int], scope_key: str, granted: dict[str, Any]
) -> list[int]:
    ledger.lock_people(*due)
    wanted = [
        {"user_id": pk, "badge_id": badge.pk, "scope_key": scope_key, "earned_at": at, "is_quiet": pk in quiet}
        | granted
        for pk, at in due.items()
    ]
    new = sorted(pk for (pk,) in insert_returning(UserBadge, wanted, ["user_id"]))
    if not new:
        return []
    payments = [
        ledger.Payment(
            user_id=pk,
            amount=badge.points,
            bucket=Bucket.BADGE,
            reason="badge_awarded",
            key=_key(badge, scope_key, pk),
            occurred_at=due[pk],
            title=badge.name_en,
            url=badge.get_absolute_url(),
        )
        for pk in new
    ]
    paid = ledger.pay_many(payments)
    for payment in payments:
        if payment.key not in paid:  # withdrawn once, and earned again
            ledger.restore(key=payment.key)
    Activity.objects.bulk_create([_deed(badge, scope_key, pk, due[pk]) for pk in new], ignore_conflicts=True)
    Badge.objects.filter(pk=badge.pk).update(holders_count=F("holders_count") + len(new))
    kept.forget(*new)
    goals.reach(badge.pk, new)
    for pk in new:
        if pk not in quiet:  # what the night finds is told in one line, see `evaluation.backfill`
            publish(BadgesEarned(user_id=pk, badge_ids=(badge.pk,), scope_key=scope_key))
    _tell(badge, {pk: due[pk] for pk in new if pk not in quiet})
    return new


def _tell(badge: Badge, earned: Mapping[int, datetime]) -> None:
    """Publish `badge:unlocked` to each in their language; channels in the order that everybody uses."""
    transaction.on_commit(lambda: cache.set_many({unseen_key(pk): True for pk in earned}, POPULATION_KEPT))
    languages = dict(User.objects.filter(pk__in=list(earned)).values_list("pk", "language"))
    for channel, pk in sorted((realtime.user_channel(pk), pk) for pk in earned):
        with translation.override(languages[pk] or settings.LANGUAGE_CODE):
            data = unlocked(badge, earned[pk])
        realtime.publish(channel=channel, type="badge:unlocked", data=data)


def grant(*, actor: Any, badge: Badge, user: User, reason: str, scope_key: str = "") -> bool:
    """Give `badge` to `user` by hand, also again after it was revoked; tell whether they did not hold it.

    Raises: NotAllowed (rule gamification.grant_badge), Invalid on `reason`.  Publishes: BadgesEarned.
    """
    ensure(actor, "gamification.grant_badge")
    reason = text.clean(reason, field="reason", high=NOTE_MAX, multiline=False)
    with transaction.atomic():
        ledger.lock_people(user.pk)
        held = UserBadge.objects.filter(user=user, badge=badge, scope_key=scope_key).first()
        if held is None:
            moments = {user.pk: timezone.now()}
            return bool(award(badge, moments, scope_key=scope_key, granted_by_id=actor.pk, reason=reason))
        if held.revoked_at is None:
            return False
        held.revoked_at = held.revoked_by = None
        held.revoke_reason, held.reason, held.granted_by_id = "", reason, actor.pk
        held.save()
        Badge.objects.filter(pk=badge.pk).update(holders_count=F("holders_count") + 1)
        ledger.restore(key=_key(badge, scope_key, user.pk))
        kept.forget(user.pk)
        Activity.objects.bulk_create([_deed(badge, scope_key, user.pk, held.earned_at)], ignore_conflicts=True)
        publish(BadgesEarned(user_id=user.pk, badge_ids=(badge.pk,), scope_key=scope_key))
    return True


def revoke(*, actor: Any, award: UserBadge, reason: str) -> None:
    """Take a badge away for good: its points go, too, and the same deeds earn it no more.

    Raises: NotAllowed (rule gamification.grant_badge), Invalid on `reason`, Conflict `revoked`.
    """
    ensure(actor, "gamification.grant_badge")
    reason = text.clean(reason, field="reason", high=NOTE_MAX, multiline=False)
    with transaction.atomic():
        ledger.lock_people(award.user_id)
        held = UserBadge.objects.select_related("badge").get(pk=award.pk)
        if held.revoked_at is not None:
            raise Conflict(_("This badge was taken away already."), code="revoked")
        held.revoked_at, held.revoked_by_id, held.revoke_reason = timezone.now(), actor.pk, reason
        held.pin = None
        held.save()
        Badge.objects.filter(pk=held.badge_id).update(holders_count=F("holders_count") - 1)
        key = _key(held.badge, held.scope_key, held.user_id)
        ledger.reverse(key=key)
        kept.forget(held.user_id)
        activity.forget(key=key[:80])


def withdraw(*, badge: Badge, user_id: int) -> bool:
    """Undo an award whose cause turned out to be none; tell whether there was one. True deeds may earn it again.

    What staff granted by hand stays.
    """
    with transaction.atomic():
        ledger.lock_people(user_id)
        held = UserBadge.objects.filter(badge=badge, user=user_id, scope_key="", revoked_at=None, granted_by=None)
        gone, _models = held.delete()
        if not gone:
            return False
        Badge.objects.filter(pk=badge.pk).update(holders_count=F("holders_count") - 1)
        key = _key(badge, "", user_id)
        ledger.reverse(key=key)
        kept.forget(user_id)
        activity.forget(key=key[:80])
    return True


def _key(badge: Badge, scope_key: str, user_id: int) -> str:
    return f"badge:{badge.slug}:{scope_key}:{user_id}"


def _deed(badge: Badge, scope_key: str, user_id: int, at: datetime) -> Activity:
    return Activity(
        user_id=user_id,
        activity_type=ActivityType.BADGE_EARNED,
        dedupe_key=_key(badge, scope_key, user_id)[:80],
        object_id=badge.pk,
        url=badge.get_absolute_url(),
        metadata={"title": badge.name_en, "title_ru": badge.name_ru, "badge": badge.slug},
        created_at=at,
    )


def _moment(at: datetime | date, zone: str) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time.min, tzinfo=zone_of(zone))


def _is_available(badge: Badge, at: datetime) -> bool:
    return not (
        (badge.available_from and at < badge.available_from)
        or (badge.available_until and at > badge.available_until)
    )
