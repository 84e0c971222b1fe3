"""The way back from seeing the site as somebody else does."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community_platform.core.html import sign_in_first
from profiles.middleware import SUPPORT_KEY
from profiles.services import support


@require_POST
@sign_in_first
def support_stop(request: HttpRequest) -> HttpResponse:
    """End the view and go back to the account in the administration; without one, home."""
    kept = request.session.pop(SUPPORT_KEY, None)
    if kept is None:
        return redirect("home")
    support.stop_view(actor=request.user, person_id=kept["person"])
    messages.success(request, _("You see the site as yourself again."))
    return redirect("admin:profiles_user_change", kept["person"])
