"""Leaderboards."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community_platform.core.errors import NotFound
from gamification.models import Period
from gamification.selectors import boards, ranking
from gamification.selectors.preferences import is_on, is_shown

SCOPES = {"everyone": _("Everyone"), "following": _("People I follow"), "around": _("Around me")}


@never_cache
@require_safe
def leaderboards(request: HttpRequest, board: str = "points") -> HttpResponse:
    """Show a board: `?period=` day, week (the default), month or all; `?scope=` everyone, following or around."""
    source = boards.source(board)
    if source is None:
        raise NotFound
    if not is_shown(request.user):
        return render(request, "gamification/switched_off.html", {"is_site_off": not is_on()})
    asked = request.GET.get("period", Period.WEEK)
    period = Period(asked) if asked in Period.values else Period.WEEK
    scope = request.GET.get("scope", "everyone")
    scope = scope if scope in SCOPES and request.user.is_authenticated else "everyone"
    found = ranking.standings(request.user, source, period, scope=scope, page=_page(request))
    context = {
        "sources": boards.sources(), "source": source, "periods": Period.choices, "period": period,
        "scopes": SCOPES.items(), "scope": scope, "standings": found, "ends_at": boards.ends_at(period),
        "page": Paginator(range(found.count), ranking.PAGE).get_page(_page(request)),
    }  # fmt: skip
    return render(request, "gamification/leaderboards.html", context)


def _page(request: HttpRequest) -> int:
    asked: Any = request.GET.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdecimal() and len(asked) <= 6 else 1
