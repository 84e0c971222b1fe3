"""A lesson: reading it, what its page reports while it is open, marking it as done."""

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from community_platform.core.html import sign_in_first
from courses import selectors
from courses.forms.learning import ReportForm
from courses.models import Lesson
from courses.selectors.quizzes import quiz_page
from courses.services import progress, watching
from courses.views import feedback
from courses.views.catalogue import visible_course


@require_safe
def lesson_detail(request: HttpRequest, slug: str, lesson: str) -> HttpResponse:
    course = visible_course(request, slug, with_mine=True)
    try:
        page = selectors.lesson_page(course=course, slug=lesson, user=request.user)
    except (NotAllowed, NotSignedIn):
        outline = selectors.course_page(course, request.user)
        wanted = next(row.lesson for row in outline.rows if row.lesson.slug == lesson)
        closed = {"page": outline, "course": course, "lesson": wanted}
        return render(request, "courses/lesson_closed.html", closed, status=403)
    if page.outline.enrollment is not None and not settings.READ_ONLY:
        seen = {"enrollment": page.outline.enrollment, "progress": page.progress}
        progress.open_lesson(actor=request.user, lesson=page.lesson, **seen)
    context: dict[str, Any] = {"page": page, "course": course, "lesson": page.lesson}
    if page.outline.enrollment is not None:
        context["feedback"] = feedback.control(page.marks)
    quiz = getattr(page.lesson, "quiz", None)
    if quiz is not None:
        context["quiz"] = quiz_page(quiz, request.user)
    return render(request, "courses/lesson_detail.html", context)


@require_POST
@sign_in_first
def lesson_complete(request: HttpRequest, slug: str, lesson: str) -> HttpResponse:
    course = visible_course(request, slug)
    row = _lesson(request, slug, lesson)
    try:
        enrollment = progress.complete(actor=request.user, lesson=row)
    except Conflict as error:
        if error.code not in {"too_soon", "watch_first"}:
            raise
        messages.warning(request, error.message)
        return redirect(row)
    if enrollment.completed_at is not None:
        messages.success(request, _("You have completed the course. Congratulations!"))
        return redirect(course)
    page = selectors.lesson_page(course=course, slug=lesson, user=request.user)
    return redirect(page.next or page.outline.next_lesson or course)


@require_POST
def lesson_progress(request: HttpRequest, slug: str, lesson: str) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotSignedIn
    row = _lesson(request, slug, lesson)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("The body is not valid JSON.")) from error
    form = ReportForm(body if isinstance(body, dict) else {"position_seconds": "-"})
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Invalid(str(errors[0]), field=field)
    saved = watching.report(actor=request.user, lesson=row, **form.cleaned_data)
    done = saved.completed_at is not None
    return JsonResponse({"is_done": done, "watched_seconds": saved.watched_seconds})


def _lesson(request: HttpRequest, slug: str, lesson: str) -> Lesson:
    lessons = Lesson.objects.visible_to(request.user).without_text().select_related("course")
    found = lessons.filter(course__slug=slug, slug=lesson).first()
    if found is None:
        raise NotFound
    return found
