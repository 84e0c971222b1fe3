"""Reads of the studio: the courses that one teaches, a course as its staff sees it."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, IntegerField, Value, When
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid, NotAllowed, NotFound, NotSignedIn
from community_platform.core.permissions import may
from courses.models import (
    Course,
    CourseCategory,
    CourseFile,
    CourseImport,
    CourseStaff,
    Lesson,
    LessonKind,
    Question,
    Quiz,
    Section,
    Status,
)
from courses.models.course import CourseQuerySet
from profiles.selectors import people

_ORDER = {Status.DRAFT: 0, Status.PUBLISHED: 1, Status.ARCHIVED: 2}


Place = tuple[int, int]  # id of a section, index in it


@dataclass(frozen=True, slots=True)
class StudioRow:
    """A lesson of the outline and where one step up or down would put it; None at the ends of the course."""

    lesson: Lesson
    up: Place | None
    down: Place | None


@dataclass(frozen=True, slots=True)
class StudioSection:
    """A section with its lessons in order; quiz lessons have `quiz` loaded."""

    section: Section
    lessons: list[Lesson]
    rows: list[StudioRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StudioCourse:
    """A course as its staff works on it. `gaps` are what a student would stumble over."""

    course: Course
    sections: list[StudioSection]
    gaps: list[str]
    role: str  # owner, instructor, assistant, admin
    may_edit: bool
    may_manage_staff: bool

    @property
    def lessons_count(self) -> int:
        return sum(len(row.lessons) for row in self.sections)


def ensure_may_enter(user: Any) -> None:
    """Let people in who may make courses or help in one. Raises: NotSignedIn, NotAllowed. One query at most."""
    if not user.is_authenticated:
        raise NotSignedIn
    if not (may(user, "courses.create_course") or Course.objects.taught_by(user).exists()):
        raise NotAllowed(_("The studio is for people who teach."), code="not_instructor")


def own_courses(user: Any, status: str = "") -> CourseQuerySet:
    """Return the courses that `user` owns or helps in: drafts, then published, then archived ones, the newest first."""
    rows = Course.objects.taught_by(user).for_card()
    if status:
        rows = rows.filter(status=status)
    place = Case(*(When(status=name, then=Value(n)) for name, n in _ORDER.items()), output_field=IntegerField())
    return rows.annotate(_place=place).order_by("_place", "-created_at", "-id")


def counts_by_status(user: Any) -> dict[str, int]:
    """Return how many courses of each status `user` teaches; one query."""
    rows = Course.objects.taught_by(user).order_by().values("status").annotate(n=Count("pk"))
    found = {row["status"]: row["n"] for row in rows}
    return {status: found.get(status, 0) for status in Status.values}


def taught_course(user: Any, **lookup: Any) -> Course:
    """Return the course that `user` teaches, or any for administrators. Raises: NotFound, for foreign ones too."""
    rows = _taught(user).select_related("category", "instructor")
    return _one(rows, **lookup)


def taught_section(user: Any, pk: int) -> Section:
    """Return a section of a course that `user` teaches, with its course. Raises: NotFound."""
    return _one(Section.objects.filter(course__in=_taught(user)).select_related("course"), pk=pk)


def taught_lesson(user: Any, pk: int) -> Lesson:
    """Return a lesson of a course that `user` teaches, with course, section and quiz. Raises: NotFound."""
    rows = Lesson.objects.filter(course__in=_taught(user))
    return _one(rows.select_related("course", "section", "quiz"), pk=pk)


def taught_quiz(user: Any, pk: int) -> Quiz:
    """Return a quiz of a living lesson of a course that `user` teaches. Raises: NotFound."""
    rows = Quiz.objects.filter(lesson__removed_at__isnull=True, lesson__course__in=_taught(user))
    return _one(rows.select_related("lesson__course", "lesson__section"), pk=pk)


def taught_question(user: Any, pk: int) -> Question:
    """Return a current question of a course that `user` teaches, with its choices. Raises: NotFound."""
    rows = Question.objects.filter(quiz__lesson__removed_at__isnull=True, quiz__lesson__course__in=_taught(user))
    return _one(rows.select_related("quiz__lesson__course").prefetch_related("choices"), pk=pk)


def taught_file(user: Any, pk: int) -> CourseFile:
    """Return a file of a course that `user` teaches. Raises: NotFound."""
    return _one(CourseFile.objects.filter(course__in=_taught(user)).select_related("course"), pk=pk)


def studio_course(course: Course, user: Any) -> StudioCourse:
    """Return `course` with its whole outline for its staff: 2 queries."""
    sections = {row.pk: StudioSection(row, []) for row in Section.objects.filter(course=course)}
    for lesson in Lesson.objects.filter(course=course).without_text().select_related("quiz").in_order():
        lesson.course = course
        sections[lesson.section_id].lessons.append(lesson)
    _add_moves(list(sections.values()))
    return StudioCourse(
        course=course,
        sections=list(sections.values()),
        gaps=_gaps(course, list(sections.values())),
        role=role_in(course, user),
        may_edit=may(user, "courses.edit_course", course),
        may_manage_staff=may(user, "courses.manage_staff", course),
    )


def _add_moves(sections: list[StudioSection]) -> None:
    """Fill `rows`: a step over the edge of a section leads to the near end of the one beside it."""
    for number, part in enumerate(sections):
        before = sections[number - 1] if number else None
        after = sections[number + 1] if number + 1 < len(sections) else None
        for index, lesson in enumerate(part.lessons):
            up: Place | None = (before.section.pk, len(before.lessons)) if before else None
            down: Place | None = (after.section.pk, 0) if after else None
            if index:
                up = (part.section.pk, index - 1)
            if index + 1 < len(part.lessons):
                down = (part.section.pk, index + 1)
            part.rows.append(StudioRow(lesson, up, down))


def role_in(course: Course, user: Any) -> str:
    """Return owner, instructor, assistant or admin."""
    if course.instructor_id == user.pk:
        return "owner"
    return str(course.team.get(str(user.pk), "admin"))


def staff_of(course: Course) -> list[CourseStaff]:
    """Return who teaches beside the owner, with the people; one query."""
    return list(CourseStaff.objects.filter(course=course).select_related("user").order_by("created_at", "pk"))


def section_for(user: Any, pk: int) -> Section:
    """Return a section that a lesson is to be moved to. Raises: Invalid on `section` where there is none."""
    try:
        return taught_section(user, pk)
    except NotFound:
        raise Invalid(_("There is no such section."), code="does_not_exist", field="section") from None


def member_of(course: Course, pk: int) -> Any:
    """Return the person of a course's staff. Raises: NotFound."""
    row = _one(CourseStaff.objects.filter(course=course).select_related("user"), user_id=pk)
    return row.user


