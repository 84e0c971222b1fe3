"""Reporting a text to moderators, and what became of one's reports."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community_platform.core.html import errors_to, kept_draft, render_form, sign_in_first
from community_platform.core.once import once
from profiles import moderation
from profiles.forms import ReportForm
from profiles.models import Flag
from profiles.selectors import moderation as selectors
from profiles.services import reports


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def report(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ask what is wrong with a text; a POST reports it."""
    subject = moderation.kind(kind).find(request.user, pk)
    form = ReportForm(request.POST or None, initial=kept_draft(request, request.path))
    if form.is_bound and form.is_valid():
        data, token = form.cleaned_data, form.cleaned_data.pop("token")
        with errors_to(form):
            once(
                request.user, token, repr([kind, pk, data]), Flag,
                lambda: reports.report(actor=request.user, kind=kind, pk=pk, **data),
            )  # fmt: skip
        if form.is_valid():
            messages.success(request, _("Thank you. Moderators will look at it, and you will hear what they decide."))
            still_there = moderation.kind(subject.kind).shown(request.user, [subject.pk])
            return redirect(subject.url if still_there else "moderation:reports")
    return render_form(request, "moderation/report.html", {"subject": subject}, form)


@require_safe
@sign_in_first
def my_reports(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.reports_of(request.user), 20).get_page(request.GET.get("page"))
    return render(request, "moderation/reports.html", {"page": page})
