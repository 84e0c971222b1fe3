"""What one is told, and where, as a page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community_platform.core.html import errors_to, render_form, sign_in_first
from notifications.forms import PreferencesForm
from notifications.selectors.preferences import by_category, choices_of, setting_of
from notifications.services import push
from notifications.services.preferences import set_preferences


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and change the matrix of kinds and channels, the digest and the quiet hours."""
    account: Any = request.user
    setting = setting_of(account)
    quiet = {"quiet_hours_from": setting.quiet_from, "quiet_hours_to": setting.quiet_to}
    form = PreferencesForm(initial={"digest": setting.digest, **quiet})
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        if form.is_valid():
            with errors_to(form):
                set_preferences(actor=account, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved."))
            return redirect("notifications:preferences")
    shelves = by_category(choices_of(account), account)
    context = {"shelves": shelves, "push_key": push.public_key() if push.is_configured() else ""}
    return render_form(request, "notifications/preferences.html", context, form)
