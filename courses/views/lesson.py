"""A lesson: reading it, where its video stands, marking it as done."""

import json

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community_platform.core.errors import Invalid, NotAllowed, NotFound, NotSignedIn
from community_platform.core.html import sign_in_first
from courses import selectors
from courses.forms import PositionForm
from courses.models import Lesson
from courses.services import progress
from courses.views.catalogue import visible_course


@require_safe
def lesson_detail(request: HttpRequest, slug: str, lesson: str) -> HttpResponse:
    course = visible_course(request, slug)
    try:
        page = selectors.lesson_page(course=course, slug=lesson, user=request.user)
    except (NotAllowed, NotSignedIn):
        outline = selectors.course_page(course, request.user)
        wanted = next(row.lesson for row in outline.rows if row.lesson.slug == lesson)
        context = {"page": outline, "course": course, "lesson": wanted}
        return render(request, "courses/lesson_closed.html", context, status=403)
    if page.outline.enrollment is not None and not settings.READ_ONLY:
        progress.open_lesson(actor=request.user, lesson=page.lesson)
    return render(request, "courses/lesson_detail.html", {"page": page, "course": course, "lesson": page.lesson})


@require_POST
@sign_in_first
def lesson_complete(request: HttpRequest, slug: str, lesson: str) -> HttpResponse:
    course = visible_course(request, slug)
    row = _lesson(request, slug, lesson)
    enrollment = progress.complete(actor=request.user, lesson=row)
    if enrollment.completed_at is not None:
        messages.success(request, _("You have completed the course. Congratulations!"))
        return redirect(course)
    page = selectors.lesson_page(course=course, slug=lesson, user=request.user)
    return redirect(page.next or page.outline.next_lesson or course)


@require_POST
def lesson_position(request: HttpRequest, slug: str, lesson: str) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotSignedIn
    row = _lesson(request, slug, lesson)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("The body is not valid JSON.")) from error
    form = PositionForm(body if isinstance(body, dict) else {})
    if not form.is_valid():
        raise Invalid(form.errors["position_seconds"][0], field="position_seconds")
    progress.save_position(actor=request.user, lesson=row, **form.cleaned_data)
    return HttpResponse(status=204)


def _lesson(request: HttpRequest, slug: str, lesson: str) -> Lesson:
    lessons = Lesson.objects.visible_to(request.user).without_text().select_related("course")
    found = lessons.filter(course__slug=slug, slug=lesson).first()
    if found is None:
        raise NotFound
    return found
