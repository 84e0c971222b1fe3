"""Taking a quiz: starting, answering, handing in, results. Works without JavaScript."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import Conflict, Invalid, NotSignedIn
from community_platform.core.html import errors_to, render_form, sign_in_first
from courses.forms.learning import AttemptForm, said_in_json
from courses.models import Quiz, QuizAttempt
from courses.selectors import quizzes as selectors
from courses.services import attempts


@require_POST
@sign_in_first
def attempt_start(request: HttpRequest, slug: str, lesson: str) -> HttpResponse:
    rows = Quiz.objects.visible_to(request.user).select_related("lesson__course")
    quiz = get_or_404(rows, lesson__course__slug=slug, lesson__slug=lesson)
    try:
        attempt, _is_new = attempts.start_attempt(actor=request.user, quiz=quiz)
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect(quiz.lesson)
    attempt.quiz = quiz
    return redirect(attempt)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def attempt(request: HttpRequest, slug: str, lesson: str, number: int) -> HttpResponse:
    row = _attempt(request, slug, lesson, number)
    attempts.close_if_over(attempt=row)
    if not row.is_open:
        if request.method == "POST":
            messages.info(request, _("This attempt has been handed in."))
            return redirect(row)
        return _results(request, row)
    page = selectors.attempt_page(row)
    form = AttemptForm(page, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _hand_in(request, row, form):
        return redirect(row)
    context = {"page": page, "attempt": row, "lesson": row.quiz.lesson, "course": row.quiz.lesson.course}
    return render_form(request, "courses/attempt.html", context, form)


@require_POST
def attempt_save(request: HttpRequest, slug: str, lesson: str, number: int) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotSignedIn
    row = _attempt(request, slug, lesson, number)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("The body is not valid JSON.")) from error
    attempts.save_answers(actor=request.user, attempt=row, answers=said_in_json(body))
    return JsonResponse({"seconds_left": selectors.seconds_left(row)})


def _hand_in(request: HttpRequest, row: QuizAttempt, form: AttemptForm) -> bool:
    """Save or hand in; tell whether the attempt's page has news to show."""
    with errors_to(form):
        try:
            if "save" in request.POST:
                attempts.save_answers(actor=request.user, attempt=row, answers=form.said())
                messages.success(request, _("Your answers are saved."))
            else:
                attempts.submit_attempt(actor=request.user, attempt=row, answers=form.said())
            return True
        except Conflict as error:
            messages.warning(request, error.message)
            return True
    return False


def _results(request: HttpRequest, row: QuizAttempt) -> HttpResponse:
    quiz = selectors.quiz_page(row.quiz, request.user)
    page = selectors.attempt_page(row, has_passed=quiz.has_passed)
    lesson = row.quiz.lesson
    context = {"page": page, "quiz": quiz, "attempt": row, "lesson": lesson, "course": lesson.course}
    return render(request, "courses/attempt_results.html", context)


def _attempt(request: HttpRequest, slug: str, lesson: str, number: int) -> QuizAttempt:
    rows = QuizAttempt.objects.visible_to(request.user).with_quiz()
    return get_or_404(rows, quiz__lesson__course__slug=slug, quiz__lesson__slug=lesson, number=number)
