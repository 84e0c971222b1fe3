"""Comments below courses and lessons, as pages and as pieces for htmx."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.errors import NotFound
from community_platform.core.html import errors_to, next_or, render_form, sign_in_first
from community_platform.core.once import once
from forum.forms.comments import CommentForm
from forum.forms.drafts import base_of, begun, finish, posted
from forum.forms.edits import CommentEditForm
from forum.models import Comment, Draft
from forum.selectors import comments as selectors
from forum.services import comments as services
from forum.services import likes
from forum.views.writing import conflict, is_stale


@require_http_methods(["GET", "HEAD", "POST"])
def comment_list(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """All comments of one course or lesson, page by page; a POST adds one."""
    return _post_comment(request, kind, pk) if request.method == "POST" else _comment_page(request, kind, pk)


def _comment_page(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    thread = selectors.thread(_target(request, kind, int(pk)), request.user, request.GET.get("page"))
    if _by_htmx(request):
        return render(request, "forum/_comment_page.html", {"thread": thread})
    draft = begun(request, thread.place.new, request.path, thread.place.draft or Draft())
    context = {"thread": thread, "form": CommentForm(initial=draft.fields), "draft": draft}
    return render(request, "forum/comment_list.html", context)


@sign_in_first
def _post_comment(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    target, form, made = _target(request, kind, int(pk)), CommentForm(request.POST), None
    draft = posted(request, f"comment:{kind}:{int(pk)}")
    if form.is_valid():
        with errors_to(form):
            text, token = form.cleaned_data["content"], form.cleaned_data["token"]
            made = once(
                request.user, token, text, Comment,
                lambda: services.post_comment(actor=request.user, target=target, content=text),
            )  # fmt: skip
    if made is not None:
        finish(request, draft.key)
    if made is not None and not _by_htmx(request):
        return redirect(f"{target.get_absolute_url()}#comment-{made.pk}")
    thread = selectors.thread(target, request.user)
    if made is not None:
        form, draft = CommentForm(), begun(request, draft.key, request.path, thread.place.draft or Draft())
    template = "forum/_comments.html" if _by_htmx(request) else "forum/comment_list.html"
    return render_form(request, template, {"thread": thread, "new": made, "draft": draft}, form)


@require_safe
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """The permalink: one thread, with the way to the rest."""
    row = _comment(request, pk)
    thread = selectors.thread_around(row, request.user)
    return render(request, "forum/comment.html", {"thread": thread, "comment": row})


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def comment_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a comment; with htmx the whole thread comes back, with the form open where it failed."""
    row, made, key = _comment(request, pk), None, f"comment-reply:{pk}"
    draft = posted(request, key) if request.method == "POST" else begun(request, key, request.path)
    form = CommentForm(request.POST or None, initial=draft.fields, place=f"reply_{row.pk}")
    if form.is_valid():
        with errors_to(form):
            text, token = form.cleaned_data["content"], form.cleaned_data["token"]
            made = once(
                request.user, token, text, Comment,
                lambda: services.reply(actor=request.user, comment=row, content=text),
            )  # fmt: skip
    if made is not None:
        finish(request, key)
    if made is not None and not _by_htmx(request):
        return redirect(_back(request, made))
    thread = selectors.thread_around(row, request.user)
    context = {"thread": thread, "comment": row, "new": made, "root": thread.page[0], "draft": draft}
    if made is not None:
        return render(request, "forum/_comment_root.html", context)
    if _by_htmx(request):
        return render_form(request, "forum/_comment_root.html", context, form)
    return render_form(request, "forum/comment_reply.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row, key = _comment(request, pk), f"edit-comment:{pk}"
    if request.method != "POST":
        draft = begun(request, key, request.path)
        first = {"content": row.content, "revision": row.revision, "base": base_of({"content": row.content})}
        form = CommentEditForm(initial={**first, **draft.fields}, place="edit")
        return render_form(request, "forum/comment_edit.html", {"comment": row, "draft": draft}, form)
    form = CommentEditForm(request.POST, place="edit")
    if form.is_valid():
        data = form.cleaned_data
        with errors_to(form):
            services.edit_comment(
                actor=request.user, comment=row, content=data["content"], reason=data["reason"],
                expected_revision=data["revision"],
            )  # fmt: skip
            finish(request, key)
            return redirect(next_or(request, _back(request, row)))
    if is_stale(form):
        return _conflict(request, _comment(request, pk), form, key)
    return render_form(request, "forum/comment_edit.html", {"comment": row, "draft": posted(request, key)}, form)


def _conflict(request: HttpRequest, row: Comment, form: CommentEditForm, key: str) -> HttpResponse:
    return conflict(
        request, form, lambda first: CommentEditForm(initial=first, place="edit"),
        key=key, theirs={"content": row.content}, revision=row.revision, back=row.get_absolute_url(),
    )  # fmt: skip


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
