"""The history of a text: what changed, who did it, and the way back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import NotFound
from community_platform.core.html import sign_in_first
from community_platform.core.permissions import may
from forum import services
from forum.models import Comment, Post, Revision
from forum.selectors.comments import visible_comments
from forum.selectors.history import history, visible_revisions
from forum.views.loading import post_for, topic_for


@require_safe
def post_history(request: HttpRequest, pk: int) -> HttpResponse:
    row = post_for(request, pk)
    permission, thing = ("forum.edit_topic", row.topic) if row.is_body else ("forum.edit_post", row)
    return _page(request, row, may(request.user, permission, thing))


@require_safe
def topic_history(request: HttpRequest, pk: int) -> HttpResponse:
    """A topic's history is that of its body."""
    body = topic_for(request, pk).posts.filter(number=1).first()
    if body is None:
        raise NotFound
    return redirect("forum:post-history", body.pk)


@require_safe
def comment_history(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_or_404(visible_comments(request.user), pk=pk)
    return _page(request, row, may(request.user, "forum.edit_comment", row))


@require_POST
@sign_in_first
def revision_restore(request: HttpRequest, pk: int) -> HttpResponse:
    row = services.restore_revision(actor=request.user, revision=_revision(request, pk))
    messages.success(request, _("The former version is the text again."))
    return redirect(f"{row.get_absolute_url()}history/")


@require_POST
@sign_in_first
def revision_hide(request: HttpRequest, pk: int) -> HttpResponse:
    revision = _revision(request, pk)
    services.hide_revision(actor=request.user, revision=revision, is_hidden=request.POST.get("is_hidden") == "1")
    row: Any = revision.post or revision.comment
    return redirect(f"{row.get_absolute_url()}history/")


def _page(request: HttpRequest, row: Post | Comment, may_restore: bool) -> HttpResponse:
    value = request.GET.get("page", "1")
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else 0
    versions, pages, _total = history(request.user, row, number) if number else ([], 0, 0)
    if not versions:
        raise NotFound
    context = {
        "row": row,
        "title": row.topic.title if isinstance(row, Post) else row.target.title,
        "versions": versions,
        "page": {"number": number, "num_pages": pages},
        "may_restore": may_restore,
        "may_hide": may(request.user, "forum.hide_revision", row),
    }
    return render(request, "forum/history.html", context)


def _revision(request: HttpRequest, pk: int) -> Revision:
    return get_or_404(visible_revisions(request.user), pk=pk)
