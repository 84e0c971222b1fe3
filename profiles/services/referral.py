"""The seam for referrals: a higher app says whether somebody brought this person here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from profiles.models import User

CODE_HIGH = 64


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody came: the code they named, their network address, what their browser kept."""

    code: str = ""
    address: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)


Claim = Callable[[User, Arrival], bool]
_claims: list[Claim] = []


def register_claim(claim: Claim) -> None:
    """Ask `claim(new user, arrival)` at each registration, inside its transaction; True: somebody brought them."""
    if claim not in _claims:
        _claims.append(claim)


def apply_referral(*, actor: User, arrival: Arrival) -> bool:
    """Tell whether somebody brought the new person; an unusable code is ignored, never an error."""
    return any(claim(actor, arrival) for claim in _claims)
