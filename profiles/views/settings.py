"""Settings: profile and tokens. allauth has the pages for e-mail, password, two-step sign-in and sessions."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community_platform.core.errors import DomainError
from community_platform.core.html import errors_to, next_or, render_form, sign_in_first
from profiles import selectors
from profiles.forms import TOLD, ProfileForm, TokenForm
from profiles.models import ApiToken, User
from profiles.services import pictures, profile, tokens


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def settings_profile(request: HttpRequest) -> HttpResponse:
    account: Any = request.user
    form = ProfileForm(request.POST or None, request.FILES or None, account=account)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            _save_profile(account, form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved."))
            return redirect("profiles:settings-profile")
    return render_form(request, "profiles/settings_profile.html", {}, form)


@transaction.atomic
def _save_profile(account: User, data: dict[str, Any]) -> None:
    told = {name: data[name] for name in ("display_name", "timezone", "language", *TOLD)}
    told |= {name: told[name] or 0 for name in profile.BIRTHDAY}
    account = profile.update_profile(
        actor=account, account=account, expected_revision=data["revision"], **told
    )
    whose: dict[str, Any] = {"actor": account, "account": account}
    if data["avatar"]:
        pictures.set_avatar(**whose, upload=data["avatar"], focus=_focus(data["avatar_focus"]))
    elif data.get("remove_avatar"):
        pictures.remove_avatar(**whose)
    if data["cover_image"]:
        pictures.set_cover(**whose, upload=data["cover_image"], focus=_focus(data["cover_focus"]))
    elif data.get("remove_cover"):
        pictures.remove_cover(**whose)


def _focus(value: str) -> tuple[float, float]:
    x, _comma, y = (value or "0.5,0.5").partition(",")
    return float(x), float(y)


@require_POST
@sign_in_first
def settings_zone(request: HttpRequest) -> HttpResponse:
    """Take the time zone of the device, which the banner offers."""
    account: Any = request.user
    try:
        profile.update_profile(actor=account, account=account, timezone=request.POST.get("timezone", ""))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Saved."))
    return redirect(next_or(request, "profiles:settings-profile"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def settings_tokens(request: HttpRequest) -> HttpResponse:
    """List tokens; after a POST show the new key on this very answer, so that it is stored nowhere."""
    account: Any = request.user
    form = TokenForm(request.POST or None, account=account)
    token, key = None, ""
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            token, key = tokens.create_token(actor=account, account=account, **form.cleaned_data)
            form = TokenForm(account=account)
    context = {"tokens": selectors.live_tokens(account), "new_token": token, "key": key}
    return render_form(request, "profiles/settings_tokens.html", context, form)


@require_POST
@sign_in_first
def settings_token_revoke(request: HttpRequest, token_id: str) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), token_key=token_id)
    tokens.revoke_token(actor=request.user, token=token)
    messages.success(request, _("The token “%(name)s” no longer works.") % {"name": token.name})
    return redirect("profiles:settings-tokens")
