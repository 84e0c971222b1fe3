"""Making courses: what instructors, the admin and the demo school call."""

import re
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import events, markdown, text
from community_platform.core.errors import Conflict, Invalid, NotFound, Stale
from community_platform.core.permissions import ensure, may
from courses import limits
from courses.events import CourseChanged
from courses.models import Course, CourseCategory, Lesson, LessonKind, Level, Section, Status
from courses.services.deeds import note_published
from courses.services.progress import recount_course

OFFERED_KINDS = (LessonKind.ARTICLE, LessonKind.VIDEO)  # a quiz lesson is made together with its quiz
SECONDS_PER_MINUTE = 60


def create_category(
    *, actor: Any, name: str, slug: str = "", icon: str = "book-open", order_index: int = 0
) -> CourseCategory:
    """Add a shelf to the catalogue. Raises: NotAllowed, Invalid."""
    ensure(actor, "courses.manage_catalogue")
    name = text.clean(name, field="name", high=60, multiline=False)
    slug = _slug(slug or name, CourseCategory.objects.all(), taken=frozenset(), high=60)
    return CourseCategory.objects.create(name=name, slug=slug, icon=icon, order_index=order_index)


def update_category(*, actor: Any, category: CourseCategory, **changes: Any) -> CourseCategory:
    """Change name, slug, icon or order_index. Raises: NotAllowed, Invalid."""
    ensure(actor, "courses.manage_catalogue")
    with transaction.atomic():
        category = CourseCategory.objects.select_for_update().get(pk=category.pk)
        if "name" in changes:
            category.name = text.clean(changes["name"], field="name", high=60, multiline=False)
        if changes.get("slug", category.slug) != category.slug:
            category.slug = _slug(changes["slug"], CourseCategory.objects.exclude(pk=category.pk), high=60, exact=True)
        category.icon = changes.get("icon", category.icon)
        category.order_index = changes.get("order_index", category.order_index)
        category.save()
    return category


def create_course(
    *,
    actor: Any,
    title: str,
    category: CourseCategory,
    summary: str,
    description: str = "",
    objectives: str = "",
    slug: str = "",
    level: str = Level.BEGINNER,
    price: Decimal = Decimal(0),
    currency: str = "USD",
    language: str = "en",
    instructor: Any = None,
) -> Course:
    """Start a draft taught by `actor`, or by `instructor` where an administrator says so.

    The slug comes from the title, with a number if it is taken. Raises: NotAllowed, Invalid.
    """
    ensure(actor, "courses.create_course")
    if instructor is not None and instructor != actor:
        ensure(actor, "courses.teach_for_others")
    course = Course(category=category, instructor=instructor or actor, status=Status.DRAFT)
    _write_course(
        course, title=title, summary=summary, description=description, objectives=objectives, level=level, price=price,
        currency=currency, language=language,
    )
    course.slug = _slug(slug or course.title, Course.objects.all(), taken=limits.COURSE_SLUGS_TAKEN, exact=bool(slug))
    course.save()
    events.publish(CourseChanged(course_id=course.pk))
    return course


def update_course(
    *, actor: Any, course: Course, expected_revision: int | None = None, **changes: Any
) -> Course:
    """Change the fields of `create_course`. The address of a course that was published once stays: links name it.

    Raises: NotAllowed, Invalid, Stale. Publishes: CourseChanged.
    """
    ensure(actor, "courses.edit_course", course)
    with transaction.atomic():
        course = Course.objects.lock(course.pk)
        _check_revision(course.revision, expected_revision)
        if changes.get("slug", course.slug) != course.slug:
            if course.published_at is not None and not may(actor, "courses.teach_for_others"):
                text = _("The address of a course that was published stays as it is: links name it.")
                raise Invalid(text, code="published", field="slug")
            others = Course.objects.exclude(pk=course.pk)
            course.slug = _slug(changes["slug"], others, taken=limits.COURSE_SLUGS_TAKEN, exact=True)
        if changes.get("instructor", course.instructor) != course.instructor:
            ensure(actor, "courses.teach_for_others")
            course.instructor = changes["instructor"]
        course.category = changes.get("category", course.category)
        _write_course(course, **{k: v for k, v in changes.items() if k not in {"slug", "instructor", "category"}})
        course.revision += 1
        course.save()
        events.publish(CourseChanged(course_id=course.pk))
    return course


def add_section(*, actor: Any, course: Course, title: str, position: int | None = None) -> Section:
    """Add a chapter, at the end unless `position` says otherwise. Raises: NotAllowed, Invalid."""
    ensure(actor, "courses.edit_course", course)
    title = text.clean(title, field="title", high=limits.TITLE_MAX, multiline=False)
    with transaction.atomic():
        Course.objects.lock(course.pk)
        if Section.objects.filter(course=course).count() >= limits.SECTIONS_MAX:
            raise Invalid(_("A course has at most 200 sections."), code="max_length", field="title")
        place = _end(Section.objects.filter(course=course)) if position is None else position
        return Section.objects.create(course=course, title=title, position=place)


