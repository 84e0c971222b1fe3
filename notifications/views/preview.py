"""Every kind of mail as people get it, for administrators: in both languages, HTML and text."""

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community_platform.core.html import sign_in_first
from notifications import catalogue
from notifications.services import mailing_samples
from notifications.services.mailing_letters import bodies


@require_safe
@sign_in_first
def mail_preview(request: HttpRequest) -> HttpResponse:
    if not request.user.is_admin:
        raise Http404
    labels = {kind.name: kind.label for kind in catalogue.KINDS.values()}
    kinds = [(name, labels.get(name, _("Digest"))) for name in mailing_samples.names()]
    return render(request, "notifications/mail_preview.html", {"kinds": kinds, "languages": settings.LANGUAGES})


@require_safe
@sign_in_first
@csp_replace({"default-src": [NONE], "style-src": [UNSAFE_INLINE]})  # as mail programs show it: nothing is loaded
def mail_sample(request: HttpRequest, kind: str, language: str, form: str) -> HttpResponse:
    known = language in dict(settings.LANGUAGES) and form in {"html", "txt"}
    if not (request.user.is_admin and known and kind in mailing_samples.names()):
        raise Http404
    with translation.override(language):
        letter = mailing_samples.sample(request.user, kind)
        text, html = bodies(request.user, letter)
    if form == "html":
        return HttpResponse(html)
    return HttpResponse(f"{letter.subject}\n\n{text}", content_type="text/plain; charset=utf-8")
