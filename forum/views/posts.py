"""What is done with single posts. Every button works without script and comes back to the post."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.html import errors_to, kept_draft, render_form, sign_in_first
from community_platform.core.once import once
from community_platform.core.permissions import ensure
from forum import services
from forum.forms.topics import PostForm
from forum.models import Post
from forum.selectors.posts import pages_of
from forum.views.loading import post_for, to_post, topic_for
from forum.views.topics import topic_context


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """The permalink."""
    return to_post(post_for(request, pk))


@require_POST
@sign_in_first
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    row, form, made = topic_for(request, pk), PostForm(request.POST), None
    if form.is_valid():
        text, answered, token = (form.cleaned_data[name] for name in ("content", "reply_to", "token"))
        with errors_to(form):
            made = once(
                request.user, token, text, Post,
                lambda: services.reply(actor=request.user, topic=row, content=text, reply_to=answered),
            )  # fmt: skip
    if made is not None:
        return to_post(made)
    row.refresh_from_db(fields=["is_locked", "lock_reason", "last_post_number"])
    return render_form(request, "forum/topic.html", topic_context(request, row, pages_of(row)), form)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = post_for(request, pk)
    ensure(request.user, "forum.edit_post", row)
    if row.is_body:
        return redirect("forum:topic-edit", row.topic_id)
    first = {"content": row.content, "revision": row.revision} | kept_draft(request, request.path)
    form = PostForm(request.POST or None, initial=first)
    if form.is_bound and form.is_valid():
        with errors_to(form):
            services.edit_post(
                actor=request.user, post=row, content=form.cleaned_data["content"],
                expected_revision=form.cleaned_data["revision"],
            )  # fmt: skip
            return to_post(row)
    return render_form(request, "forum/post_edit.html", {"post": row}, form)


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
def post_accept(request: HttpRequest, pk: int) -> HttpResponse:
    row = post_for(request, pk)
    if request.POST.get("accepted") == "1":
        services.accept_answer(actor=request.user, topic=row.topic, post=row.pk)
    else:
        services.unaccept_answer(actor=request.user, topic=row.topic)
    return to_post(row)
