"""The catalogue and one course."""

from django.contrib import messages
from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community_platform.core.errors import NotFound
from community_platform.core.html import sign_in_first
from courses import limits, selectors
from courses.forms import CatalogueForm
from courses.models import Course
from courses.services import enrollment


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    categories = selectors.categories()
    form = CatalogueForm(request.GET, categories)
    filters = form.filters()
    page_number = request.GET.get("page", "1")
    if not page_number.isascii() or not page_number.isdigit():
        raise NotFound
    try:
        page = Paginator(selectors.catalogue(filters), limits.CATALOGUE_PAGE).page(int(page_number))
    except EmptyPage:
        raise NotFound from None
    mine = selectors.enrollments_in(request.user, page.object_list)
    cards = [(course, mine.get(course.pk)) for course in page.object_list]
    context = {"form": form, "filters": filters, "categories": categories, "page": page, "cards": cards}
    return render(request, "courses/catalogue.html", context)


@require_safe
def course_detail(request: HttpRequest, slug: str) -> HttpResponse:
    page = selectors.course_page(visible_course(request, slug), request.user)
    return render(request, "courses/course_detail.html", {"page": page, "course": page.course})


@require_POST
@sign_in_first
def course_enroll(request: HttpRequest, slug: str) -> HttpResponse:
    course = visible_course(request, slug)
    _row, is_new = enrollment.enroll(actor=request.user, course=course)
    if is_new:
        messages.success(request, _("You are enrolled. Have fun!"))
    first = selectors.course_page(course, request.user).next_lesson
    return redirect(first or course)


def visible_course(request: HttpRequest, slug: str) -> Course:
    """Return the course with category and instructor, or raise NotFound."""
    found = Course.objects.visible_to(request.user).select_related("category", "instructor").filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found
