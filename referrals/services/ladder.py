"""The ladder as the school opens with it; administrators edit its rungs from then on."""

from gamification import catalogue
from referrals.models import LadderStep


def load_ladder() -> int:
    """Write the rungs of the catalogue where there is none at all; return how many were written. Repeatable."""
    if LadderStep.objects.exists():
        return 0
    rows = catalogue.load()["referral_rewards"]["ladder"]
    steps = [LadderStep(min_referrals=row["min_referrals"], points=row["points"], badge=row["badge"]) for row in rows]
    return len(LadderStep.objects.bulk_create(steps, ignore_conflicts=True))
