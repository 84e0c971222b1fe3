"""Reads of courses: the catalogue, a course with its outline, a lesson, where to go on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, FilteredRelation, FloatField, Q, TextField, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast

from community_platform.core.errors import NotAllowed, NotFound, NotSignedIn
from community_platform.core.permissions import may
from courses.limits import QUERY_WORDS, READING_SECONDS
from courses.models import Course, CourseCategory, Enrollment, Lesson, LessonFeedback, LessonProgress, Section
from courses.models.course import CourseQuerySet
from courses.selectors import orders

# A course with few reviews is pulled towards this many reviews of this mean (the usual Bayesian average).
PRIOR_RATINGS = 5
PRIOR_MEAN = 3.5
_UNKNOWN: Any = object()
SORTS = ("popular", "newest", "rating", "price")


@dataclass(frozen=True, slots=True)
class CatalogueFilters:
    """What a visitor looks for; empty values filter nothing."""

    q: str = ""
    category: str = ""  # slug
    level: str = ""
    price_max: Decimal | None = None
    rating: Decimal | None = None  # at least, 1-5, smoothed as the order is
    sort: str = "popular"

    @property
    def is_empty(self) -> bool:
        return not (
            self.q or self.category or self.level or self.price_max is not None or self.rating is not None
        )


@dataclass(frozen=True, slots=True)
class OutlineLesson:
    """A row of the outline, as one reader sees it."""

    lesson: Lesson
    progress: LessonProgress | None
    is_open: bool

    @property
    def is_done(self) -> bool:
        return self.progress is not None and self.progress.completed_at is not None


@dataclass(frozen=True, slots=True)
class OutlineSection:
    section: Section
    lessons: list[OutlineLesson]

    @property
    def done_count(self) -> int:
        return sum(row.is_done for row in self.lessons)


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course with its outline; `next_lesson` is where this reader goes on, or would begin."""

    course: Course
    sections: list[OutlineSection]
    enrollment: Enrollment | None
    next_lesson: Lesson | None
    may_edit: bool
    has_paid: bool = False  # an order opens the course to a reader who has left it
    teaches: bool = False  # staff and administrators read everything without being enrolled

    @property
    def rows(self) -> list[OutlineLesson]:
        return [row for section in self.sections for row in section.lessons]


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson that this reader may open, inside its course."""

    outline: CoursePage
    lesson: Lesson
    progress: LessonProgress | None
    previous: Lesson | None
    next: Lesson | None
    number: int  # in the course, from 1

    @property
    def is_done(self) -> bool:
        return self.progress is not None and self.progress.completed_at is not None

    @property
    def position_seconds(self) -> int:
        return self.progress.position_seconds if self.progress else 0

    @property
    def watched_seconds(self) -> int:
        return self.progress.watched_seconds if self.progress else 0

    @property
    def seconds_to_read(self) -> int:
        """How long the article has to be on screen yet before it can be done."""
        return max(0, READING_SECONDS - (self.progress.read_seconds if self.progress else 0))

    @property
    def marks(self) -> list[LessonFeedback]:
        """What the reader marked here, in the order of its seconds."""
        marks: list[LessonFeedback] = self.lesson.marks  # type: ignore[attr-defined]  # set by `_folded`
        return sorted(marks, key=lambda mark: (mark.at_seconds, mark.pk))

    @property
    def rates(self) -> list[tuple[str, str]]:
        """The speeds that the player offers: (number for the script, number for people)."""
        return [(rate, f"{rate} ×") for rate in ("0.5", "0.75", "1", "1.25", "1.5", "1.75", "2")]


def catalogue(filters: CatalogueFilters) -> CourseQuerySet:
    """Return the published courses that match, sorted, with category and instructor loaded."""
    courses = Course.objects.in_catalogue().for_card()
    for word in filters.q.split()[:QUERY_WORDS]:
        courses = courses.filter(_has_word(word))
    if filters.category:
        courses = courses.filter(category__slug=filters.category)
    if filters.level:
        courses = courses.filter(level=filters.level)
    if filters.price_max is not None:
        courses = courses.filter(price__lte=filters.price_max)
    if filters.rating is not None:
        courses = courses.filter(ratings_count__gt=0).alias(_smoothed=_smoothed())
        courses = courses.filter(_smoothed__gte=float(filters.rating))
    return _sorted(courses, filters.sort)


def categories() -> list[CourseCategory]:
    """Return the shelves of the catalogue, in their order."""
    return list(CourseCategory.objects.order_by("order_index", "id"))


def popular_courses(limit: int) -> list[Course]:
    """Return the courses with most students, ready for cards; one query."""
    return list(_sorted(Course.objects.in_catalogue().for_card(), "popular")[:limit])


def enrollments_in(user: Any, courses: Iterable[Course]) -> dict[int, Enrollment]:
    """Return the enrolments of `user` in `courses` by course id; one query, none for visitors."""
    if not user.is_authenticated:
        return {}
    return {
        row.course_id: row for row in Enrollment.objects.filter(user=user, course__in=[c.pk for c in courses])
    }


def course_page(course: Course, user: Any, *, slug: str = "") -> CoursePage:
    """Return `course` with its outline for `user`; the lesson `slug` comes with its text.

    One query; one more for editors, who see empty chapters too, one more where `course` does not bring the
    enrolment along (`with_enrollment_of`), and one for a member at the till of a priced course.
    """
    enrollment: Enrollment | None = getattr(course, "mine", _UNKNOWN)
    if enrollment is _UNKNOWN:
        enrollment = enrollments_in(user, [course]).get(course.pk)
    may_edit = may(user, "courses.edit_course", course)
    teaches = may(user, "courses.teach_course", course)
    by_section: dict[int, list[OutlineLesson]] = {}
    chapters: dict[int, Section] = {}
    done = set()
    for lesson in _folded(_outline(course, user, slug)):
        lesson.course = course
        is_open = enrollment is not None or teaches or lesson.is_preview
        lesson.opened_by = user.pk if is_open else None
        progress = getattr(lesson, "mine", None) if enrollment else None
        if progress is not None and progress.completed_at:
            done.add(lesson.pk)
        by_section.setdefault(lesson.section_id, []).append(OutlineLesson(lesson, progress, is_open))
        chapters[lesson.section_id] = lesson.section
    if may_edit:
        chapters = {section.pk: section for section in Section.objects.filter(course=course)}
    ordered = sorted(chapters.values(), key=lambda section: (section.position, section.pk))
    sections = [OutlineSection(section, by_section.get(section.pk, [])) for section in ordered]
    # Sections come first in the order of reading; positions order lessons inside them.
    lessons = [row.lesson for section in sections for row in section.lessons]
    going_on = next_lesson(lessons, done, enrollment.last_lesson_id if enrollment else None)
    at_the_till = enrollment is None and user.is_authenticated and not (course.is_free or course.is_taught_by(user))
    has_paid = at_the_till and orders.has_paid(user, course)
    return CoursePage(course, sections, enrollment, going_on, may_edit, has_paid, teaches)


def _outline(course: Course, user: Any, slug: str) -> Any:
    """Return the lessons with chapter, quiz and progress (`mine`), without text but for `slug`; one query.

    The reader's marks in the lesson `slug` are joined as `mark`: it has a row for each.
    """
    rows = Lesson.objects.filter(course=course).without_text().select_related("quiz", "section").in_order()
    if user.is_authenticated:
        mine = FilteredRelation("progress", condition=Q(progress__user=user.pk))
        rows = rows.annotate(mine=mine).select_related("quiz", "section", "mine")  # type: ignore[misc]  # annotated
    if slug:
        text = Case(When(slug=slug, then=F("content_html")), default=Value(""), output_field=TextField())
        rows = rows.annotate(shown_html=text)
    if slug and user.is_authenticated:
        mark = FilteredRelation("feedback", condition=Q(feedback__user=user.pk, slug=slug))
        rows = rows.annotate(mark=mark).select_related("quiz", "section", "mine", "mark")  # type: ignore[misc]
    return rows


def _folded(rows: Iterable[Any]) -> Iterable[Any]:
    """Return each lesson once, with `marks`: the one that comes with its text has a row for each mark of the reader."""
    lessons: dict[int, Any] = {}
    for row in rows:
        lesson = lessons.setdefault(row.pk, row)
        if lesson is row:
            row.marks = []
        if getattr(row, "mark", None) is not None:
            lesson.marks.append(row.mark)
    return lessons.values()


def lesson_page(*, course: Course, slug: str, user: Any) -> LessonPage:
    """Return the lesson `slug` of a visible `course` for `user`, with previous and next.

    Raises: NotFound; NotSignedIn or NotAllowed `not_enrolled` for those who may not open it.
    """
    outline = course_page(course, user, slug=slug)
    rows = outline.rows
    place = next((index for index, row in enumerate(rows) if row.lesson.slug == slug), None)
    if place is None:
        raise NotFound
    row = rows[place]
    if not row.is_open:
        raise refusal(user)
    lesson = row.lesson
    lesson.content_html = lesson.shown_html  # type: ignore[attr-defined]  # annotated
    return LessonPage(
        outline=outline,
        lesson=lesson,
        progress=row.progress,
        previous=rows[place - 1].lesson if place else None,
        next=rows[place + 1].lesson if place + 1 < len(rows) else None,
        number=place + 1,
    )


def may_open(user: Any, lesson: Lesson) -> bool:
    """Tell whether `user` may read `lesson` of a visible course; at most one query. `lesson.course` is loaded."""
    if user.pk is not None and lesson.opened_by == user.pk:
        return True
    if lesson.is_preview or may(user, "courses.read_without_enrolment", lesson):
        return True
    return user.is_authenticated and Enrollment.objects.filter(user=user, course=lesson.course_id).exists()


def refusal(user: Any) -> NotSignedIn | NotAllowed:
    """Return the error for a lesson that `user` may not open."""
    return NotAllowed(code="not_enrolled") if user.is_authenticated else NotSignedIn()


def continue_learning(user: Any, limit: int) -> list[Enrollment]:
    """Return the unfinished enrolments of `user`, last active first; 3 queries.

    Each has `course` (with its category) and `next_lesson`, whose course is loaded too.
    """
    enrollments = list(
        Enrollment.objects.unfinished()
        .filter(user=user, course__in=Course.objects.visible_to(user))
        .select_related("course__category")
        .order_by("-last_activity_at", "-id")[:limit]
    )
    by_course: dict[int, list[Lesson]] = {}
    outline = Lesson.objects.filter(course__in=[row.course_id for row in enrollments]).without_text()
    for lesson in outline.order_by("course_id", "section__position", "section_id", "position", "id"):
        by_course.setdefault(lesson.course_id, []).append(lesson)
    done = set(
        LessonProgress.objects.filter(
            user=user, completed_at__isnull=False, lesson__course__in=[row.course_id for row in enrollments]
        ).values_list("lesson_id", flat=True)
    )
    for row in enrollments:
        row.next_lesson = next_lesson(by_course.get(row.course_id, []), done, row.last_lesson_id)
        if row.next_lesson is not None:
            row.next_lesson.course = row.course
    return enrollments


def next_lesson(lessons: Sequence[Lesson], done: set[int], last: int | None) -> Lesson | None:
    """Return where to go on: the lesson last open, else the next one not done after it, else any not done."""
    places = {lesson.pk: index for index, lesson in enumerate(lessons)}
    start = places.get(last, 0) if last is not None else 0
    return next((lesson for lesson in [*lessons[start:], *lessons[:start]] if lesson.pk not in done), None)


def progress_in(user: Any, lesson: Lesson) -> LessonProgress | None:
    """Return the row of `user` in `lesson`, None where they never opened it."""
    return LessonProgress.objects.filter(user=user, lesson=lesson).first() if user.is_authenticated else None


def _has_word(word: str) -> Q:
    """Match `word` in title, summary, category or instructor, in any case.

    SQLite folds only ASCII, so the usual spellings of the word are asked for; PostgreSQL answers the same.
    """
    found = Q()
    for spelling in {word, word.lower(), word.upper(), word.capitalize()}:
        for column in (
            "title",
            "summary",
            "category__name",
            "instructor__display_name",
            "instructor__username",
        ):
            found |= Q(**{f"{column}__icontains": spelling})
    return found


def _sorted(courses: CourseQuerySet, sort: str) -> CourseQuerySet:
    if sort == "newest":
        return courses.order_by("-published_at", "-id")
    if sort == "price":
        return courses.order_by("price", "-students_count", "-id")
    if sort == "rating":
        return courses.order_by(_smoothed().desc(), "-students_count", "-id")
    return courses.order_by("-students_count", "-id")


def _smoothed() -> CombinedExpression:
    """Return the rating that the catalogue filters and orders by: few reviews say little."""
    total = Cast("rating_sum", FloatField()) + PRIOR_MEAN * PRIOR_RATINGS
    return total / (Cast("ratings_count", FloatField()) + float(PRIOR_RATINGS))
