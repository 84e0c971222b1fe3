"""Categories on pages of their own, for moderators."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.permissions import ensure
from courses.models import Course
from forum.forms.shelves import CategoryForm
from forum.models import Category
from forum.services import categories


@require_safe
@sign_in_first
def category_list(request: HttpRequest) -> HttpResponse:
    ensure(request.user, "forum.edit_categories")
    rows = Category.objects.visible_to(request.user).select_related("course").prefetch_related("moderators")
    return render(request, "moderation/categories.html", {"categories": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def category_new(request: HttpRequest) -> HttpResponse:
    ensure(request.user, "forum.edit_categories")
    form = CategoryForm(request.POST or None, courses=_courses(request), initial={"icon": "messages-square"})
    if form.is_bound and form.is_valid():
        with errors_to(form):
            made = categories.create_category(actor=request.user, **form.cleaned_data)
            messages.success(request, _("The category “%(name)s” is there.") % {"name": made.name})
            return redirect("shelves:list")
    return render_form(request, "moderation/category.html", {"category": None}, form)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def category_edit(request: HttpRequest, pk: int) -> HttpResponse:
    ensure(request.user, "forum.edit_categories")
    row = get_or_404(Category.objects.visible_to(request.user).select_related("course"), pk=pk)
    form = CategoryForm(request.POST or None, category=row, courses=_courses(request), initial=_shown(row))
    if form.is_bound and form.is_valid():
        with errors_to(form):
            categories.edit_category(actor=request.user, category=row, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("shelves:list")
    return render_form(request, "moderation/category.html", {"category": row}, form)


def _courses(request: HttpRequest) -> list[Course]:
    return list(Course.objects.visible_to(request.user).order_by("title").only("slug", "title"))


def _shown(row: Category) -> dict[str, Any]:
    names = CategoryForm.base_fields.keys() - {"course", "moderators"}
    people = row.moderators.order_by("username").values_list("username", flat=True)
    course = row.course.slug if row.course else ""
    return {name: getattr(row, name) for name in names} | {"course": course, "moderators": ", ".join(people)}
