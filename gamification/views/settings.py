"""Settings: who wants to play."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community_platform.core.html import errors_to, render_form, sign_in_first
from gamification.forms import PreferencesForm
from gamification.selectors.preferences import is_on, preference_of
from gamification.services import preferences


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def settings_game(request: HttpRequest) -> HttpResponse:
    """Show and change one's three choices."""
    account: Any = request.user
    kept = preference_of(account)
    form = PreferencesForm(initial={name: getattr(kept, name) for name in preferences.FIELDS})
    if request.method == "POST":  # everything off is an empty form
        form = PreferencesForm(request.POST)
        if form.is_valid():
            with errors_to(form):
                preferences.set_preferences(actor=account, account=account, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved."))
            return redirect("gamification:settings")
    return render_form(request, "gamification/settings.html", {"is_site_on": is_on()}, form)
