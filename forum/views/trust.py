"""What a person is trusted with, and what the next level asks for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community_platform.core.html import sign_in_first
from forum.selectors.trust import GRANTS, standing
from profiles.selectors.penalties import history


@require_safe
@sign_in_first
def trust(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    context = {"standing": standing(user), "levels": GRANTS.items(), "penalties": history(user)[:20]}
    return render(request, "forum/trust.html", context)
