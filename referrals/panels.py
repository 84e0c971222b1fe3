"""What referrals add to other pages: who invites, for a visitor who followed a link."""

from typing import Any

from django.http import HttpRequest

from community_platform.core import panels
from profiles.privacy import Facet, can_see
from referrals.middleware import invitation
from referrals.selectors.policy import policy


def invited_by(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """Return who invites the visitor: by name only if their profile is public. No query without an invitation."""
    if request.user.is_authenticated:
        return None
    code = invitation(request)
    if code is None:
        return None
    is_public = can_see(request.user, code.user, Facet.PROFILE)
    return {"inviter": code.user if is_public else None, "code": code, "points": policy().joined_referee}


panels.register("visitor.welcome", "referrals/_invited_by.html", invited_by)
