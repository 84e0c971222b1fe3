"""Certificates: one's own, the public page that proves one, its PDF, credential and picture, checking, revoking."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community_platform.core import ogimage, text
from community_platform.core.api.views import get_or_404
from community_platform.core.errors import NotAllowed
from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.ogimage import Card
from community_platform.core.permissions import may
from courses.forms.certificates import CheckForm, RevokeForm
from courses.models import Certificate
from courses.selectors import certificates as selectors
from courses.services import certificates, credentials, verification
from courses.services.certificate_pdf import code_matrix, pdf_of
from profiles import privacy

PER_PAGE = 20
REVOKED_MAX_AGE = 300  # seconds that others may keep the list of revoked ones


@require_safe
@sign_in_first
def certificate_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.certificates_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "courses/certificates.html", {"page": page})


@require_safe
def certificate(request: HttpRequest, code: UUID) -> HttpResponse:
    """Show what a certificate proves, to whoever has its code, signed in or not."""
    row = _certificate(request, code)
    is_own, may_revoke = request.user.pk == row.user_id, may(request.user, "courses.revoke_certificate", row)
    context = {
        "certificate": row,
        "is_genuine": verification.is_genuine(row),
        "is_own": is_own,
        "may_revoke": may_revoke,
        "shows_person": privacy.can_see(request.user, row.user, privacy.Facet.COURSES),
        "shares": _shares(row) if is_own and row.is_valid else [],
        "qr": _svg_path(code_matrix(settings.SITE_URL + row.get_absolute_url())),
        "card": card_path(row),
    }
    return render(request, "courses/certificate.html", context)


@require_safe
def certificate_pdf(request: HttpRequest, code: UUID) -> HttpResponse:
    """Answer the page to print; a revoked certificate is not printed any more."""
    row = _certificate(request, code)
    if not row.is_valid:
        return redirect(row)
    response = HttpResponse(pdf_of(row), content_type="application/pdf")
    name = text.slug(row.course_title) or "certificate"
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_safe
def credential(request: HttpRequest, code: UUID) -> HttpResponse:
    """Answer the Open Badges 3.0 credential as a file."""
    row = _certificate(request, code)
    response = JsonResponse(row.credential, content_type="application/vc+ld+json")
    response["Content-Disposition"] = f'attachment; filename="certificate-{row.uuid}.json"'
    return response


@require_safe
def card(request: HttpRequest, code: UUID, digest: str) -> HttpResponse:
    row = _certificate(request, code)
    shown = certificate_card(row)
    return ogimage.answer(request, shown) if digest == shown.digest else redirect(card_path(row))


def certificate_card(row: Certificate) -> Card:
    """Return what the picture of a certificate says, in its language."""
    with translation.override(row.language):
        issued = date_format(localtime(row.issued_at), "DATE_FORMAT")
        label = _("Certificate") if row.is_valid else _("Revoked")
        return Card(title=row.course_title, note=f"{row.holder_name} · {issued}", label=label)


def card_path(row: Certificate) -> str:
    return f"{row.get_absolute_url()}card-{certificate_card(row).digest}.png"


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Check a credential that somebody has handed in, as text or file. Nothing of it is kept."""
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else CheckForm()
    checked = verification.check(form.cleaned_data["credential"]) if form.is_bound and form.is_valid() else None
    return render_form(request, "courses/certificate_check.html", {"checked": checked}, form)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def revoke(request: HttpRequest, code: UUID) -> HttpResponse:
    row = _certificate(request, code)
    if not may(request.user, "courses.revoke_certificate", row):
        raise NotAllowed
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with errors_to(form):
            certificates.revoke_certificate(
                actor=request.user, certificate=row, reason=form.cleaned_data["reason"]
            )
        if form.is_valid():
            messages.success(request, _("The certificate is revoked. Its page says so."))
            return redirect(row)
    return render_form(request, "courses/certificate_revoke.html", {"certificate": row}, form)


@require_safe
def revoked(request: HttpRequest) -> HttpResponse:
    """Publish which certificates were revoked (1EdTech Revocation List): programs ask here."""
    rows = [{"id": f"{settings.SITE_URL}/api/certificates/{code}", "revoked": True} for code in selectors.revoked()]
    address = f"{settings.SITE_URL}/certificates/revoked.json"
    response = JsonResponse({"id": address, "issuer": credentials.issuer_id(), "revokedCredential": rows})
    response["Cache-Control"] = f"public, max-age={REVOKED_MAX_AGE}"
    return response


@require_safe
def did(request: HttpRequest) -> HttpResponse:
    """Publish the school's keys where did:web says."""
    return JsonResponse(verification.did_document(), content_type="application/did+json")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    return JsonResponse(verification.key_set(), content_type="application/jwk-set+json")


def _certificate(request: HttpRequest, code: UUID) -> Certificate:
    return get_or_404(Certificate.objects.visible_to(request.user).select_related("course", "user"), uuid=code)


def _shares(row: Certificate) -> list[dict[str, str]]:
    """Return where the holder may tell of it: (name, address, icon)."""
    address = settings.SITE_URL + row.get_absolute_url()
    issued = localtime(row.issued_at)
    linkedin = {
        "startTask": "CERTIFICATION_NAME", "name": row.course_title, "organizationName": settings.SITE_NAME,
        "issueYear": issued.year, "issueMonth": issued.month, "certUrl": address, "certId": str(row.uuid),
    }  # fmt: skip
    said = _("I have completed “%(course)s”") % {"course": row.course_title}
    return [
        {
            "name": _("Add to LinkedIn"), "icon": "briefcase",
            "url": f"https://www.linkedin.com/profile/add?{urlencode(linkedin)}",
        },
        {
            "name": _("Share on X"), "icon": "share-2",
            "url": f"https://x.com/intent/post?{urlencode({'text': said, 'url': address})}",
        },
    ]  # fmt: skip


def _svg_path(rows: list[list[bool]]) -> dict[str, Any]:
    """Return the dark modules of a QR code as one SVG path, and its side."""
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, cell in enumerate(row) if cell)
    return {"path": dark, "side": len(rows)}
