"""The page behind the flame."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community_platform.core.html import sign_in_first
from gamification import selectors


@require_safe
@sign_in_first
def streak(request: HttpRequest) -> HttpResponse:
    context = {"streak": selectors.streak_for(request.user), "week": selectors.week(request.user)}
    return render(request, "gamification/streak.html", context)
