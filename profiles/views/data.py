"""Settings: a copy of one's data, and the end of the account."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import DomainError
from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.streaming import private_file
from profiles.forms import ErasureForm
from profiles.models import DataExport
from profiles.selectors.data import exports_of, opened
from profiles.services import erasure, export

SHOWN = 5
REFRESH_SECONDS = "3"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def settings_data(request: HttpRequest) -> HttpResponse:
    """Show the copies of one's data that were made; POST asks for one."""
    if request.method == "POST":
        try:
            export.request_export(actor=request.user)
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("profiles:settings-data")
    context = _context(request)
    response = render(request, "profiles/data.html", context)
    if context["open_export"]:
        response["Refresh"] = REFRESH_SECONDS  # the page shows progress with and without a script
    return response


@require_POST
@sign_in_first
def data_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the file of a copy."""
    row = get_or_404(DataExport.objects.visible_to(request.user), pk=pk)
    export.delete_export(actor=request.user, export=row)
    messages.success(request, _("Deleted."))
    return redirect("profiles:settings-data")


@never_cache
@require_safe
@sign_in_first
def data_download(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """Give the file to its owner."""
    row = get_or_404(DataExport.objects.visible_to(request.user), pk=pk)
    file, name = opened(row)
    return private_file(file, name=name, size=row.size, content_type="application/zip")


@never_cache
@require_http_methods(["POST"])
@sign_in_first
def account_erasure(request: HttpRequest) -> HttpResponse:
    """Ask for the end of one's account, typing its name; `do=cancel` takes it back."""
    account: Any = request.user
    if request.POST.get("do") == "cancel":
        erasure.cancel_erasure(actor=account, account=account)
        messages.success(request, _("Your account stays."))
        return redirect("profiles:settings-data")
    form = ErasureForm(request.POST, account=account)
    if form.is_valid():
        with errors_to(form):
            erasure.request_erasure(actor=account, account=account)
        if form.is_valid():
            return redirect("profiles:settings-data")
    return render_form(request, "profiles/data.html", _context(request), form)


def _context(request: HttpRequest) -> dict[str, Any]:
    account: Any = request.user
    rows = list(exports_of(account)[:SHOWN])
    return {
        "exports": rows,
        "open_export": next((row for row in rows if row.is_open), None),
        "form": ErasureForm(account=account),
        "erasure": getattr(account, "erasure_request", None),
    }
