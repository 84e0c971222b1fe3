"""Marks in lessons: given by students below the player, read by the course's staff."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import DomainError, NotFound
from community_platform.core.html import next_or, sign_in_first
from community_platform.core.permissions import may
from courses import limits
from courses.forms.reviews import FeedbackFilter, FeedbackForm
from courses.models import FeedbackKind, Lesson, LessonFeedback
from courses.models.review import FEEDBACK_ICONS
from courses.selectors import reviews as selectors
from courses.services import feedback
from courses.views.catalogue import visible_course


@require_POST
@sign_in_first
def lesson_feedback(request: HttpRequest, slug: str, lesson: str) -> HttpResponse:
    """Mark a second of a lesson, or with `take_back` remove a mark; htmx gets the control alone."""
    row = _lesson(request, slug, lesson)
    error: DomainError | None = None
    try:
        _apply(request, row)
    except DomainError as refused:
        if refused.status in {401, 403, 404, 503}:
            raise  # no mistake in the form
        error = refused
    by_htmx = request.htmx  # type: ignore[attr-defined]
    if error is None and not by_htmx:
        messages.success(request, _("Thank you. The instructor sees it."))
        return redirect(f"{row.get_absolute_url()}#lesson-feedback")
    given = control(selectors.marks_of(request.user, row))
    context = {"lesson": row, "course": row.course, "feedback": given, "refused": error}
    context["typed"] = request.POST.get("content", "") if error else ""
    template = "courses/_feedback.html" if by_htmx else "courses/lesson_feedback.html"
    return render(request, template, context, status=error.status if error else 200)


def _apply(request: HttpRequest, row: Lesson) -> None:
    taken_back = request.POST.get("take_back", "")
    if taken_back.isascii() and taken_back.isdecimal():
        mark = get_or_404(LessonFeedback.objects.visible_to(request.user).filter(lesson=row), pk=int(taken_back))
        feedback.take_back_feedback(actor=request.user, mark=mark)
        return
    form = FeedbackForm(request.POST)
    form.is_valid()
    told = {"kind": request.POST.get("kind", ""), "content": request.POST.get("content", "")}
    second = form.cleaned_data.get("at_seconds", -1)  # what is no number is refused by the service
    feedback.give_feedback(actor=request.user, lesson=row, at_seconds=second, **told)


def control(marks: list[LessonFeedback]) -> dict[str, object]:
    """Return what the control below a lesson shows to a student who left `marks` in it."""
    kinds = [(kind.value, kind.label, FEEDBACK_ICONS[kind]) for kind in FeedbackKind]
    return {"kinds": kinds, "marks": marks, "text_max": limits.FEEDBACK_TEXT_MAX}


@require_safe
@sign_in_first
def course_feedback(request: HttpRequest, slug: str) -> HttpResponse:
    """List what students marked, for those who help them."""
    course = visible_course(request, slug)
    if not may(request.user, "courses.teach_course", course):
        raise NotFound
    form = FeedbackFilter(request.GET)
    rows = selectors.feedback_on(course, **form.filters())
    page = Paginator(rows, limits.FEEDBACK_PAGE).get_page(request.GET.get("page"))
    counts = selectors.feedback_counts(course)
    kinds = [(kind.value, kind.label, FEEDBACK_ICONS[kind], counts[kind.value]) for kind in FeedbackKind]
    asked = form.filters()
    context = {"course": course, "page": page, "kinds": kinds, "asked": asked, "form": form}
    return render(request, "courses/feedback.html", context)


@require_POST
@sign_in_first
def feedback_resolve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    rows = LessonFeedback.objects.visible_to(request.user).select_related("lesson__course")
    mark = get_or_404(rows, pk=pk, lesson__course__slug=slug)
    is_resolved = request.POST.get("is_resolved") == "1"
    feedback.resolve_feedback(actor=request.user, mark=mark, is_resolved=is_resolved)
    return redirect(next_or(request, f"/courses/{slug}/feedback/"))


def _lesson(request: HttpRequest, slug: str, lesson: str) -> Lesson:
    rows = Lesson.objects.visible_to(request.user).without_text().select_related("course")
    return get_or_404(rows, course__slug=slug, slug=lesson)
