"""Bug reports: the form, one's own reports, and the queue of those who decide."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.html import errors_to, kept_draft, render_form, sign_in_first
from community_platform.core.once import once
from community_platform.core.permissions import ensure
from gamification import limits
from gamification.forms import BugReportForm
from gamification.models import BugReport, BugState
from gamification.selectors import bugs as selectors
from gamification.services import bugs

PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def new_bug(request: HttpRequest) -> HttpResponse:
    """Report what is broken; `?page=` is where it happened."""
    page = request.GET.get("page", "")[: limits.BUG_PAGE_HIGH]
    form = BugReportForm(request.POST or None, initial={"page": page, **kept_draft(request, request.path)})
    if form.is_bound and form.is_valid():
        data, token = form.cleaned_data, form.cleaned_data.pop("token")
        with errors_to(form):
            made: Any = lambda: bugs.report_bug(actor=request.user, **data)  # noqa: E731
            once(request.user, token, repr(data), BugReport, made)
        if form.is_valid():
            messages.success(request, _("Thank you. You will hear what we find."))
            return redirect("gamification:bugs")
    return render_form(request, "gamification/bug_new.html", {}, form)


@require_safe
@sign_in_first
def my_bugs(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.reports_of(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "gamification/bugs.html", {"page": page})


@require_safe
@sign_in_first
def bug_queue(request: HttpRequest) -> HttpResponse:
    """List the reports of all people, those undecided first."""
    ensure(request.user, "gamification.review_bugs")
    state = request.GET.get("state", BugState.NEW)
    state = state if state in BugState.values else BugState.NEW
    page = Paginator(selectors.queue(request.user, state), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "state": state, "states": BugState.choices}
    return render(request, "gamification/bug_queue.html", context)


@require_POST
@sign_in_first
def decide_bug(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, call known, reject or open again."""
    report = get_object_or_404(BugReport.objects.visible_to(request.user), pk=pk)
    bugs.decide_bug(
        actor=request.user,
        report=report,
        state=request.POST.get("state", ""),
        answer=request.POST.get("answer", ""),
    )
    messages.success(request, _("Decided."))
    return redirect("gamification:bug-queue")
