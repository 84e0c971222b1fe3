"""What referrals give to a person who asks for their data."""

from community_platform.core import lifecycle
from community_platform.core.lifecycle import table
from referrals.models import KnownDevice, ReachedStep, Referral, ReferralCode

_STATE = ("status", "created_at", "joined_at", "completed_at", "rewarded_at")


def register() -> None:
    """Register what is given out: of a friend only what became of the invitation."""
    lifecycle.exports(
        table(
            "referrals/codes", ReferralCode, "user",
            ("code", "label", "is_active", "usage_count", "clicks_count", "max_uses", "expires_at", "created_at"),
        ),
        table("referrals/friends", Referral, "referrer", {"code": "code__code", "points": "referrer_points"} | {
            name: name for name in _STATE
        }),
        table("referrals/invited_by", Referral, "referee", {"code": "code__code", "points": "referee_points"} | {
            name: name for name in _STATE
        }, is_single=True),
        table("referrals/ladder", ReachedStep, "user", ("min_referrals", "points", "reached_at", "revoked_at")),
        table("referrals/browsers", KnownDevice, "user", ("seen_at",)),
    )  # fmt: skip
    other = "what became of an invitation, a matter of two people; it holds no words of either"
    lifecycle.stays(
        {
            "referrals.ReferralCode.code": "is printed and passed on; the name in it was chosen to be",
            "referrals.Referral.status": other,
            "referrals.Referral.flags": "names of the rules that an invitation met, no words of a person",
            "referrals.Referral.reject_reason": "written by staff about the invitation of two people",
            "referrals.Referral.reviewed_by": "an invitation of other people",
            "referrals.Referral.referrer": other,
        }
    )
    lifecycle.withheld({"referrals.Referral.reviewed_by": "the work of the school on invitations of others"})
