"""The inbox as a page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.html import sign_in_first
from notifications.catalogue import CATEGORIES
from notifications.selectors import inbox as selectors
from notifications.services import inbox


@require_safe
@sign_in_first
def notification_list(request: HttpRequest) -> HttpResponse:
    """Show the inbox, all of it or one shelf ("unread", a category), from the newest or from a cursor on."""
    shelf = request.GET.get("show", "")
    if shelf not in {"", "unread", *CATEGORIES}:
        raise Http404
    items, after = selectors.page_of(request.user, shelf=shelf, before=request.GET.get("before", ""))
    context = {
        "items": items, "after": after, "shelf": shelf, "shelves": CATEGORIES.values(),
        "unread": selectors.unread_count(request.user),
    }  # fmt: skip
    return render(request, "notifications/notification_list.html", context)


@require_POST
@sign_in_first
def notification_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read, or answer 404, and lead back to the inbox."""
    if pk >= 2**63 or not selectors.inbox(request.user).filter(pk=pk).exists():
        raise Http404
    inbox.mark_read(actor=request.user, ids=[pk])
    return redirect("notifications:notification-list")


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
