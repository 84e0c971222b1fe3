"""The settings in force."""

from referrals.models import ReferralPolicy


def policy() -> ReferralPolicy:
    """Return the settings, or their defaults where nobody chose. One query."""
    return ReferralPolicy.objects.first() or ReferralPolicy(pk=1)
