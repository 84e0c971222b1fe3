"""The studio: one's courses, a course as a whole. Works without JavaScript."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import EmptyPage, Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.errors import DomainError, NotFound
from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.once import once
from courses import selectors
from courses.forms.studio import CourseForm, SectionForm, new_token
from courses.models import Course, Status
from courses.selectors import studio
from courses.services import authoring, duplicate, studio_cover
from courses.services import studio as services

PAGE = 20


@require_safe
@sign_in_first
def course_list(request: HttpRequest) -> HttpResponse:
    studio.ensure_may_enter(request.user)
    status = request.GET.get("status", "")
    status = status if status in Status.values else ""
    number = request.GET.get("page", "1")
    try:
        page = Paginator(studio.own_courses(request.user, status), PAGE).page(int(number) if number.isdecimal() else 0)
    except EmptyPage:
        raise NotFound from None
    rows = [(course, studio.role_in(course, request.user)) for course in page.object_list]
    counts = studio.counts_by_status(request.user)
    tabs = [(name, label, counts[name]) for name, label in Status.choices]
    context = {"page": page, "rows": rows, "tabs": tabs, "status": status, "total": sum(counts.values())}
    context["may_create"] = studio.may_teach_here(request.user)
    return render(request, "courses/studio/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def course_new(request: HttpRequest) -> HttpResponse:
    studio.ensure_may_enter(request.user)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CourseForm(*given, course=None, categories=selectors.categories())
    if form.is_bound and form.is_valid():
        with errors_to(form):
            data = _with_category(form)
            create = partial(_create, request.user, data, form.cleaned_data["cover"])
            course = once(request.user, form.cleaned_data["token"], data["title"], Course, create)
            messages.success(request, _("Your draft is there. Add sections and lessons."))
            return redirect("studio:course", course.slug)
    return render_form(request, "courses/studio/course_form.html", {}, form)


@require_safe
@sign_in_first
def course(request: HttpRequest, slug: str) -> HttpResponse:
    return outline(request, studio.taught_course(request.user, slug=slug))


def outline(
    request: HttpRequest, row: Course, *, error: DomainError | None = None, form: Any = None
) -> HttpResponse:
    """Answer the page of a course; a refusal is shown above the outline, with its status."""
    page = studio.studio_course(row, request.user)
    context = {"page": page, "course": row, "error": error, "form": form, "section_form": form or SectionForm()}
    context |= {"token": new_token(), "imported": studio.import_of(row), "tab": "outline"}
    if form is not None:
        return render_form(request, "courses/studio/outline.html", context, form)
    return render(request, "courses/studio/outline.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def course_edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = studio.taught_course(request.user, slug=slug)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CourseForm(*given, course=row, categories=selectors.categories())
    if form.is_bound and form.is_valid():
        with errors_to(form):
            saved = _save(request.user, row, form)
            messages.success(request, _("Saved."))
            return redirect("studio:course-edit", saved.slug)
    page = studio.studio_course(row, request.user)
    context = {"course": row, "page": page, "tab": "details", "token": new_token()}
    return render_form(request, "courses/studio/course_form.html", context, form)


@require_POST
@sign_in_first
def course_publish(request: HttpRequest, slug: str) -> HttpResponse:
    return _changed(request, slug, authoring.publish, _("The course is in the catalogue."))


@require_POST
@sign_in_first
def course_unpublish(request: HttpRequest, slug: str) -> HttpResponse:
    return _changed(request, slug, services.unpublish, _("The course is a draft again."))


@require_POST
@sign_in_first
def course_archive(request: HttpRequest, slug: str) -> HttpResponse:
    return _changed(request, slug, authoring.archive, _("The course is archived. Its students keep it."))


@require_POST
@sign_in_first
def course_duplicate(request: HttpRequest, slug: str) -> HttpResponse:
    row = studio.taught_course(request.user, slug=slug)
    make = partial(duplicate.duplicate_course, actor=request.user, course=row)
    copy = once(request.user, request.POST.get("token", ""), str(row.pk), Course, make)
    messages.success(request, _("Here is the copy, a draft."))
    return redirect("studio:course", copy.slug)


@require_safe
@sign_in_first
def course_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The course as somebody who is not enrolled will meet it, though it may be a draft."""
    row = studio.taught_course(request.user, slug=slug)
    is_draft, row.status = row.status == Status.DRAFT, Status.PUBLISHED
    page = selectors.course_page(row, AnonymousUser())
    context = {"page": page, "course": row, "is_preview": True, "was_draft": is_draft}
    return render(request, "courses/studio/preview.html", context)


def _create(actor: Any, data: dict[str, Any], cover: Any) -> Course:
    with transaction.atomic():
        made = authoring.create_course(actor=actor, **data)
        return studio_cover.set_cover(actor=actor, course=made, upload=cover) if cover else made


@transaction.atomic
def _save(actor: Any, row: Course, form: CourseForm) -> Course:
    data, revision = form.cleaned_data, form.cleaned_data["revision"]
    row = authoring.update_course(actor=actor, course=row, expected_revision=revision, **_with_category(form))
    if data["cover"]:
        return studio_cover.set_cover(actor=actor, course=row, upload=data["cover"])
    if data.get("remove_cover"):
        return studio_cover.remove_cover(actor=actor, course=row)
    return row


def _with_category(form: CourseForm) -> dict[str, Any]:
    data = form.written()
    return {**data, "category": studio.category_of(data["category"])}


def _changed(request: HttpRequest, slug: str, service: Callable[..., Course], said: str) -> HttpResponse:
    row = studio.taught_course(request.user, slug=slug)
    try:
        service(actor=request.user, course=row)
    except DomainError as error:
        return outline(request, row, error=error)
    messages.success(request, said)
    return redirect("studio:course", row.slug)