def update_section(*, actor: Any, section: Section, title: str, position: int) -> Section:
    """Rename or move a chapter. Raises: NotAllowed, Invalid."""
    ensure(actor, "courses.edit_course", section.course)
    section.title = text.clean(title, field="title", high=limits.TITLE_MAX, multiline=False)
    section.position = position
    section.save(update_fields=["title", "position"])
    return section


def delete_section(*, actor: Any, section: Section) -> None:
    """Remove an empty chapter. Raises: NotAllowed, Conflict `not_empty`."""
    ensure(actor, "courses.edit_course", section.course)
    with transaction.atomic():
        Course.objects.lock(section.course_id)
        if section.lessons.exists():
            raise Conflict(_("Move or delete the lessons of this section first."), code="not_empty")
        Section.objects.filter(pk=section.pk).update(removed_at=timezone.now())  # removed lessons stand in it


def add_lesson(*, actor: Any, section: Section, title: str, **fields: Any) -> Lesson:
    """Add a lesson to `section`, at the end of the course unless `position` is given.

    Optional: slug, kind, content (Markdown), video_url, captions_url, duration_seconds, is_required, is_preview,
    position. Students who have not finished the course are recounted. A quiz lesson comes with its quiz, by
    `quizzes.create_quiz`. Raises: NotAllowed, Invalid.
    """
    ensure(actor, "courses.edit_course", section.course)
    with transaction.atomic():
        course = Course.objects.lock(section.course_id)
        if not Section.objects.filter(pk=section.pk).exists():
            raise NotFound  # removed meanwhile
        if course.lessons_count >= limits.LESSONS_MAX:
            raise Invalid(_("A course has at most 1,000 lessons."), code="max_length", field="title")
        lesson = Lesson(course=course, section=section, kind=fields.pop("of_kind", LessonKind.ARTICLE))
        if fields.get("position") is None:
            fields["position"] = _end(course.lessons.all())
        _write_lesson(lesson, title=title, **fields)
        slug = fields.get("slug", "")
        others = course.lessons.all()
        lesson.slug = _slug(slug or lesson.title, others, taken=limits.LESSON_SLUGS_TAKEN, exact=bool(slug))
        lesson.save()
        _recount(course)
    return lesson


def update_lesson(
    *, actor: Any, lesson: Lesson, expected_revision: int | None = None, **changes: Any
) -> Lesson:
    """Change the fields of `add_lesson`, or `section` within the course.

    Raises: NotAllowed, NotFound (removed), Invalid, Stale.
    """
    ensure(actor, "courses.edit_course", lesson.course)
    with transaction.atomic():
        course = Course.objects.lock(lesson.course_id)
        living = Lesson.objects.select_for_update(no_key=True)  # its comments are counted meanwhile
        lesson = living.filter(pk=lesson.pk).first() or _gone()
        lesson.course = course
        _check_revision(lesson.revision, expected_revision)
        section = changes.pop("section", lesson.section)
        if section.course_id != course.pk:
            raise Invalid(_("This section belongs to another course."), field="section")
        lesson.section = section
        if changes.get("slug", lesson.slug) != lesson.slug:
            others = course.lessons.exclude(pk=lesson.pk)
            lesson.slug = _slug(changes["slug"], others, taken=limits.LESSON_SLUGS_TAKEN, exact=True)
        _write_lesson(lesson, **changes)
        lesson.revision += 1
        lesson.save()
        _recount(course)
    return lesson


def delete_lesson(*, actor: Any, lesson: Lesson) -> None:
    """Take a lesson out of the course; what students did in it stays on record. Raises: NotAllowed."""
    ensure(actor, "courses.edit_course", lesson.course)
    with transaction.atomic():
        course = Course.objects.lock(lesson.course_id)
        Lesson.objects.filter(pk=lesson.pk).update(removed_at=timezone.now(), revision=F("revision") + 1)
        _recount(course)


def publish(*, actor: Any, course: Course) -> Course:
    """Show the course in the catalogue. Raises: NotAllowed, Conflict `no_lessons` (nothing to complete)."""
    ensure(actor, "courses.edit_course", course)
    with transaction.atomic():
        course = Course.objects.lock(course.pk)
        if not course.lessons.filter(is_required=True).exists():
            raise Conflict(_("A course needs at least one required lesson."), code="no_lessons")
        course.status = Status.PUBLISHED
        first = course.published_at is None
        course.published_at = course.published_at or timezone.now()
        course.save(update_fields=["status", "published_at"])
        if first:
            note_published(course, course.published_at)
        events.publish(CourseChanged(course_id=course.pk))
    return course


