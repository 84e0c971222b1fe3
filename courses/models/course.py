"""The catalogue: categories, courses, sections, lessons."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community_platform.core.permissions import SYSTEM


class Level(models.TextChoices):
    BEGINNER = "beginner", _("Beginner")
    INTERMEDIATE = "intermediate", _("Intermediate")
    ADVANCED = "advanced", _("Advanced")


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class LessonKind(models.TextChoices):
    ARTICLE = "article", _("Article")
    VIDEO = "video", _("Video")
    QUIZ = "quiz", _("Quiz")


class StaffRole(models.TextChoices):
    INSTRUCTOR = "instructor", _("Instructor")
    ASSISTANT = "assistant", _("Assistant")


class CourseCategory(models.Model):
    """A shelf of the catalogue."""

    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    icon = models.CharField(_("icon"), max_length=40, default="book-open")  # Lucide name
    order_index = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("course category")
        verbose_name_plural = _("course categories")
        ordering = ["order_index", "id"]

    def __str__(self) -> str:
        return self.name


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, user: Any) -> "CourseQuerySet":
        """Published courses; archived ones for those who are enrolled; all of one's own; everything for admins."""
        if user is SYSTEM or (user.is_authenticated and user.is_admin):
            return self
        shown = Q(status=Status.PUBLISHED)
        if user.is_authenticated:
            kept = Q(
                models.Exists(user.enrollments.filter(course=models.OuterRef("pk"))), status=Status.ARCHIVED
            )
            return self.filter(shown | Q(instructor=user) | _helps(user) | kept)
        return self.filter(shown)

    def taught_by(self, user: Any) -> "CourseQuerySet":
        """The courses in which `user` has an instructor's rights."""
        return self.filter(Q(instructor_id=user.pk) | _helps(user)) if user.pk is not None else self.none()

    def in_catalogue(self) -> "CourseQuerySet":
        """Courses that can be found and begun."""
        return self.filter(status=Status.PUBLISHED)

    def for_card(self) -> "CourseQuerySet":
        """Load what a card shows."""
        return self.select_related("category", "instructor").defer("description", "description_html")

    def with_enrollment_of(self, user: Any) -> "CourseQuerySet":
        """Load the active enrolment of `user`, if any, as `mine`."""
        if not user.is_authenticated:
            return self
        active = Q(enrollments__user=user.pk, enrollments__status="active")
        mine = models.FilteredRelation("enrollments", condition=active)
        return self.annotate(mine=mine).select_related("category", "instructor", "mine")  # type: ignore[misc]  # annotated

    def lock(self, pk: int) -> "Course":
        """Return the row, locked until the transaction ends. Enrolling meanwhile stays possible."""
        return self.select_for_update(no_key=True).get(pk=pk)


def _helps(user: Any) -> Q:
    return Q(models.Exists(user.course_staff.filter(course=models.OuterRef("pk"))))


