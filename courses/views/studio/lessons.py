"""The outline of a course: sections and lessons, their order, the lesson editor."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community_platform.core.errors import DomainError, Invalid
from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.once import once
from community_platform.core.permissions import ensure
from courses.forms.studio import LessonForm, LessonPlaceForm, PlaceForm, SectionForm
from courses.models import CourseFile, Lesson, LessonKind, Section
from courses.selectors import studio
from courses.services import authoring, files, film_length, quizzes, studio_order
from courses.views.studio.courses import outline


@require_POST
@sign_in_first
def section_add(request: HttpRequest, slug: str) -> HttpResponse:
    course = studio.taught_course(request.user, slug=slug)
    form = SectionForm(request.POST)
    if form.is_valid():
        with errors_to(form):
            title = form.cleaned_data["title"]
            add = partial(authoring.add_section, actor=request.user, course=course, title=title)
            made = once(request.user, form.cleaned_data["token"], title, Section, add)
            return redirect(f"{course_url(course.slug)}#section-{made.pk}")
    return outline(request, course, form=form)


@require_POST
@sign_in_first
def section_rename(request: HttpRequest, pk: int) -> HttpResponse:
    section = studio.taught_section(request.user, pk)
    form = SectionForm(request.POST)
    if form.is_valid():
        with errors_to(form):
            title = form.cleaned_data["title"]
            authoring.update_section(actor=request.user, section=section, title=title, position=section.position)
            return redirect(f"{course_url(section.course.slug)}#section-{pk}")
    return outline(request, section.course, form=form)


@require_POST
@sign_in_first
def section_place(request: HttpRequest, pk: int) -> HttpResponse:
    section = studio.taught_section(request.user, pk)
    form = valid(PlaceForm(request.POST))
    studio_order.place_section(actor=request.user, section=section, index=form.cleaned_data["index"])
    return redirect(f"{course_url(section.course.slug)}#section-{pk}")


@require_POST
@sign_in_first
def section_delete(request: HttpRequest, pk: int) -> HttpResponse:
    section = studio.taught_section(request.user, pk)
    try:
        authoring.delete_section(actor=request.user, section=section)
    except DomainError as error:
        return outline(request, section.course, error=error)
    messages.success(request, _("The section is gone."))
    return redirect("studio:course", section.course.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def lesson_new(request: HttpRequest, pk: int) -> HttpResponse:
    section = studio.taught_section(request.user, pk)
    ensure(request.user, "courses.edit_course", section.course)
    kind = request.GET.get("kind", "")
    kind = kind if kind in LessonKind.values else LessonKind.ARTICLE
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = LessonForm(*given, kind=kind)
    if form.is_bound and form.is_valid():
        with errors_to(form):
            add = partial(_add, request.user, section, form)
            made = once(request.user, form.cleaned_data["token"], form.cleaned_data["title"], Lesson, add)
            return redirect(_after(made, section))
    context = {"course": section.course, "section": section, "kind": kind}
    return render_form(request, "courses/studio/lesson_form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    row = studio.taught_lesson(request.user, pk)
    ensure(request.user, "courses.edit_course", row.course)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = LessonForm(*given, kind=row.kind, lesson=row)
    if form.is_bound and form.is_valid():
        with errors_to(form):
            _save(request.user, row, form)
            messages.success(request, _("Saved."))
            return redirect("studio:lesson", pk)
    context = {"course": row.course, "section": row.section, "lesson": row, "kind": row.kind}
    context["files"] = studio.files_of(row.course)[:30]
    return render_form(request, "courses/studio/lesson_form.html", context, form)


@require_POST
@sign_in_first
def lesson_place(request: HttpRequest, pk: int) -> HttpResponse:
    row = studio.taught_lesson(request.user, pk)
    form = valid(LessonPlaceForm(request.POST))
    section = studio.section_for(request.user, form.cleaned_data["section"])
    studio_order.place_lesson(actor=request.user, lesson=row, section=section, index=form.cleaned_data["index"])
    return redirect(f"{course_url(row.course.slug)}#lesson-{pk}")


@require_POST
@sign_in_first
def lesson_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = studio.taught_lesson(request.user, pk)
    authoring.delete_lesson(actor=request.user, lesson=row)
    messages.success(request, _("“%(title)s” is no longer part of the course.") % {"title": row.title})
    return redirect("studio:course", row.course.slug)


def course_url(slug: str) -> str:
    return f"/studio/courses/{slug}/"


def valid(form: Any) -> Any:
    """Return a form of a button; what a browser would never send is refused whole."""
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise Invalid(str(errors[0]), field=name)
    return form


def _after(made: Lesson, section: Section) -> str:
    quiz = getattr(made, "quiz", None)
    return f"/studio/quizzes/{quiz.pk}/" if quiz else f"{course_url(section.course.slug)}#lesson-{made.pk}"


def _add(actor: Any, section: Section, form: LessonForm) -> Lesson:
    with files.together() as stored:
        data = _stored(actor, section.course, form, stored)
        if form.kind == LessonKind.QUIZ:
            return quizzes.create_quiz(actor=actor, section=section, **data).lesson
        return authoring.add_lesson(actor=actor, section=section, kind=form.kind, **data)


def _save(actor: Any, row: Lesson, form: LessonForm) -> None:
    with files.together() as stored:
        data = _stored(actor, row.course, form, stored)
        revision = form.cleaned_data["revision"]
        authoring.update_lesson(actor=actor, lesson=row, expected_revision=revision, **data)


def _stored(actor: Any, course: Any, form: LessonForm, stored: list[CourseFile]) -> dict[str, Any]:
    """Return the fields of a lesson, after storing the film and the captions that came with it."""
    data, sent = form.written(), form.cleaned_data
    film, captions = sent.get("video_file"), sent.get("captions_file")
    if film:
        stored.append(
            files.add_file(actor=actor, course=course, upload=film, field="video_file", only="video")
        )
        data["video_url"] = stored[-1].url
        data["duration_seconds"] = film_length.seconds_of(film) or data["duration_seconds"]
    if captions:
        stored.append(
            files.add_file(actor=actor, course=course, upload=captions, field="captions_file", only="captions")
        )
        data["captions_url"] = stored[-1].url
    return data
