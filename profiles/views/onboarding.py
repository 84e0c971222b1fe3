"""The step after joining: may those who follow me see what I do? Asked once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community_platform.core.html import next_or, sign_in_first
from profiles.services import onboarding


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask whether others may see one's activity; `skip` leaves it as it is. Who has answered goes on."""
    account: Any = request.user
    onward = next_or(request, "/")
    if request.method == "POST":
        answer = {"yes": True, "no": False}.get(request.POST.get("show", ""))
        onboarding.answer(actor=account, account=account, show=answer)
        return redirect(onward)
    if onboarding.is_answered(account):
        return redirect(onward)
    return render(request, "profiles/onboarding.html", {"next": onward})
