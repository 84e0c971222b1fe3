"""The review queue, its cases, and the log."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import Conflict, Invalid, NotAllowed
from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.permissions import may
from profiles import moderation
from profiles.forms import ResolveForm, penalty_end
from profiles.models import FlagReason, ReviewCase
from profiles.selectors import moderation as selectors
from profiles.services import review
from profiles.services.review import Sentence

PAGE = 20


@require_safe
@sign_in_first
def queue(request: HttpRequest) -> HttpResponse:
    _let_in(request)
    asked = {name: request.GET.get(name, "") for name in selectors.Filters.__slots__}
    try:
        filters = selectors.Filters(**asked | {"state": asked["state"] or "open"})
        rows = selectors.queue(request.user, filters)
    except Invalid:  # a filter that somebody typed
        return redirect("moderation:queue")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    page.object_list = selectors.with_subjects(page.object_list)  # type: ignore[assignment]
    context = {"page": page, "filters": filters, "kinds": moderation.kinds(), "reasons": FlagReason.choices}
    return render(request, "moderation/queue.html", context)


@require_safe
@sign_in_first
def case(request: HttpRequest, pk: int) -> HttpResponse:
    row = _case(request, pk)
    return render(request, "moderation/case.html", _context(request, row) | {"form": _form(row)})


@require_POST
@sign_in_first
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    row = _case(request, pk)
    try:
        review.claim(actor=request.user, case=row, is_claimed=request.POST.get("is_claimed") == "1")
    except Conflict as refused:
        messages.warning(request, refused.message)
    return redirect(row)


@require_POST
@sign_in_first
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide, and go on to the next case; who comes second sees what the first decided."""
    row, form = _case(request, pk), ResolveForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        decision = {name: data[name] for name in ("action", "note", "reason", "version")}
        with errors_to(form):
            review.resolve(actor=request.user, case=row, penalty=_sentence(data), **decision)
        if form.is_valid():
            messages.success(request, _("Decided. Those who reported it are told."))
            return redirect("moderation:queue")
    return render_form(request, "moderation/case.html", _context(request, _case(request, pk)), form)


@require_safe
@sign_in_first
def log(request: HttpRequest) -> HttpResponse:
    _let_in(request)
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("action", "moderator", "kind")}
    page = Paginator(selectors.lines(request.user, **asked), 50).get_page(request.GET.get("page"))
    context = {"page": page, "asked": asked, "kinds": moderation.kinds(), "action_choices": selectors.ACTIONS.items()}
    return render(request, "moderation/log.html", context)


@require_safe
def public_log(request: HttpRequest) -> HttpResponse:
    """What moderators do, for everybody: without names, notes, and titles of what is gone."""
    page = Paginator(selectors.public_lines(), 50).get_page(request.GET.get("page"))
    page.object_list = selectors.redacted(page.object_list)  # type: ignore[assignment]
    return render(request, "moderation/public.html", {"page": page})


def _let_in(request: HttpRequest) -> None:
    if not selectors.reviews_something(request.user):
        raise NotAllowed


def _case(request: HttpRequest, pk: int) -> ReviewCase:
    return selectors.with_subjects([get_or_404(selectors.cases(request.user), pk=pk)])[0]


def _form(row: ReviewCase) -> ResolveForm:
    return ResolveForm(initial={"version": row.version})


def _context(request: HttpRequest, row: ReviewCase) -> dict[str, Any]:
    return {
        "case": row,
        "subject": row.subject,  # type: ignore[attr-defined]  # set by with_subjects
        "kind": moderation.kind(row.kind),
        "record": selectors.record(row.author, apart_from=row),
        "may_decide": may(request.user, "profiles.review", row),
        "may_penalise": row.author is not None and may(request.user, "profiles.penalise", row.author),
    }


def _sentence(data: dict[str, Any]) -> Sentence | None:
    if not data["penalty"]:
        return None
    until = penalty_end(data["lasts"] or "1d")
    return Sentence(kind=data["penalty"], until=until, reason=data["penalty_reason"])
