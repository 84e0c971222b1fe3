"""Penalties: issuing, changing and lifting them, and what they forbid.

The rows are the source; `silenced_until`, `forum_banned_until` and `suspended_until` of the account are derived from
them under its lock, so that a request needs no query to know. A penalty ends by the clock, without a job.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import realtime, text
from community_platform.core.errors import Conflict, DomainError, Invalid, NotAllowed
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from profiles import limits
from profiles.events import PenaltyChanged, PenaltyIssued
from profiles.models import Penalty, PenaltyKind, ReviewCase, User
from profiles.models.moderation import FOR_GOOD, UNTIL
from profiles.selectors.penalties import in_force, told
from profiles.services.log import log

CODES = {
    PenaltyKind.SILENCE: "silenced",
    PenaltyKind.FORUM_BAN: "forum_banned",
    PenaltyKind.SUSPENSION: "suspended",
}


def penalise(
    *,
    actor: Any,
    user: User,
    kind: str,
    reason: str,
    until: datetime | None = None,
    note: str = "",
    case: ReviewCase | None = None,
) -> Penalty:
    """Issue a penalty (`until` None: for good) in place of one of the same kind that holds, and return it.

    A suspension closes sockets at once. A warning forbids nothing and is remembered for a time; `until` means nothing
    to it. The columns of `user` itself are brought up to date, too.
    Raises: NotAllowed (rule profiles.penalise), Invalid.  Publishes: PenaltyIssued.
    """
    ensure(actor, "profiles.penalise", _with_roles(user))
    if kind not in PenaltyKind.values:
        raise Invalid(_("There is no such penalty."), code="unknown_kind", field="kind")
    reason = text.clean(reason, field="reason", high=limits.PENALTY_REASON_HIGH, multiline=False)
    note = text.clean(note, field="note", low=0, high=limits.PENALTY_NOTE_HIGH)
    now = timezone.now()
    ends_at = now + limits.WARNING_REMEMBERED if kind == PenaltyKind.WARNING else _checked(until, now)
    with transaction.atomic():
        account = User.objects.lock(user.pk)
        if kind != PenaltyKind.WARNING:
            account.penalties.active().filter(kind=kind).update(lifted_at=now, lifted_by=_person(actor))
        penalty = Penalty.objects.create(
            user=account, kind=kind, reason=reason, note=note, starts_at=now, ends_at=ends_at, case=case,
            issued_by=_person(actor),
        )  # fmt: skip
        _derive(account, user)
        if kind == PenaltyKind.SUSPENSION:
            realtime.disconnect_user(account.pk)
        _log(actor, kind, penalty, reason=reason, note=note)
        publish(PenaltyIssued(penalty_id=penalty.pk, user_id=account.pk, kind=kind, actor_id=actor.pk))
    return penalty


def change_penalty(*, actor: Any, penalty: Penalty, until: datetime | None) -> Penalty:
    """Let a penalty that holds end at another time, None for never.

    Raises: NotAllowed, Invalid, Conflict `over`.  Publishes: PenaltyChanged.
    """
    ensure(actor, "profiles.penalise", _with_roles(penalty.user))
    ends_at = _checked(until, timezone.now())
    with transaction.atomic():
        account, locked = _lock(penalty)
        if not locked.is_active or locked.kind == PenaltyKind.WARNING:
            raise Conflict(_("This penalty is over. Issue a new one."), code="over")
        locked.ends_at = ends_at
        locked.save(update_fields=["ends_at"])
        _derive(account, penalty.user)
        _log(actor, "change_penalty", locked, reason=locked.reason)
        publish(_changed(locked, actor))
    return locked


def lift(*, actor: Any, penalty: Penalty, note: str = "") -> Penalty:
    """End a penalty now; one that is over stays as it is. Raises: NotAllowed.  Publishes: PenaltyChanged."""
    ensure(actor, "profiles.penalise", _with_roles(penalty.user))
    note = text.clean(note, field="note", low=0, high=limits.PENALTY_NOTE_HIGH)
    with transaction.atomic():
        account, locked = _lock(penalty)
        if locked.is_active:
            locked.lifted_at, locked.lifted_by = timezone.now(), _person(actor)
            locked.save(update_fields=["lifted_at", "lifted_by"])
            _derive(account, penalty.user)
            _log(actor, "lift_penalty", locked, note=note)
            publish(_changed(locked, actor))
    return locked


def lift_kind(*, actor: Any, user: User, kind: str) -> None:
    """End whatever of one kind holds against `user`; nothing holding changes nothing. Raises: NotAllowed."""
    ensure(actor, "profiles.penalise", _with_roles(user))
    with transaction.atomic():
        for penalty in user.penalties.active().filter(kind=kind).select_related("user").order_by("pk"):
            lift(actor=actor, penalty=penalty)
        user.refresh_from_db(fields=list(UNTIL.values()))


def ensure_may_write(actor: Any) -> None:
    """Let `actor` say something to others, or raise NotAllowed `silenced`. No query unless it refuses."""
    if actor.is_silenced:
        raise refusal(actor, PenaltyKind.SILENCE)


def ensure_may_enter(actor: Any) -> None:
    """Let `actor` use the site at all, or raise NotAllowed `suspended`. No query unless it refuses."""
    if actor.is_suspended:
        raise refusal(actor, PenaltyKind.SUSPENSION)


def refusal(user: User, kind: PenaltyKind) -> DomainError:
    """Return the refusal that tells `user` what they may not do, why, and until when. One query."""
    return NotAllowed(told(kind, in_force(user, kind), getattr(user, UNTIL[kind])), code=CODES[kind])


def derive(*, account: User) -> None:
    """Set the columns of `account` from its penalties again. A part of merging accounts, which holds the lock."""
    _derive(account, account)


def _checked(until: datetime | None, now: datetime) -> datetime | None:
    if until is None:
        return None
    if until <= now:
        raise Invalid(_("This time has passed already."), code="past", field="until")
    if until - now > timedelta(days=limits.PENALTY_DAYS_HIGH):
        raise Invalid(_("That is very far away: leave it empty for good."), code="too_far", field="until")
    return until


def _derive(account: User, held: User) -> None:
    """Set the columns of the locked `account` (and of `held`, the caller's copy) from its rows, and cap its trust."""
    found: dict[str, datetime | None] = dict.fromkeys(UNTIL)
    for kind, ends_at in account.penalties.active().filter(kind__in=UNTIL).values_list("kind", "ends_at"):
        found[kind] = max(ends_at or FOR_GOOD, found[kind] or timezone.now())
    capped = [limits.TRUST_CAPS[kind] for kind, until in found.items() if until and kind in limits.TRUST_CAPS]
    account.trust_level = min([account.trust_level, *capped])
    for kind, column in UNTIL.items():
        setattr(account, column, found[kind])
    account.save(update_fields=["trust_level", *UNTIL.values()])
    for column in ("trust_level", *UNTIL.values()):
        setattr(held, column, getattr(account, column))


def _lock(penalty: Penalty) -> tuple[User, Penalty]:
    """Lock the person, then read the penalty again: whoever changes penalties of a person holds that person."""
    account = User.objects.lock(penalty.user_id)
    return account, Penalty.objects.get(pk=penalty.pk)


def _with_roles(user: User) -> User:
    return user if user.roles_are_loaded else User.objects.with_roles().get(pk=user.pk)


def _person(actor: Any) -> User | None:
    return actor if actor.pk else None


def _log(actor: Any, action: str, penalty: Penalty, *, reason: str = "", note: str = "") -> None:
    log(actor, action, kind="user", object_id=penalty.user_id, target=penalty.user, reason=reason, note=note)


def _changed(penalty: Penalty, actor: Any) -> PenaltyChanged:
    return PenaltyChanged(
        penalty_id=penalty.pk, user_id=penalty.user_id, kind=penalty.kind, actor_id=actor.pk
    )
