"""Whom and what reports are about: a handful of queries for a whole batch."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from courses.models import Course, Lesson, LessonKind, Quiz
from courses.services.ingest_reading import SUBMITTED, WATCHED, Refused, Report
from profiles.models import User


def find_references(reports: Sequence[Report]) -> dict[int, Refused]:
    """Set user, course, lesson and quiz of the reports; return why some are refused, by their place. Four queries."""
    courses = {row.slug: row for row in Course.objects.filter(slug__in={report.course for report in reports})}
    lessons = _lessons(courses, reports)
    quizzes = _quizzes(reports)
    people = find_people({report.person for report in reports})
    refused = {}
    for place, report in enumerate(reports):
        try:
            _find(report, courses, lessons, quizzes)
            report.user = people.get(report.person)
            if report.user is not None and report.course_row.is_taught_by(report.user):
                raise Refused("own_course", _("Who teaches a course does not learn in it."))
        except Refused as error:
            refused[place] = error
    return refused


def find_people(names: set[str]) -> dict[str, Any]:
    """Return the active accounts by lower-case user name and by confirmed e-mail.

    An address that nobody confirmed may be somebody else's: what is reported about it waits.
    """
    named = Q(_name__in=[name for name in names if "@" not in name])
    mails = [name for name in names if "@" in name]
    found: dict[str, Any] = {}
    if mails:
        rows = User.objects.filter(is_active=True).alias(_mail=Lower("emailaddress__email"))
        rows = rows.filter(_mail__in=mails, emailaddress__verified=True)
        for row in rows.annotate(confirmed=Lower("emailaddress__email")):
            found[row.confirmed] = row
    for row in User.objects.filter(is_active=True).alias(_name=Lower("username")).filter(named):
        found[row.username.lower()] = row
    return found


def _find(
    report: Report, courses: dict[str, Course], lessons: dict[tuple[int, str], Lesson], quizzes: dict[int, Quiz]
) -> None:
    course = courses.get(report.course)
    if course is None:
        raise Refused("unknown_course", _("There is no such course."))
    report.course_row = course
    if report.lesson:
        lesson = lessons.get((course.pk, report.lesson))
        if lesson is None:
            raise Refused("unknown_lesson", _("The course has no such lesson."))
        lesson.course = course
        report.lesson_row = lesson
    if report.kind == SUBMITTED:
        quiz = quizzes.get(report.quiz) if report.quiz is not None else _quiz_of(report.lesson_row)
        is_other = report.lesson_row is not None and quiz is not None and quiz.lesson_id != report.lesson_row.pk
        if quiz is None or quiz.lesson.course_id != course.pk or is_other:
            raise Refused("unknown_quiz", _("The course has no such quiz."))
        quiz.lesson.course = course
        report.quiz_row, report.lesson_row = quiz, quiz.lesson
    if report.kind == WATCHED and (report.lesson_row is None or report.lesson_row.kind != LessonKind.VIDEO):
        raise Refused("not_a_video", _("This lesson is no video."))


def _quiz_of(lesson: Lesson | None) -> Quiz | None:
    """Return the quiz that a lesson is: statements name pages, not quizzes."""
    quiz = getattr(lesson, "quiz", None)
    if quiz is not None:
        quiz.lesson = lesson
    return quiz


def _lessons(courses: dict[str, Course], reports: Sequence[Report]) -> dict[tuple[int, str], Lesson]:
    slugs = {report.lesson for report in reports if report.lesson}
    rows = Lesson.objects.filter(course__in=[row.pk for row in courses.values()], slug__in=slugs)
    rows = rows.without_text().select_related("quiz")
    return {(row.course_id, row.slug): row for row in rows}


def _quizzes(reports: Sequence[Report]) -> dict[int, Quiz]:
    keys = {report.quiz for report in reports if report.quiz}
    rows = Quiz.objects.filter(pk__in=keys, lesson__removed_at__isnull=True).select_related("lesson")
    return {row.pk: row for row in rows.defer("lesson__content", "lesson__content_html")}
