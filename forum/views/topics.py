"""The page of a topic, and everything that is done with a topic as a whole."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.html import errors_to, kept_draft, render_form, sign_in_first
from community_platform.core.network import client_ip
from community_platform.core.once import once
from community_platform.core.permissions import ensure, may
from courses.models import Course
from forum import services
from forum.forms.topics import PostForm, TopicForm
from forum.limits import POSTS_PER_PAGE
from forum.models import Topic
from forum.selectors import posts as selectors
from forum.selectors import topics as topic_selectors
from forum.views.linked_data import linked_data
from forum.views.loading import mark_rights, rights, topic_for


@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    rows = selectors.with_head(selectors.topic_rows(request.user), pk).prefetch_related("tags")
    row = get_or_404(rows, pk=pk)
    context = topic_context(request, row, selectors.page_number(request.GET.get("page"), row))
    page = context["page"]
    if request.user.is_authenticated and page.last_number > row.last_read:  # type: ignore[attr-defined]  # annotated
        services.mark_read(user=request.user, topic=row, number=page.last_number)
    visitor = services.visitor_key(request.user, client_ip(request))
    services.count_visit(topic=row, visitor=visitor, day=timezone.now().date())
    reply_path = f"{row.get_absolute_url()}reply/"
    first = {"content": quoted(request, page), "reply_to": request.GET.get("reply_to")}
    form = PostForm(initial=first | kept_draft(request, reply_path))
    return render(request, "forum/topic.html", {**context, "form": form})


def topic_context(request: HttpRequest, row: Topic, number: int) -> dict[str, Any]:
    """Return what the topic's page shows. One query."""
    page = mark_rights(request.user, selectors.topic_page(request.user, row, number))
    return {
        "topic": row,
        "course": _shown_course(request, row),
        "page": page,
        "may": rights(request.user, row),
        "next_number": row.last_post_number + 1,
        "next_page": row.last_post_number // POSTS_PER_PAGE + 1,
        "linked_data": linked_data(page),
    }


def _shown_course(request: HttpRequest, row: Topic) -> Course | None:
    """Return what the topic is about, unless that is a draft which the reader may not know of. No query."""
    course = row.course
    shown = course is not None and (course.is_published or may(request.user, "courses.edit_course", course))
    return course if shown else None


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def topic_new(request: HttpRequest) -> HttpResponse:
    options = {"categories": _open_categories(request), "announces": may(request.user, "forum.announce")}
    asked = {name: request.GET[name] for name in ("category", "course", "lesson") if name in request.GET}
    form = TopicForm(request.POST, **options) if request.method == "POST" else TopicForm(
        initial=asked | kept_draft(request, request.path), **options
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        made = None
        with errors_to(form):
            data = {name: value for name, value in form.cleaned_data.items() if name not in {"token", "revision"}}
            made = once(
                request.user, form.cleaned_data["token"], f"{data['title']}\n{data['content']}", Topic,
                lambda: services.create_topic(actor=request.user, **data),
            )  # fmt: skip
        if made is not None:
            return redirect(made)
    return render_form(request, "forum/topic_new.html", {}, form)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def topic_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = topic_for(request, pk)
    ensure(request.user, "forum.edit_topic", row)
    first = {
        "title": row.title, "content": row.posts.get(number=1).content, "category": row.category.slug,
        "tags": ", ".join(row.tags.values_list("name", flat=True)), "revision": row.revision,
    } | kept_draft(request, request.path)  # fmt: skip
    shelves = _open_categories(request)
    form = TopicForm(request.POST or None, initial=first, categories=shelves, editing=True)
    if form.is_bound and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("title", "content", "category", "tags")}
        with errors_to(form):
            services.edit_topic(
                actor=request.user, topic=row, expected_revision=form.cleaned_data["revision"], **data
            )
            return redirect(row)
    return render_form(request, "forum/topic_edit.html", {"topic": row}, form)


@require_POST
@sign_in_first
def topic_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = topic_for(request, pk)
    services.delete_topic(actor=request.user, topic=row)
    return redirect(row if may(request.user, "forum.restore") else row.category)


@require_POST
@sign_in_first
def topic_restore(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect(services.restore_topic(actor=request.user, topic=topic_for(request, pk)))


@require_POST
@sign_in_first
def topic_pin(request: HttpRequest, pk: int) -> HttpResponse:
    pinned = request.POST.get("is_pinned") == "1"
    return redirect(services.pin_topic(actor=request.user, topic=topic_for(request, pk), is_pinned=pinned))


@require_POST
@sign_in_first
def topic_lock(request: HttpRequest, pk: int) -> HttpResponse:
    locked = request.POST.get("is_locked") == "1"
    return redirect(
        services.lock_topic(
            actor=request.user, topic=topic_for(request, pk), is_locked=locked, reason=request.POST.get("reason", "")
        )
    )


def quoted(request: HttpRequest, page: selectors.TopicPage) -> str:
    """Return the post that `?quote=` names as a Markdown quotation with a link to it."""
    for post in page.posts:
        if str(post.pk) == request.GET.get("quote") and not post.is_deleted:
            lines = "\n".join(f"> {line}".rstrip() for line in post.content.splitlines())
            return f"> [@{post.author.username}]({post.get_absolute_url()}):\n>\n{lines}\n\n"
    return ""


def _open_categories(request: HttpRequest) -> list[Any]:
    shelves = topic_selectors.categories(request.user)
    return [shelf for shelf in shelves if may(request.user, "forum.create_topic", shelf)]
