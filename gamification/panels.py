"""What gamification adds to other pages: the flame in the header, the streak on home and on profiles."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest

from community_platform.core import panels
from gamification.limits import SHOWCASE
from gamification.selectors import badges, points, streaks
from gamification.selectors.preferences import is_shown, preference_of
from gamification.selectors.streaks import Standing


def flame(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    if not request.user.is_authenticated or not is_shown(request.user):
        return None
    return {"streak": _standing(request)}


def streak_card(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    if not request.user.is_authenticated or not is_shown(request.user):
        return None
    standing = _standing(request)
    return {"streak": standing, "week": streaks.week(request.user, standing)}


def profile_calendar(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """Return the year of the person whose profile it is, for those who may see what they do."""
    if not subject.shows_activity or not is_shown(subject.viewer):
        return None
    person = subject.person
    standing = streaks.streak_for(person)
    if not standing.total_active_days:
        return None
    return {"streak": standing, "calendar": streaks.recent(person, standing)}


def _standing(request: HttpRequest) -> Standing:
    """Read the streak once a page, however many panels show it."""
    if not hasattr(request, "streak_standing"):
        request.streak_standing = streaks.streak_for(request.user)  # type: ignore[attr-defined]
    standing: Standing = request.streak_standing  # type: ignore[attr-defined]
    return standing


def celebrate(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    if not request.user.is_authenticated or not is_shown(request.user):
        return None
    return {"has_unseen": badges.has_unseen(request.user) or preference_of(request.user).has_goal_news}


def goal(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    if not request.user.is_authenticated or not is_shown(request.user):
        return None
    card = badges.goal_of(request.user)
    return {"card": card} if card is not None else None


def badge_showcase(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """Return the badges of the person whose profile it is, for those who may see them. One query."""
    if not subject.shows_badges or not is_shown(subject.viewer):
        return None
    held = list(badges.held_by(subject.viewer, subject.person))
    if not held and not subject.is_self:
        return None
    return {"awards": held[:SHOWCASE], "count": len(held), "is_self": subject.is_self}


def standing_of_person(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """Return level and reputation of the person whose profile it is. One query."""
    if subject.is_private or not is_shown(subject.viewer):
        return None
    profile = subject.person.profile
    standing = points.Standing(profile.total_points, profile.level)
    return {"standing": standing, "reputation": points.reputation(subject.person)}


def flairs(request: HttpRequest, people: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return level and reputation of those of `people` whom the reader may see with theirs. One query."""
    if not is_shown(request.user):
        return {}
    return {pk: {"flair": flair} for pk, flair in points.flairs(request.user, people).items()}


panels.register_mark("author", "gamification/_flair.html", flairs)
panels.register("profile.aside", "gamification/_reputation.html", standing_of_person, order=10)
panels.register("header.icons", "gamification/_celebrate.html", celebrate, order=5)
panels.register("profile.main", "gamification/_showcase.html", badge_showcase, order=20)
panels.register("header.icons", "gamification/_flame.html", flame, order=10)
panels.register("home.aside", "gamification/_streak_card.html", streak_card, order=10)
panels.register("home.aside", "gamification/_goal.html", goal, order=20)
panels.register("profile.main", "gamification/_profile_calendar.html", profile_calendar, order=30)
