"""The list of one's unsent texts, and the two buttons that every form has without a script."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community_platform.core.errors import NotFound
from community_platform.core.html import sign_in_first
from forum import services
from forum.models import Draft
from forum.selectors import drafts as selectors

PER_PAGE = 20


@require_safe
@sign_in_first
def draft_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.open_drafts(request.user), PER_PAGE).get_page(request.GET.get("page"))
    drafts = selectors.with_targets(request.user, page)
    return render(request, "forum/draft_list.html", {"page": page, "drafts": drafts})


@require_POST
@sign_in_first
def draft_save(request: HttpRequest) -> HttpResponse:
    """Store the fields of the form that this button stands in, and go back to it."""
    fields = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    draft = services.save_draft(actor=request.user, key=request.POST.get("draft_key", ""), fields=fields)
    messages.success(request, _("The draft is saved. You find it here on every device."))
    return _to_form(request, draft)


@require_POST
@sign_in_first
def draft_discard(request: HttpRequest) -> HttpResponse:
    key = request.POST.get("draft_key", "")
    services.discard_draft(actor=request.user, key=key)
    messages.success(request, _("The draft is discarded."))
    return redirect("forum:drafts") if "in_list" in request.POST else _to_form(request, Draft(key=key))


def _to_form(request: HttpRequest, draft: Draft) -> HttpResponseRedirect:
    target = selectors.with_targets(request.user, [draft])[0].target
    if target is None:
        raise NotFound
    return redirect(target.url)
