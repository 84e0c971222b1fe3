"""Where one's points come from, and what levels take."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community_platform.core.html import sign_in_first
from gamification.selectors import points as selectors
from gamification.selectors.preferences import is_on, is_shown

ROWS = 30


@never_cache
@require_safe
@sign_in_first
def points(request: HttpRequest) -> HttpResponse:
    """Show one's ledger, the newest first, each row with what it was for."""
    if not is_shown(request.user):
        return render(request, "gamification/switched_off.html", {"is_site_off": not is_on()})
    account: Any = request.user
    page = Paginator(selectors.history(account), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "rows": selectors.explained(page.object_list), "standing": selectors.standing(account)}
    return render(request, "gamification/points.html", context)


@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    """Show what each level takes and what brings points."""
    if not is_shown(request.user):
        return render(request, "gamification/switched_off.html", {"is_site_off": not is_on()})
    mine = selectors.standing(request.user) if request.user.is_authenticated else None
    context = {"levels": selectors.levels(mine), "standing": mine, "prices": selectors.prices()}
    return render(request, "gamification/levels.html", context)
