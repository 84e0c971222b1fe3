"""Rows of referrals."""

from referrals.models.code import ReferralCode
from referrals.models.device import KnownDevice
from referrals.models.ladder import LadderStep, ReachedStep
from referrals.models.policy import Basis, ReferralPolicy
from referrals.models.referral import Referral, Status

__all__ = [
    "Basis",
    "KnownDevice",
    "LadderStep",
    "ReachedStep",
    "Referral",
    "ReferralCode",
    "ReferralPolicy",
    "Status",
]
