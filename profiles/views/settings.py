"""Settings: profile and tokens. allauth has the pages for e-mail, password, two-step sign-in and sessions."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community_platform.core.html import errors_to, render_form, sign_in_first
from profiles import selectors
from profiles.forms import ProfileForm, TokenForm
from profiles.models import ApiToken, User
from profiles.services import avatar, profile, tokens


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
    account = profile.update_profile(
        actor=account,
        account=account,
        display_name=data["display_name"],
        timezone=data["timezone"],
        language=data["language"],
        expected_revision=data["revision"],
    )
    if data["avatar"]:
        avatar.set_avatar(actor=account, account=account, upload=data["avatar"])
    elif data.get("remove_avatar"):
        avatar.remove_avatar(actor=account, account=account)


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
