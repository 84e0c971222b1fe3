"""Pictures of texts: shown to whoever sees the text, added without a script on a page of their own."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_http_methods, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.html import errors_to, render_form, sign_in_first
from forum import services
from forum.forms.pictures import PictureForm
from forum.selectors.pictures import pictures_for, unused_pictures

MAX_AGE = 3600  # in the reader's own cache; no shared one, for the text may be hidden


@require_safe
def picture(request: HttpRequest, name: uuid.UUID) -> HttpResponse:
    """The file, while a text shows it that the reader may see, or to its owner while no text does."""
    row = get_or_404(pictures_for(request.user, name), uuid=name)
    tag = f'"picture-{row.uuid.hex}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        with row.file.open("rb") as file:
            response = HttpResponse(file.read(), content_type="image/webp")
    response["ETag"] = tag
    response["Cache-Control"] = f"private, max-age={MAX_AGE}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def picture_list(request: HttpRequest) -> HttpResponse:
    """One's pictures that no text shows yet, each with the line to copy, and the way to add one."""
    is_sent, added = request.method == "POST", None
    form = PictureForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_bound and form.is_valid():
        with errors_to(form):
            added = services.add_picture(actor=request.user, upload=form.cleaned_data["picture"])
    alt = form.cleaned_data.get("alt", "") if added else ""
    context = {"pictures": unused_pictures(request.user), "added": added, "markdown": added and added.markdown(alt)}
    return render_form(request, "forum/picture_list.html", context, form)
