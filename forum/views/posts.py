"""What is done with single posts. Every button works without script and comes back to the post."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.errors import NotFound
from community_platform.core.html import errors_to, next_or, render_form, sign_in_first
from community_platform.core.once import once
from community_platform.core.permissions import ensure
from community_platform.core.typed import seconds_since
from forum import services
from forum.forms.drafts import base_of, begun, finish, posted
from forum.forms.edits import PostEditForm
from forum.forms.topics import PostForm
from forum.models import Post
from forum.selectors.posts import pages_of
from forum.views.loading import post_for, to_post, topic_for
from forum.views.permalinks import reply_elsewhere, without_post
from forum.views.topics import topic_context
from forum.views.writing import conflict, is_stale


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """The permalink: it follows the post wherever it goes."""
    try:
        return to_post(post_for(request, pk))
    except NotFound:
        return without_post(request, pk)


@require_POST
@sign_in_first
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        row = topic_for(request, pk)
    except NotFound:
        return reply_elsewhere(request, pk)
    form, made, key = PostForm(request.POST), None, f"reply:{pk}"
    if form.is_valid():
        text, answered, token = (form.cleaned_data[name] for name in ("content", "reply_to", "token"))
        waited = seconds_since(form.cleaned_data["opened"])
        with errors_to(form):
            made = once(
                request.user, token, text, Post,
                lambda: services.reply(
                    actor=request.user, topic=row, content=text, reply_to=answered, typed_seconds=waited
                ),
            )  # fmt: skip
    if made is not None:
        finish(request, key)
        return to_post(made)
    row.refresh_from_db(fields=["is_locked", "lock_reason", "last_post_number"])
    context = {**topic_context(request, row, pages_of(row)), "draft": posted(request, key)}
    return render_form(request, "forum/topic.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = post_for(request, pk)
    ensure(request.user, "forum.edit_post", row)
    if row.is_body:
        return redirect("forum:topic-edit", row.topic_id)
    key = f"edit-post:{row.pk}"
    if request.method != "POST":
        draft = begun(request, key, request.path)
        first = {"content": row.content, "revision": row.revision, "base": base_of({"content": row.content})}
        form = PostEditForm(initial={**first, **draft.fields})
        return render_form(request, "forum/post_edit.html", {"post": row, "draft": draft}, form)
    form = PostEditForm(request.POST)
    if form.is_valid():
        with errors_to(form):
            services.edit_post(
                actor=request.user, post=row, content=form.cleaned_data["content"],
                reason=form.cleaned_data["reason"], expected_revision=form.cleaned_data["revision"],
            )  # fmt: skip
            finish(request, key)
            back = next_or(request, "")
            return redirect(back) if back else to_post(row)
    if is_stale(form):
        return _conflict(request, post_for(request, pk), form, key)
    return render_form(request, "forum/post_edit.html", {"post": row, "draft": posted(request, key)}, form)


def _conflict(request: HttpRequest, row: Post, form: PostEditForm, key: str) -> HttpResponse:
    return conflict(
        request, form, lambda first: PostEditForm(initial=first),
        key=key, theirs={"content": row.content}, revision=row.revision, back=row.get_absolute_url(),
    )  # fmt: skip


@require_POST
@sign_in_first
def post_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = post_for(request, pk)
    services.delete_post(actor=request.user, post=row)
    return to_post(row)


@require_POST
@sign_in_first
def post_restore(request: HttpRequest, pk: int) -> HttpResponse:
    return to_post(services.restore_post(actor=request.user, post=post_for(request, pk)))


@require_POST
@sign_in_first
def post_like(request: HttpRequest, pk: int) -> HttpResponse:
    row = post_for(request, pk)
    wanted = request.POST.get("liked") == "1"
    act = services.like_post if wanted else services.unlike_post
    row.likes_count, row.is_liked = act(actor=request.user, post=row), wanted  # type: ignore[attr-defined]
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "forum/_like.html", {"post": row})
    return to_post(row)


@require_POST
@sign_in_first
def post_endorse(request: HttpRequest, pk: int) -> HttpResponse:
    row = post_for(request, pk)
    act = services.endorse if request.POST.get("endorsed") == "1" else services.unendorse
    act(actor=request.user, post=row)
    return to_post(row)


@require_POST
@sign_in_first
def post_accept(request: HttpRequest, pk: int) -> HttpResponse:
    row = post_for(request, pk)
    if request.POST.get("accepted") == "1":
        services.accept_answer(actor=request.user, topic=row.topic, post=row.pk)
    else:
        services.unaccept_answer(actor=request.user, topic=row.topic)
    return to_post(row)
