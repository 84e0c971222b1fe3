"""One's own page: the funnel, the next rung, the friends, what was paid."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from gamification.models import PointTransaction
from gamification.selectors.categories import OTHER, REASONS
from profiles.models import User
from profiles.privacy import Facet, seen_by
from referrals.models import LadderStep, ReachedStep, Referral, ReferralCode, Status
from referrals.selectors.counts import counting
from referrals.selectors.policy import policy

REWARDS = ("referral_joined", "referral_completed", "referral_ladder")


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next rung: `count` friends of `min_referrals` are there."""

    min_referrals: int
    points: int
    count: int

    @property
    def missing(self) -> int:
        return self.min_referrals - self.count


@dataclass(frozen=True, slots=True)
class Stats:
    """Referrals by status, and what they have earned the inviter (rungs included, badges not)."""

    pending: int
    completed: int
    rewarded: int
    rejected: int
    joined: int
    registered: int
    clicks: int
    points_earned: int
    next_step: NextStep | None
    basis: str

    @property
    def finished(self) -> int:
        return self.completed + self.rewarded


@dataclass(frozen=True, slots=True)
class Friend:
    """A referral as its inviter sees it. `person` is None where the profile is private to them; `state` is polite."""

    referral: Referral
    number: int
    person: User | None
    state: str


def stats_of(user: Any) -> Stats:
    """Return the numbers of a person's invitations. Five queries."""
    rules = policy()
    by_status = {status: Count("pk", filter=Q(status=status)) for status in Status.values}
    counts = Referral.objects.filter(referrer=user).aggregate(
        joined=Count("pk", filter=Q(joined_at__isnull=False) & ~Q(status=Status.REJECTED)),
        points=Sum("referrer_points"), **by_status,
    )  # fmt: skip
    ladder = ReachedStep.objects.filter(user=user, revoked_at=None).aggregate(points=Sum("points"))["points"] or 0
    clicks = ReferralCode.objects.filter(user=user).aggregate(n=Sum("clicks_count"))["n"] or 0
    return Stats(
        pending=counts["pending"], completed=counts["completed"], rewarded=counts["rewarded"],
        rejected=counts["rejected"], joined=counts["joined"],
        registered=counts["pending"] + counts["completed"] + counts["rewarded"], clicks=clicks,
        points_earned=(counts["points"] or 0) + ladder, next_step=_next_step(user.pk, rules.basis), basis=rules.basis,
    )  # fmt: skip


def _next_step(user_id: int, basis: str) -> NextStep | None:
    count = counting(user_id, basis)
    reached = ReachedStep.objects.filter(user=user_id, revoked_at=None).values("step")
    steps = LadderStep.objects.filter(is_active=True, min_referrals__gt=count).exclude(pk__in=reached)
    step = steps.order_by("min_referrals").first()
    return NextStep(step.min_referrals, step.points, count) if step else None


def ladder_of(user: Any) -> list[LadderStep]:
    """Return the rungs in use, each with `is_reached`."""
    reached = ReachedStep.objects.filter(user=user, step=OuterRef("pk"), revoked_at=None)
    return list(LadderStep.objects.filter(is_active=True).annotate(is_reached=Exists(reached)))


def referrals_of(user: Any) -> QuerySet[Referral]:
    """Return whom a person has invited, the newest first, annotated for `friends`."""
    shown = User.objects.filter(seen_by(user, Facet.PROFILE), pk=OuterRef("referee"))
    rows = Referral.objects.filter(referrer=user).select_related("referee", "code")
    return rows.annotate(_is_seen=Exists(shown)).order_by("-pk")


def friends(rows: list[Any], first: int) -> list[Friend]:
    """Return rows of `referrals_of` as the inviter sees them; `first` is the number of the first row, counted down."""
    return [
        Friend(row, first - place, row.referee if row._is_seen else None, _state(row)) for place, row in enumerate(rows)
    ]


def _state(referral: Referral) -> str:
    """Say politely where an invitation stands: nobody learns what it was doubted for."""
    if referral.status == Status.REJECTED:
        return "not_eligible"
    if referral.is_held:
        return "checking"
    if referral.status == Status.PENDING:
        return "joined" if referral.joined_at else "invited"
    return referral.status


@dataclass(frozen=True, slots=True)
class Payment:
    """One reward, or what was taken back."""

    amount: int
    label: Any
    icon: str
    is_reversal: bool
    occurred_at: Any


def payments_of(user: Any, most: int = 20) -> list[Payment]:
    """Return what invitations have paid a person, and when, the newest first: rows of the ledger. One query."""
    rows = PointTransaction.objects.filter(user=user, reason__in=REWARDS).order_by("-pk")[:most]
    return [
        Payment(row.amount, *REASONS.get(row.reason, OTHER), row.reverses_id is not None, row.occurred_at)
        for row in rows
    ]


def inviter_of(user: Any) -> Referral | None:
    """Return the referral that brought a person, None where nobody did or it does not count."""
    rows = Referral.objects.filter(referee=user).exclude(status=Status.REJECTED)
    return rows.select_related("referrer").first()