class Course(models.Model):
    """A course. Counters and `duration_minutes` are derived; the services that change their source move them.

    `instructor` owns it. `team` repeats the rows of CourseStaff as {"<user id>": role}: rules ask without a query.
    """

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    category = models.ForeignKey(
        CourseCategory, on_delete=models.PROTECT, related_name="courses", verbose_name=_("category")
    )
    instructor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="courses_taught",
        verbose_name=_("instructor"),
    )
    summary = models.CharField(_("summary"), max_length=240)
    description = models.TextField(_("description"), blank=True)  # Markdown
    description_html = models.TextField(blank=True, editable=False)
    objectives = models.TextField(_("what students will be able to do"), blank=True)  # one a line
    cover = models.FileField(
        _("cover"), upload_to="courses/%Y/%m", blank=True
    )  # WebP 16:9, a small one beside it
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, default=Level.BEGINNER)
    price = models.DecimalField(_("price"), max_digits=9, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="USD")  # ISO 4217
    language = models.CharField(_("language"), max_length=5, default="en")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    team = models.JSONField(default=dict, editable=False)
    rating_sum = models.PositiveIntegerField(default=0, editable=False)  # of the reviews that count
    ratings_count = models.PositiveIntegerField(default=0, editable=False)
    students_count = models.PositiveIntegerField(
        _("students"), default=0, editable=False
    )  # active enrolments
    lessons_count = models.PositiveIntegerField(_("lessons"), default=0, editable=False)
    duration_minutes = models.PositiveIntegerField(_("duration, minutes"), default=0, editable=False)
    comments_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)  # moves with each edit

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [models.CheckConstraint(condition=Q(price__gte=0), name="course_price_not_negative")]
        indexes = [
            models.Index(fields=["status", "-students_count", "-id"], name="course_popular"),
            models.Index(fields=["status", "-published_at", "-id"], name="course_newest"),
            models.Index(fields=["category", "status", "-students_count", "-id"], name="course_shelf"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/courses/{self.slug}/"

    @property
    def cover_url(self) -> str:
        """Where the large picture is; empty without one."""
        return self.cover.url if self.cover else ""

    @property
    def cover_small_url(self) -> str:
        return self.cover.url.removesuffix(".webp") + "-small.webp" if self.cover else ""

    @property
    def rating(self) -> float | None:
        """Mean of the reviews, 1-5; None without any."""
        return round(self.rating_sum / self.ratings_count, 2) if self.ratings_count else None

    @property
    def is_free(self) -> bool:
        return not self.price

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    def is_taught_by(self, user: Any) -> bool:
        """Tell whether `user` helps students here: the owner, another instructor or an assistant."""
        return bool(user.pk is not None and (self.instructor_id == user.pk or str(user.pk) in self.team))

    def is_edited_by(self, user: Any) -> bool:
        """Tell whether `user` writes this course: the owner or another instructor."""
        role = self.team.get(str(user.pk))
        return bool(user.pk is not None and (self.instructor_id == user.pk or role == StaffRole.INSTRUCTOR))


class Living(models.Manager[Any]):
    """Rows that were not removed. What students did in removed ones stays, and `Model.ever` still finds them."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(removed_at__isnull=True)


class Section(models.Model):
    """A chapter of a course."""

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="sections", verbose_name=_("course")
    )
    title = models.CharField(_("title"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = Living()
    ever = models.Manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class LessonQuerySet(models.QuerySet["Lesson"]):
    def in_order(self) -> "LessonQuerySet":
        return self.order_by("position", "id")

    def without_text(self) -> "LessonQuerySet":
        """Leave the long columns in the database: outlines show hundreds of rows."""
        return self.defer("content", "content_html")

    def visible_to(self, user: Any) -> "LessonQuerySet":
        """Lessons of visible courses. Reading one also needs `courses.open_lesson`."""
        return self.filter(course__in=Course.objects.visible_to(user))


class Lesson(models.Model):
    """One step of a course. `position` orders the whole course; the slug is unique in it.

    A removed lesson is gone from `objects` and from `course.lessons`; progress and events still name it.
    """

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="lessons", verbose_name=_("course")
    )
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="lessons", verbose_name=_("section")
    )
    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=LessonKind.choices, default=LessonKind.ARTICLE)
    content = models.TextField(_("content"), blank=True)  # Markdown
    content_html = models.TextField(blank=True, editable=False)
    video_url = models.CharField(_("video"), max_length=300, blank=True)  # same-site path
    captions_url = models.CharField(
        _("captions"), max_length=300, blank=True
    )  # same-site path of a WebVTT file
    duration_seconds = models.PositiveIntegerField(_("duration, seconds"), default=0)
    is_required = models.BooleanField(_("required"), default=True)
    is_preview = models.BooleanField(_("free preview"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    comments_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)  # moves with each edit
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = Living.from_queryset(LessonQuerySet)()
    ever = LessonQuerySet.as_manager()

    # Set by selectors: who is known to be allowed to read it.
    opened_by: int | None = None

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "slug"], condition=Q(removed_at__isnull=True), name="lesson_slug_in_course"
            )
        ]
        indexes = [models.Index(fields=["course", "position", "id"], name="lesson_order")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Needs `course` loaded."""
        return f"/courses/{self.course.slug}/{self.slug}/"
