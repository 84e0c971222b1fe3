"""What the school wants to reach and how far it is, for administrators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.charts import sparkline
from analytics.charts.shapes import shown
from analytics.selectors import platform, targets
from community_platform.core.cache import cached
from community_platform.core.errors import NotFound
from community_platform.core.html import sign_in_first
from community_platform.core.permissions import may

CACHE_SECONDS = 300


def _community() -> list[targets.Target]:
    return cached(f"success:{get_language()}", CACHE_SECONDS, targets.community)


@never_cache
@require_safe
@sign_in_first
def success(request: HttpRequest) -> HttpResponse:
    """Every target with value, trend, definition and status; how fast we are; whether aggregation is well."""
    if not may(request.user, "analytics.view_success"):
        raise NotFound
    groups = [
        [(row, shown(row.value, row.unit), shown(row.goal, row.unit), sparkline(row.trend)) for row in rows]
        for rows in (_community(), targets.speed())
    ]
    context = {"community": groups[0], "speed": groups[1], "health": platform.health()}
    return render(request, "analytics/success.html", context)
