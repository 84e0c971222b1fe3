"""The page behind the flame."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community_platform.core.errors import NotFound
from community_platform.core.html import sign_in_first
from gamification.catalogue.streaks import FREEZE_CAP, REWARDS
from gamification.selectors import streaks
from gamification.selectors.preferences import is_on, is_shown


@never_cache
@require_safe
@sign_in_first
def streak(request: HttpRequest) -> HttpResponse:
    """Show one's streak, the calendar of the last weeks or of a `?year=`, and why the last streak ended."""
    if not is_shown(request.user):
        return render(request, "gamification/switched_off.html", {"is_site_off": not is_on()})
    standing = streaks.streak_for(request.user)
    years = streaks.years(request.user, standing)
    wanted = request.GET.get("year", "")
    if wanted and wanted not in {str(number) for number in years}:
        raise NotFound
    context = {
        "streak": standing,
        "week": streaks.week(request.user, standing),
        "calendar": streaks.shown(request.user, int(wanted or 0), standing),
        "years": years,
        "ending": streaks.ending(request.user, standing),
        "rewards": REWARDS,
        "cap": FREEZE_CAP,
        "presents": streaks.presents(request.user),
    }
    return render(request, "gamification/streak.html", context)
