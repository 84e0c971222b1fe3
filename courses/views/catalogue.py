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
from courses.forms.catalogue import CatalogueForm
from courses.models import Course
from courses.selectors import reviews as reviews_selectors
from courses.selectors.certificates import with_certificate_of
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
    course = visible_course(request, slug, with_mine=True, with_stars=True)
    page = selectors.course_page(course, request.user)
    reviews = reviews_selectors.summary(page.course, request.user, page.enrollment, limits.REVIEWS_SHOWN)
    context = {"page": page, "course": page.course, "reviews": reviews}
    return render(request, "courses/course_detail.html", context)


@require_POST
@sign_in_first
def course_enroll(request: HttpRequest, slug: str) -> HttpResponse:
    course = visible_course(request, slug)
    _row, is_new = enrollment.enroll(actor=request.user, course=course)
    if is_new:
        messages.success(request, _("You are enrolled. Have fun!"))
    first = selectors.course_page(course, request.user).next_lesson
    return redirect(first or course)


@require_POST
@sign_in_first
def course_leave(request: HttpRequest, slug: str) -> HttpResponse:
    course = visible_course(request, slug)
    enrollment.leave(actor=request.user, course=course)
    messages.success(request, _("You have left the course. What you did is kept, should you come back."))
    return redirect(course if course.is_published else "courses:catalogue")


def visible_course(request: HttpRequest, slug: str, *, with_mine: bool = False, with_stars: bool = False) -> Course:
    """Return the course with category and instructor, or raise NotFound.

    If asked: with one's enrolment and certificate; with how many gave how many stars.
    """
    rows = Course.objects.visible_to(request.user).select_related("category", "instructor")
    if with_stars:
        rows = reviews_selectors.with_stars(rows)
    if with_mine:
        rows = rows.with_enrollment_of(request.user)
        if request.user.is_authenticated:
            rows = with_certificate_of(rows, request.user)
    found = rows.filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found
