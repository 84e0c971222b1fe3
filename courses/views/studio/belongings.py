"""The files of a course and its staff."""

from typing import Any

from django.contrib import messages
from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community_platform.core.errors import DomainError, NotFound
from community_platform.core.html import errors_to, render_form, sign_in_first
from courses.forms.studio import FileForm, StaffForm, new_token
from courses.models import Course
from courses.selectors import studio
from courses.services import files, staff

PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def file_list(request: HttpRequest, slug: str) -> HttpResponse:
    course = studio.taught_course(request.user, slug=slug)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        with errors_to(form):
            stored = files.add_file(actor=request.user, course=course, upload=form.cleaned_data["file"])
            messages.success(request, _("“%(name)s” is stored.") % {"name": stored.name})
            return redirect("studio:files", slug)
    return _files(request, course, form)


@require_POST
@sign_in_first
def file_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = studio.taught_file(request.user, pk)
    try:
        files.delete_file(actor=request.user, file=row)
    except DomainError as error:
        if error.status == 404:
            raise
        form = FileForm()
        return _files(request, row.course, form, error=error)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": row.name})
    return redirect("studio:files", row.course.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def staff_list(request: HttpRequest, slug: str) -> HttpResponse:
    course = studio.taught_course(request.user, slug=slug)
    form = StaffForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with errors_to(form):
            person = studio.person_named(request.user, form.cleaned_data["user"])
            staff.set_staff(actor=request.user, course=course, user=person, role=form.cleaned_data["role"])
            messages.success(request, _("%(name)s helps with this course now.") % {"name": person.name})
            return redirect("studio:staff", slug)
    page = studio.studio_course(course, request.user)
    context = {"course": course, "page": page, "members": studio.staff_of(course), "tab": "staff"}
    context["token"] = new_token()
    return render_form(request, "courses/studio/staff.html", context, form)


@require_POST
@sign_in_first
def staff_remove(request: HttpRequest, slug: str, user: int) -> HttpResponse:
    course = studio.taught_course(request.user, slug=slug)
    person = studio.member_of(course, user)
    staff.remove_staff(actor=request.user, course=course, user=person)
    messages.success(request, _("%(name)s does not help with this course any more.") % {"name": person.name})
    if person == request.user:
        return redirect("studio:list")
    return redirect("studio:staff", slug)


def _files(request: HttpRequest, course: Course, form: FileForm, *, error: DomainError | None = None) -> HttpResponse:
    number = request.GET.get("page", "1")
    try:
        listed = Paginator(studio.files_of(course), PAGE).page(int(number) if number.isdecimal() else 0)
    except EmptyPage:
        raise NotFound from None
    page = studio.studio_course(course, request.user)
    context: dict[str, Any] = {"course": course, "page": page, "files": listed, "tab": "files", "error": error}
    context["token"] = new_token()
    response = render_form(request, "courses/studio/files.html", context, form)
    if error is not None:
        response.status_code = error.status
    return response
