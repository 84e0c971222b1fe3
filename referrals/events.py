"""Facts about invitations."""

from dataclasses import dataclass

from community_platform.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRegistered(DomainEvent):
    """A friend (`other_id`) confirmed their e-mail; `points` is what the inviter (`user_id`) got for it."""

    user_id: int
    referral_id: int
    other_id: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRewarded(DomainEvent):
    """One of the two was paid (`is_inviter`), for `reason` joined or completed; `other_id` is the other."""

    user_id: int
    referral_id: int
    other_id: int
    points: int
    reason: str
    is_inviter: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderReached(DomainEvent):
    """An inviter reached a rung of the ladder for the first time."""

    user_id: int
    step_id: int
    min_referrals: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRejected(DomainEvent):
    """A referral does not count, and what it paid was taken back. `actor_id` is None where a rule decided."""

    user_id: int
    referral_id: int
    other_id: int
    actor_id: int | None
