"""The inbox and the conversations as pages; they work without scripts."""

from typing import Any

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.html import errors_to, render_form, sign_in_first
from messaging.forms import MessageForm, NewConversationForm
from messaging.models import Conversation, Participant
from messaging.selectors import inbox, pages
from messaging.selectors.presence import online_in
from messaging.selectors.search import search
from messaging.selectors.shown import loaded
from messaging.services import attachments, conversations, members, reading, sending

PER_PAGE = 30
LAST_PAGE = 1_000


def seat_or_404(request: HttpRequest, pk: int) -> Participant:
    """Return one's seat in a conversation that one sees."""
    seat = inbox.seat_in(request.user, pk) if pk < 2**63 else None
    if seat is None:
        raise Http404
    return seat


@require_safe
@sign_in_first
def conversation_list(request: HttpRequest) -> HttpResponse:
    """List one's conversations."""
    tab = request.GET.get("tab", "all")
    tab = tab if tab in inbox.TABS else "all"
    q = request.GET.get("q", "")[:60]
    number = max(pages.number(request.GET.get("page")) or 1, 1)
    start = min(number - 1, LAST_PAGE) * PER_PAGE
    # One row more than a page holds tells whether there is another: nobody needs the number of pages.
    seats = list(inbox.inbox(request.user, tab=tab, q=q)[start : start + PER_PAGE + 1])
    context = {
        "seats": seats[:PER_PAGE],
        "online": online_in(seats, request.user),
        "newer": number - 1 if number > 1 else None,
        "older": number + 1 if len(seats) > PER_PAGE else None,
        "tab": tab,
        "q": q,
    }
    return render(request, "messaging/conversation_list.html", context)


@require_safe
@sign_in_first
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a conversation; what the page shows is read by that."""
    seat = seat_or_404(request, pk)
    return _show(request, seat, MessageForm(initial={"content": seat.draft}))


def _show(request: HttpRequest, seat: Participant, form: MessageForm) -> HttpResponse:
    places = {name: pages.number(request.GET.get(name)) for name in ("before", "after", "around")}
    shown = pages.window(seat, **places)
    context: dict[str, Any] = {
        "seat": seat,
        "conversation": seat.conversation,
        "others": inbox.others_in(seat.conversation, request.user),
        "online": online_in([seat], request.user),
        "window": shown,
    }
    if (
        shown.rows
        and shown.last_seq > seat.last_read_seq
        and request.headers.get("Sec-Purpose") != "prefetch"
    ):
        reading.mark_read(actor=request.user, message=shown.rows[-1].message)
    return render_form(request, "messaging/conversation.html", context, form)


@require_safe
@sign_in_first
def piece(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the messages after a number as the page shows them: what a live page fetches."""
    seat = seat_or_404(request, pk)
    shown = pages.window(seat, after=pages.number(request.GET.get("after")) or 0)
    return render(request, "messaging/_messages.html", {"seat": seat, "window": shown})


@require_POST
@sign_in_first
def message_send(request: HttpRequest, pk: int) -> HttpResponse:
    seat = seat_or_404(request, pk)
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        with errors_to(form), transaction.atomic():
            _send(request, seat.conversation, form.cleaned_data)
            members.save_draft(actor=request.user, conversation=seat.conversation, content="")
    if not form.is_valid():
        return _show(request, seat, form)
    return redirect(f"{seat.conversation.get_absolute_url()}#end")


def _send(request: HttpRequest, row: Conversation, data: dict[str, Any]) -> None:
    files = [attachments.upload(actor=request.user, file=file).pk for file in data.get("attachment", ())]
    sending.send(
        actor=request.user, conversation=row, content=data["content"], client_id=data.get("client_id"),
        reply_to=data.get("reply_to"), attachment_ids=files,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def conversation_new(request: HttpRequest) -> HttpResponse:
    """Write to somebody; `?to=` names them."""
    form = NewConversationForm(
        request.POST or None, initial={"participants": request.GET.get("to", "")[:200]}
    )
    if request.method == "POST" and form.is_valid():
        data, row = form.cleaned_data, None
        with errors_to(form), transaction.atomic():
            row = _start(request, data["participants"], data["title"])
            _send(request, row, data)
        if form.is_valid() and row is not None:
            return redirect(f"{row.get_absolute_url()}#end")
    return render_form(request, "messaging/conversation_new.html", {}, form)


def _start(request: HttpRequest, people: list[Any], title: str) -> Conversation:
    others = [person for person in people if person.pk != request.user.pk] or people
    if len(others) > 1:
        return conversations.create_group(actor=request.user, people=others, title=title)
    return conversations.open_direct(actor=request.user, person=others[0])[0]


@require_POST
@sign_in_first
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline what a stranger wrote."""
    row = seat_or_404(request, pk).conversation
    accept = request.POST.get("answer") == "accept"
    conversations.answer_request(actor=request.user, conversation=row, accept=accept)
    if accept:
        return redirect(row)
    flash.success(request, _("Declined. They are not told."))
    return redirect("messaging:list")


@require_safe
@sign_in_first
def message_search(request: HttpRequest) -> HttpResponse:
    """Find words in one's own conversations."""
    q = request.GET.get("q", "")[:200]
    rows = loaded(search(request.user, q)).select_related("conversation")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "messaging/search.html", {"page": page, "q": q})
