"""The seam for referrals: a higher app says whether a code brought this person here."""

from collections.abc import Callable

from profiles.models import User

Claim = Callable[[User, str], bool]
_claims: list[Claim] = []


def register_claim(claim: Claim) -> None:
    """Ask `claim(new user, code)` at each registration, inside its transaction; True means the code was applied."""
    if claim not in _claims:
        _claims.append(claim)


def apply_referral(*, actor: User, code: str) -> bool:
    """Tell whether `code` was applied to the new person; an unusable code is ignored, never an error."""
    return bool(code) and any(claim(actor, code[:64]) for claim in _claims)
