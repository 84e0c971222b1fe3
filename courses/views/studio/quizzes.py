"""The quiz editor: settings, questions, their order, a look at it."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.once import once
from community_platform.core.permissions import ensure
from courses.forms.studio import PlaceForm
from courses.forms.studio_quiz import QuestionForm, QuizForm
from courses.models import Question, QuestionKind
from courses.selectors import studio
from courses.services import quizzes, studio_order
from courses.views.studio.lessons import valid


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def quiz(request: HttpRequest, pk: int) -> HttpResponse:
    row = studio.taught_quiz(request.user, pk)
    course = row.lesson.course
    ensure(request.user, "courses.edit_course", course)
    form = QuizForm(request.POST if request.method == "POST" else None, quiz=row)
    if form.is_bound and form.is_valid():
        with errors_to(form):
            version = form.cleaned_data["version"]
            quizzes.update_quiz(actor=request.user, quiz=row, expected_version=version, **form.written())
            messages.success(request, _("Saved."))
            return redirect("studio:quiz", pk)
    context = {"quiz": row, "lesson": row.lesson, "course": course, "questions": studio.questions_of(row)}
    context["kinds"] = QuestionKind.choices
    return render_form(request, "courses/studio/quiz.html", context, form)


@require_safe
@sign_in_first
def quiz_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions as students meet them; nothing can be handed in."""
    row = studio.taught_quiz(request.user, pk)
    questions = studio.questions_of(row)
    context = {"quiz": row, "lesson": row.lesson, "course": row.lesson.course, "questions": questions}
    return render(request, "courses/studio/quiz_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def question_new(request: HttpRequest, pk: int) -> HttpResponse:
    row = studio.taught_quiz(request.user, pk)
    ensure(request.user, "courses.edit_course", row.lesson.course)
    kind = request.GET.get("kind", "")
    kind = kind if kind in QuestionKind.values else QuestionKind.SINGLE
    form = QuestionForm(request.POST if request.method == "POST" else None, kind=kind)
    if form.is_bound and form.is_valid():
        with errors_to(form):
            add = partial(quizzes.add_question, actor=request.user, quiz=row, draft=form.draft())
            made = once(request.user, form.cleaned_data["token"], form.cleaned_data["text"], Question, add)
            if "another" in request.POST:
                messages.success(request, _("Saved. Write the next one."))
                return redirect(f"{request.path}?kind={kind}")
            return redirect(f"/studio/quizzes/{pk}/#question-{made.pk}")
    context = {"quiz": row, "lesson": row.lesson, "course": row.lesson.course}
    return render_form(request, "courses/studio/question_form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def question(request: HttpRequest, pk: int) -> HttpResponse:
    row = studio.taught_question(request.user, pk)
    ensure(request.user, "courses.edit_course", row.quiz.lesson.course)
    kind = request.GET.get("kind", "")
    kind = kind if kind in QuestionKind.values else row.kind
    form = QuestionForm(request.POST if request.method == "POST" else None, kind=kind, question=row)
    if form.is_bound and form.is_valid():
        with errors_to(form):
            current = quizzes.update_question(actor=request.user, question=row, draft=form.draft())
            messages.success(request, _("Saved."))
            return redirect(f"/studio/quizzes/{row.quiz_id}/#question-{current.pk}")
    context = {"quiz": row.quiz, "lesson": row.quiz.lesson, "course": row.quiz.lesson.course, "question": row}
    return render_form(request, "courses/studio/question_form.html", context, form)


@require_POST
@sign_in_first
def question_place(request: HttpRequest, pk: int) -> HttpResponse:
    row = studio.taught_question(request.user, pk)
    form = valid(PlaceForm(request.POST))
    studio_order.place_question(actor=request.user, question=row, index=form.cleaned_data["index"])
    return redirect(f"/studio/quizzes/{row.quiz_id}/#question-{pk}")


@require_POST
@sign_in_first
def question_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = studio.taught_question(request.user, pk)
    quizzes.delete_question(actor=request.user, question=row)
    messages.success(request, _("The question is gone; attempts that hold it keep it."))
    return redirect("studio:quiz", row.quiz_id)