def archive(*, actor: Any, course: Course) -> Course:
    """Take the course out of the catalogue; its students keep it. Raises: NotAllowed."""
    ensure(actor, "courses.edit_course", course)
    with transaction.atomic():
        course = Course.objects.lock(course.pk)
        course.status = Status.ARCHIVED
        course.save(update_fields=["status"])
        events.publish(CourseChanged(course_id=course.pk))
    return course


def _write_course(course: Course, **fields: Any) -> None:
    for name, high in (("title", limits.TITLE_MAX), ("summary", limits.SUMMARY_MAX)):
        if name in fields:
            setattr(course, name, text.clean(fields[name], field=name, high=high, multiline=False))
    if "description" in fields:
        course.description = text.clean(fields["description"], field="description", low=0, high=markdown.MAX_CHARS)
        course.description_html = markdown.render(course.description).html
    if fields.get("level", course.level) not in Level.values:
        raise Invalid(_("Choose one of the levels."), code="invalid_choice", field="level")
    price = fields.get("price", course.price)
    if not price.is_finite() or not 0 <= price <= limits.PRICE_MAX:
        raise Invalid(_("A price is not negative."), code="min_value", field="price")
    if "objectives" in fields:
        objectives = text.clean(fields["objectives"], field="objectives", low=0, high=limits.OBJECTIVES_MAX)
        course.objectives = "\n".join(line.strip() for line in objectives.splitlines() if line.strip())
    if not re.fullmatch(r"[A-Z]{3}", fields.get("currency", course.currency)):
        raise Invalid(_("A currency has three letters, such as EUR."), code="invalid", field="currency")
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", fields.get("language", course.language)):
        raise Invalid(_("A language has two letters, such as en."), code="invalid", field="language")
    for name in ("level", "price", "currency", "language"):
        setattr(course, name, fields.get(name, getattr(course, name)))


def _write_lesson(lesson: Lesson, **fields: Any) -> None:
    if "title" in fields:
        lesson.title = text.clean(fields["title"], field="title", high=limits.TITLE_MAX, multiline=False)
    if "content" in fields:
        lesson.content = text.clean(fields["content"], field="content", low=0, high=markdown.MAX_CHARS)
        lesson.content_html = markdown.render(lesson.content).html
    if fields.get("kind", lesson.kind) != lesson.kind and not {fields["kind"], lesson.kind} <= set(OFFERED_KINDS):
        raise Invalid(_("Choose an article or a video."), code="invalid_choice", field="kind")
    for name in ("kind", "video_url", "captions_url", "duration_seconds", "is_required", "is_preview", "position"):
        setattr(lesson, name, fields.get(name, getattr(lesson, name)))
    if not 0 <= lesson.duration_seconds <= limits.LESSON_SECONDS_MAX:
        raise Invalid(_("A lesson lasts at most 24 hours."), code="max_value", field="duration_seconds")
    is_video = lesson.kind == LessonKind.VIDEO
    # The content security policy plays media of this site only.
    if is_video and not (lesson.video_url.startswith("/") and not lesson.video_url.startswith("//")):
        raise Invalid(_("Give the path of a video on this site."), code="invalid", field="video_url")
    if lesson.captions_url and not (lesson.captions_url.startswith("/") and not lesson.captions_url.startswith("//")):
        raise Invalid(_("Give the path of captions on this site."), code="invalid", field="captions_url")
    if is_video and not lesson.duration_seconds:
        raise Invalid(_("Say how long the video is."), code="required", field="duration_seconds")


def _recount(course: Course) -> None:
    """Set the derived fields of the locked course, and those of its unfinished students."""
    seconds = course.lessons.aggregate(total=Sum("duration_seconds"))["total"] or 0
    course.lessons_count = course.lessons.count()
    course.duration_minutes = -(-seconds // SECONDS_PER_MINUTE)  # rounded up
    course.save(update_fields=["lessons_count", "duration_minutes"])
    events.publish(CourseChanged(course_id=course.pk))
    recount_course(course.pk)


def _check_revision(revision: int, expected: int | None) -> None:
    """Refuse an edit of what was changed since it was read."""
    if expected is not None and expected != revision:
        raise Stale


def _gone() -> Any:
    raise NotFound


def _end(rows: Any) -> int:
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def _slug(
    source: str, rows: Any, *, taken: frozenset[str] = frozenset(), high: int = limits.SLUG_MAX, exact: bool = False
) -> str:
    """Return a slug that `rows` do not have; where it must be `exact`, a taken one is refused, not numbered."""
    base = text.slug(source, high=high - 4) or "untitled"
    used = taken | set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in used:
        return base
    if exact:
        raise Invalid(_("This address is taken."), code="taken", field="slug")
    return next(f"{base}-{n}" for n in range(2, 1000) if f"{base}-{n}" not in used)
