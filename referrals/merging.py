"""What becomes of invitations when two accounts become one."""

from community_platform.core import merging
from community_platform.core.merging import leave, move, move_unique


def register() -> None:
    """Register what becomes of the rows."""
    merging.rules(
        leave(
            "referrals.ReferralCode.user", "referrals.Referral.referrer", "referrals.Referral.referee",
            "referrals.ReachedStep.user",
            reason="what an invitation paid is in the ledger of that account, which is never changed; its codes end",
        ),
        move("referrals.Referral.reviewed_by"),
        move_unique("referrals.KnownDevice.user", same=("digest",)),
    )  # fmt: skip
