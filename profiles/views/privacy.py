"""Settings about other people: what they see of me, whom I do not want to hear, what I am called."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.html import errors_to, next_or, render_form, sign_in_first
from profiles.forms import PrivacyForm, UsernameForm
from profiles.services import profile, username


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def settings_privacy(request: HttpRequest) -> HttpResponse:
    """Show and change the four switches."""
    account: Any = request.user
    form = PrivacyForm(request.POST or None, initial={name: getattr(account, name) for name in profile.SWITCHES})
    if request.method == "POST":  # all switches off is an empty form
        form = PrivacyForm(request.POST)
        if form.is_valid():
            with errors_to(form):
                profile.update_profile(actor=account, account=account, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved."))
            return redirect("profiles:settings-privacy")
    return render_form(request, "profiles/settings_privacy.html", {}, form)


@require_POST
@sign_in_first
def show_activity(request: HttpRequest) -> HttpResponse:
    """Take the answer to "may others see what you do?" and go back."""
    account: Any = request.user
    profile.answer_activity_question(actor=account, account=account, show=request.POST.get("show") == "yes")
    messages.success(request, _("Saved. You can change this in your settings."))
    return redirect(next_or(request, "/feed/"))


@never_cache
@require_safe
@sign_in_first
def settings_people(request: HttpRequest) -> HttpResponse:
    """List whom one blocks or ignores, to let them again."""
    account: Any = request.user
    rows = account.blocks.select_related("other").order_by("-created_at", "-pk")
    return render(request, "profiles/settings_people.html", {"blocks": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def settings_username(request: HttpRequest) -> HttpResponse:
    """Change one's user name."""
    account: Any = request.user
    form = UsernameForm(request.POST or None, initial={"username": account.username})
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            account = username.change_username(actor=account, account=account, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("You are @%(name)s now.") % {"name": account.username})
            return redirect("profiles:settings-username")
    return render_form(request, "profiles/settings_username.html", {}, form)
