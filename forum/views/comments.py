"""Comments below courses and lessons, as pages and as pieces for htmx."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.errors import NotFound
from community_platform.core.html import errors_to, kept_draft, render_form, sign_in_first
from community_platform.core.once import once
from forum.forms.comments import CommentEditForm, CommentForm
from forum.models import Comment
from forum.selectors import comments as selectors
from forum.services import comments as services
from forum.services import likes


@require_http_methods(["GET", "HEAD", "POST"])
def comment_list(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """All comments of one course or lesson, page by page; a POST adds one."""
    return _post_comment(request, kind, pk) if request.method == "POST" else _comment_page(request, kind, pk)


def _comment_page(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    thread = selectors.thread(_target(request, kind, int(pk)), request.user, request.GET.get("page"))
    if _by_htmx(request):
        return render(request, "forum/_comment_page.html", {"thread": thread})
    form = CommentForm(initial=kept_draft(request, request.path))
    return render(request, "forum/comment_list.html", {"thread": thread, "form": form})


@sign_in_first
def _post_comment(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    target, form, made = _target(request, kind, int(pk)), CommentForm(request.POST), None
    if form.is_valid():
        with errors_to(form):
            text, token = form.cleaned_data["content"], form.cleaned_data["token"]
            made = once(
                request.user, token, text, Comment,
                lambda: services.post_comment(actor=request.user, target=target, content=text),
            )  # fmt: skip
    if made is not None and not _by_htmx(request):
        return redirect(f"{target.get_absolute_url()}#comment-{made.pk}")
    if made is not None:
        form = CommentForm()
    template = "forum/_comments.html" if _by_htmx(request) else "forum/comment_list.html"
    return render_form(
        request, template, {"thread": selectors.thread(target, request.user), "new": made}, form
    )


@require_safe
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """The permalink: one thread, with the way to the rest."""
    row = _comment(request, pk)
    return render(
        request, "forum/comment.html", {"thread": selectors.thread_around(row, request.user), "comment": row}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def comment_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a comment; with htmx the whole thread comes back, with the form open where it failed."""
    row, made = _comment(request, pk), None
    form = CommentForm(
        request.POST or None, initial=kept_draft(request, request.path), place=f"reply_{row.pk}"
    )
    if form.is_valid():
        with errors_to(form):
            text, token = form.cleaned_data["content"], form.cleaned_data["token"]
            made = once(
                request.user, token, text, Comment,
                lambda: services.reply(actor=request.user, comment=row, content=text),
            )  # fmt: skip
    if made is not None and not _by_htmx(request):
        return redirect(_back(request, made))
    thread = selectors.thread_around(row, request.user)
    context = {"thread": thread, "comment": row, "new": made, "root": thread.page[0]}
    if made is not None:
        return render(request, "forum/_comment_root.html", context)
    if _by_htmx(request):
        return render_form(request, "forum/_comment_root.html", context, form)
    return render_form(request, "forum/comment_reply.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _comment(request, pk)
    before = {"content": row.content, "revision": row.revision} | kept_draft(request, request.path)
    form = CommentEditForm(request.POST or None, initial=before, place="edit")
    if form.is_valid():
        with errors_to(form):
            services.edit_comment(
                actor=request.user,
                comment=row,
                content=form.cleaned_data["content"],
                expected_revision=form.cleaned_data["revision"],
            )
    if form.is_bound and form.is_valid():
        return redirect(_back(request, row))
    return render_form(request, "forum/comment_edit.html", {"comment": row}, form)


@require_POST
@sign_in_first
def comment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = _comment(request, pk)
    services.delete_comment(actor=request.user, comment=row)
    messages.success(request, _("The comment is deleted."))
    return redirect(_back(request, row, here=False))


@require_POST
@sign_in_first
def comment_restore(request: HttpRequest, pk: int) -> HttpResponse:
    row = services.restore_comment(actor=request.user, comment=_comment(request, pk))
    messages.success(request, _("The comment is back."))
    return redirect(_back(request, row))


@require_POST
@sign_in_first
def comment_like(request: HttpRequest, pk: int) -> HttpResponse:
    """Like, or take the like back, as the button says; sending it twice changes nothing."""
    row = _comment(request, pk)
    liked = request.POST.get("liked") == "1"
    act = likes.like_comment if liked else likes.unlike_comment
    row.likes_count = act(actor=request.user, comment=row)
    row.is_liked = liked  # type: ignore[attr-defined]
    if _by_htmx(request):
        return render(request, "forum/_comment_like.html", {"comment": row})
    return redirect(_back(request, row))


@require_POST
@sign_in_first
def comment_pin(request: HttpRequest, pk: int) -> HttpResponse:
    wanted = request.POST.get("is_pinned") == "1"
    row = services.pin_comment(actor=request.user, comment=_comment(request, pk), is_pinned=wanted)
    return redirect(_back(request, row))


@require_POST
@sign_in_first
def comment_lock(request: HttpRequest, pk: int) -> HttpResponse:
    wanted = request.POST.get("is_locked") == "1"
    row = services.lock_comment(actor=request.user, comment=_comment(request, pk), is_locked=wanted)
    return redirect(_back(request, row))


def _by_htmx(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]  # set by its middleware


def _target(request: HttpRequest, kind: str, pk: int) -> Any:
    row = selectors.visible_targets(request.user)[kind].filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise NotFound
    return row


def _comment(request: HttpRequest, pk: int) -> Comment:
    row = selectors.visible_comments(request.user).filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise NotFound
    return row


def _back(request: HttpRequest, comment: Comment, *, here: bool = True) -> str:
    """Return the page that the form stood on, at the comment; without one, the comment's own page."""
    page = request.POST.get("next", "").partition("#")[0]
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        page = f"/forum/comment/{comment.pk}/" if here else comment.target.get_absolute_url()
    return f"{page}#comment-{comment.pk}" if here else f"{page}#comments"
