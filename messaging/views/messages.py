"""What one does with single messages, and their files."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.html import errors_to, render_form, sign_in_first
from messaging.forms import EditForm
from messaging.models import Attachment, Message
from messaging.services import editing, reading


def message_or_404(request: HttpRequest, pk: int) -> Message:
    row = Message.objects.visible_to(request.user).filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def message_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a text that one sent within the last minutes."""
    row = message_or_404(request, pk)
    if row.sender_id != request.user.pk or row.is_deleted:
        raise Http404
    form = EditForm(request.POST or None, initial={"content": row.content})
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            editing.edit_message(actor=request.user, message=row, content=form.cleaned_data["content"])
        if form.is_valid():
            return redirect(row)
    return render_form(request, "messaging/message_edit.html", {"message": row}, form)


@require_POST
@sign_in_first
def message_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = message_or_404(request, pk)
    editing.delete_message(actor=request.user, message=row)
    return redirect(row)


@require_POST
@sign_in_first
def message_react(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a reaction on a message, or take it back where it is one's own."""
    row = message_or_404(request, pk)
    emoji = request.POST.get("emoji", "")
    mine = row.reactions.filter(user=request.user.pk, emoji=emoji).exists()
    (editing.unreact if mine else editing.react)(actor=request.user, message=row, emoji=emoji)
    return redirect(row)


@require_POST
@sign_in_first
def message_unread(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a message count as unread again."""
    reading.mark_unread(actor=request.user, message=message_or_404(request, pk))
    return redirect("messaging:list")


@require_safe
@sign_in_first
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Answer a file to who takes part, every time asked anew; pictures may show themselves, the rest is saved."""
    row = Attachment.objects.visible_to(request.user).filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    file = row.thumbnail if "small" in request.GET and row.thumbnail else row.file
    try:
        opened = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened, as_attachment=not row.is_picture, filename=row.name, content_type=row.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'"
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response
