"""What gamification adds to other pages: the flame in the header, the streak on the home page."""

from typing import Any

from django.http import HttpRequest

from community_platform.core import panels
from gamification import selectors


def flame(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    return {"streak": _standing(request)} if request.user.is_authenticated else None


def streak_card(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    if not request.user.is_authenticated:
        return None
    return {"streak": _standing(request), "week": selectors.week(request.user)}


def _standing(request: HttpRequest) -> selectors.Standing:
    """Read the streak once a page, however many panels show it."""
    if not hasattr(request, "streak_standing"):
        request.streak_standing = selectors.streak_for(request.user)  # type: ignore[attr-defined]
    standing: selectors.Standing = request.streak_standing  # type: ignore[attr-defined]
    return standing


panels.register("header.icons", "gamification/_flame.html", flame, order=10)
panels.register("home.aside", "gamification/_streak_card.html", streak_card, order=10)
