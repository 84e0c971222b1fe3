"""The inbox as a page."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.html import sign_in_first
from notifications import selectors
from notifications.services import inbox

PER_PAGE = 30


@require_safe
@sign_in_first
def notification_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.inbox(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "unread": selectors.unread_count(request.user)}
    return render(request, "notifications/notification_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to what it is about; having opened it, one has read it."""
    notification = selectors.inbox(request.user).filter(pk=pk).first() if pk < 2**63 else None
    if notification is None:
        raise Http404
    inbox.mark_read(actor=request.user, ids=[pk])
    return redirect(notification.url)


@require_POST
@sign_in_first
def notification_read_all(request: HttpRequest) -> HttpResponse:
    inbox.mark_read(actor=request.user)
    return redirect("notifications:notification-list")
