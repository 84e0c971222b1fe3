"""The page of a topic, and everything that is done with a topic as a whole."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.api.views import MAX_ID
from community_platform.core.html import errors_to, next_or, render_form, sign_in_first
from community_platform.core.network import client_ip
from community_platform.core.once import once
from community_platform.core.permissions import ensure, may
from community_platform.core.typed import seconds_since
from courses.models import Course
from forum import services
from forum.forms.drafts import base_of, begun, finish, posted
from forum.forms.edits import TopicEditForm
from forum.forms.topics import TopicForm
from forum.forms.watching import watch_control
from forum.limits import POSTS_PER_PAGE
from forum.models import Topic
from forum.selectors import posts as selectors
from forum.selectors import topics as topic_selectors
from forum.selectors.drafts import with_draft
from forum.selectors.search_titles import similar
from forum.selectors.watching import level_of
from forum.services.drafts import NEW_TOPIC
from forum.views.loading import mark_rights, rights, topic_for
from forum.views.permalinks import without_posts, without_topic
from forum.views.reading import note_reading, to_first_unread
from forum.views.sharing import told_outside
from forum.views.writing import conflict, is_stale, reply_box

# What a link to the form may fill in, and the field it goes to.
PREFILLED = {"category": "category", "kind": "kind", "course": "course", "lesson": "lesson", "second": "lesson_second"}


@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    rows = selectors.with_head(selectors.topic_rows(request.user), pk).prefetch_related("tags")
    rows = with_draft(rows.select_related("best_answer__author"), request.user, pk)
    row = rows.filter(pk=pk).first() if pk <= MAX_ID else None
    if row is None:
        return without_topic(request, pk)
    if "unread" in request.GET and request.user.is_authenticated:
        return to_first_unread(request, row, row.last_read)  # type: ignore[attr-defined]  # annotated
    context = topic_context(request, row, selectors.page_number(request.GET.get("page"), row))
    page = context["page"]
    if not page.posts:
        return without_posts(row, page.number)
    note_reading(request, row, page)
    visitor = services.visitor_key(request.user, client_ip(request))
    services.count_visit(topic=row, visitor=visitor, day=timezone.now().date())
    return render(request, "forum/topic.html", {**context, **reply_box(request, row, page)})


def topic_context(request: HttpRequest, row: Topic, number: int) -> dict[str, Any]:
    """Return what the topic's page shows. One query."""
    page = mark_rights(request.user, selectors.topic_page(request.user, row, number))
    return {
        "topic": row,
        "course": _shown_course(request, row),
        "page": page,
        "may": rights(request.user, row),
        "watch": watch_control(row, level_of(row)) if request.user.is_authenticated else None,
        "next_number": row.last_post_number + 1,
        "next_page": row.last_post_number // POSTS_PER_PAGE + 1,
        **told_outside(row, page),
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
    if request.method == "POST":
        form, draft = TopicForm(request.POST, **options), posted(request, NEW_TOPIC)
    else:
        asked = {name: request.GET[given] for given, name in PREFILLED.items() if given in request.GET}
        draft = begun(request, NEW_TOPIC, request.path)
        form = TopicForm(initial=draft.fields | asked, **options)
    made = _create(request, form) if form.is_bound and form.is_valid() else None
    if made is not None:
        finish(request, NEW_TOPIC)
        return redirect(made)
    context = {"draft": draft, "similar": similar(request.user, form["title"].value() or "")}
    return render_form(request, "forum/topic_new.html", context, form)


def _create(request: HttpRequest, form: TopicForm) -> Topic | None:
    """Start the topic of a valid form, once; None where the service refused, which the form then says."""
    data = {name: value for name, value in form.cleaned_data.items() if name not in {"token", "revision", "opened"}}
    data["typed_seconds"] = seconds_since(form.cleaned_data["opened"])
    typed = f"{data['title']}\n{data['content']}"
    with errors_to(form):
        return once(
            request.user, form.cleaned_data["token"], typed, Topic,
            lambda: services.create_topic(actor=request.user, **data),
        )  # fmt: skip
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def topic_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = topic_for(request, pk)
    ensure(request.user, "forum.edit_topic", row)
    key, shelves = f"edit-topic:{row.pk}", _open_categories(request, row)
    if request.method != "POST":
        stored, draft = _fields(row), begun(request, key, request.path)
        first = {**stored, "revision": row.revision, "base": base_of(stored), **draft.fields}
        form = TopicEditForm(initial=first, categories=shelves)
        return render_form(request, "forum/topic_edit.html", {"topic": row, "draft": draft}, form)
    form = TopicEditForm(request.POST, categories=shelves)
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("title", "content", "category", "tags", "reason")}
        revision = form.cleaned_data["revision"]
        with errors_to(form):
            services.edit_topic(actor=request.user, topic=row, expected_revision=revision, **data)
            finish(request, key)
            return redirect(next_or(request, row.get_absolute_url()))
    if is_stale(form):
        return _conflict(request, topic_for(request, pk), form, key, shelves)
    return render_form(request, "forum/topic_edit.html", {"topic": row, "draft": posted(request, key)}, form)


def _fields(row: Topic) -> dict[str, str]:
    """Return what can be edited of a topic, as its form shows it."""
    return {
        "title": row.title, "content": row.posts.get(number=1).content, "category": row.category.slug,
        "tags": ", ".join(row.tags.order_by("name").values_list("name", flat=True)),
    }  # fmt: skip


def _conflict(request: HttpRequest, row: Topic, form: Any, key: str, shelves: list[Any]) -> HttpResponse:
    return conflict(
        request, form, lambda first: TopicEditForm(initial=first, categories=shelves),
        key=key, theirs=_fields(row), revision=row.revision, back=row.get_absolute_url(),
    )  # fmt: skip


@require_POST
@sign_in_first
def topic_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = topic_for(request, pk)
    services.delete_topic(actor=request.user, topic=row)
    return redirect(row if may(request.user, "forum.restore", row) else row.category)


@require_POST
@sign_in_first
def topic_restore(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect(services.restore_topic(actor=request.user, topic=topic_for(request, pk)))


def _open_categories(request: HttpRequest, topic: Topic | None = None) -> list[Any]:
    """Return where `request`'s person may start topics, and where `topic` stands already."""
    shelves = topic_selectors.categories(request.user)
    here = topic.category_id if topic else None
    return [shelf for shelf in shelves if shelf.pk == here or may(request.user, "forum.create_topic", shelf)]
