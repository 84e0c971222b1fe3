"""The link at the foot of every mail. It works without signing in; only a POST changes anything (RFC 8058)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import catalogue
from notifications.services import unsubscribing


@csrf_exempt  # mail programs post here for the reader; the signed token is the credential
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, for scanners of mail follow every link; end the mails on POST, take it back on POST of `undo`."""
    wish = unsubscribing.read(token)
    state = "asked"
    if request.method == "POST":
        back = "undo" in request.POST
        change = unsubscribing.resubscribe if back else unsubscribing.unsubscribe
        change(actor=wish.user, scope=wish.scope)
        state = "back" if back else "done"
    category = catalogue.CATEGORIES.get(wish.scope)
    what = category.title if category else _("Digest") if wish.scope == unsubscribing.DIGEST else ""
    answer = render(request, "notifications/unsubscribe.html", {"state": state, "what": what})
    answer["Referrer-Policy"] = "no-referrer"  # the address is a credential
    return answer