def person_named(viewer: Any, username: str) -> Any:
    """Return the person of a user name, in any case. Raises: Invalid on `user`."""
    person = people.find(viewer, username.strip().removeprefix("@"))
    if person is None:
        raise Invalid(_("Nobody has this user name."), code="does_not_exist", field="user")
    return person


def category_of(key: int | str) -> CourseCategory:
    """Return the category of an id or a slug. Raises: Invalid on `category`."""
    rows = CourseCategory.objects.filter(**({"pk": key} if isinstance(key, int) else {"slug": key}))
    row = rows.first() if not _is_too_large({"pk": key}) else None
    if row is None:
        raise Invalid(_("There is no such category."), code="does_not_exist", field="category")
    return row


def files_of(course: Course) -> Any:
    """Return the files of a course, the newest first."""
    return CourseFile.objects.filter(course=course).order_by("-created_at", "-id")


def questions_of(quiz: Quiz) -> list[Question]:
    """Return the current questions in order, with their choices; 2 queries."""
    return list(quiz.questions.prefetch_related("choices"))


def import_of(course: Course) -> CourseImport | None:
    """Return how `course` came here, if as an archive."""
    return CourseImport.objects.filter(course=course).first()


def may_teach_here(user: Any) -> bool:
    """Tell whether the menu offers the studio; no query."""
    return bool(user.is_authenticated and may(user, "courses.create_course"))


def _taught(user: Any) -> CourseQuerySet:
    if may(user, "courses.teach_for_others"):
        return Course.objects.all()
    return Course.objects.taught_by(user)


def _one(rows: Any, **lookup: Any) -> Any:
    row = rows.filter(**lookup).first() if not _is_too_large(lookup) else None
    if row is None:
        raise NotFound
    return row


def _is_too_large(lookup: dict[str, Any]) -> bool:
    return any(isinstance(value, int) and value >= 2**63 for value in lookup.values())


def _gaps(course: Course, sections: list[StudioSection]) -> list[str]:
    """Return what is missing before students come, in words."""
    gaps = []
    lessons = [lesson for row in sections for lesson in row.lessons]
    if not any(lesson.is_required for lesson in lessons):
        gaps.append(_("A course needs at least one required lesson."))
    for lesson in lessons:
        quiz = getattr(lesson, "quiz", None)
        if lesson.kind == LessonKind.QUIZ and (quiz is None or not quiz.questions_count):
            gaps.append(_("The quiz “%(title)s” has no questions yet.") % {"title": lesson.title})
        elif lesson.kind == LessonKind.VIDEO and not lesson.captions_url:
            gaps.append(_("The video “%(title)s” has no captions.") % {"title": lesson.title})
    if lessons and not course.description:
        gaps.append(_("The course has no description."))
    return gaps

