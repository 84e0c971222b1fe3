"""Courses, lessons and enrolments as JSON (CONTRACT §6), and what is sent to them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courses import limits
from courses.models import Course, CourseCategory, Enrollment, Lesson, LessonKind, LessonProgress, Level, Quiz
from courses.selectors import SORTS, CoursePage, OutlineLesson
from profiles.api.serializers import PersonSerializer


class CourseCategorySerializer(serializers.ModelSerializer[CourseCategory]):
    class Meta:
        model = CourseCategory
        fields = ("slug", "name")
        read_only_fields = fields


class EnrollmentSerializer(serializers.ModelSerializer[Enrollment]):
    course = serializers.IntegerField(source="course_id", read_only=True)

    class Meta:
        model = Enrollment
        fields = ("course", "enrolled_at", "progress_percent", "completed_at")
        read_only_fields = fields


class CourseSerializer(serializers.ModelSerializer[Course]):
    """A course of the catalogue. `rating` is the mean of the reviews, null without any."""

    category = CourseCategorySerializer(read_only=True)
    instructor = PersonSerializer(read_only=True)
    rating = serializers.FloatField(read_only=True, allow_null=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Course
        fields: tuple[str, ...] = (
            "id", "slug", "title", "summary", "category", "level", "language", "price", "currency", "rating",
            "ratings_count", "instructor", "duration_minutes", "lessons_count", "students_count", "published_at", "url",
        )
        read_only_fields = fields


class QuizBriefSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    questions_count = serializers.IntegerField()


class LessonSerializer(serializers.Serializer[OutlineLesson]):
    """A lesson as the reader stands to it; `is_open` says whether its content may be read."""

    id = serializers.IntegerField(source="lesson.pk")
    slug = serializers.CharField(source="lesson.slug")
    title = serializers.CharField(source="lesson.title")
    kind = serializers.ChoiceField(source="lesson.kind", choices=LessonKind.choices)
    duration_seconds = serializers.IntegerField(source="lesson.duration_seconds")
    is_required = serializers.BooleanField(source="lesson.is_required")
    is_preview = serializers.BooleanField(source="lesson.is_preview")
    is_open = serializers.BooleanField()
    quiz = serializers.SerializerMethodField()
    completed_at = serializers.SerializerMethodField()
    position_seconds = serializers.SerializerMethodField()
    watched_seconds = serializers.SerializerMethodField()

    @extend_schema_field(QuizBriefSerializer(allow_null=True))
    def get_quiz(self, row: OutlineLesson) -> dict[str, int] | None:
        quiz: Quiz | None = getattr(row.lesson, "quiz", None)
        return {"id": quiz.pk, "questions_count": quiz.questions_count} if quiz else None

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_completed_at(self, row: OutlineLesson) -> str | None:
        moment = row.progress.completed_at if row.progress else None
        return serializers.DateTimeField().to_representation(moment) if moment else None

    def get_position_seconds(self, row: OutlineLesson) -> int:
        return row.progress.position_seconds if row.progress else 0

    def get_watched_seconds(self, row: OutlineLesson) -> int:
        return row.progress.watched_seconds if row.progress else 0


class LessonDetailSerializer(LessonSerializer):
    """A lesson with its content, for those who may open it."""

    course = serializers.IntegerField(source="lesson.course_id")
    content = serializers.CharField(source="lesson.content")
    content_html = serializers.CharField(source="lesson.content_html")
    video_url = serializers.CharField(source="lesson.video_url")
    comments_count = serializers.IntegerField(source="lesson.comments_count")
    url = serializers.CharField(source="lesson.get_absolute_url")


class SectionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="section.pk")
    title = serializers.CharField(source="section.title")
    lessons = LessonSerializer(many=True)


class CourseDetailSerializer(CourseSerializer):
    """A course with its outline, and the reader's enrolment or null. Built from a CoursePage."""

    sections = SectionSerializer(many=True)
    enrollment = EnrollmentSerializer(allow_null=True)

    class Meta(CourseSerializer.Meta):
        fields = (*CourseSerializer.Meta.fields, "description", "description_html", "sections", "enrollment")
        read_only_fields = fields

    def to_representation(self, instance: Any) -> dict[str, Any]:
        page: CoursePage = instance
        data = CourseSerializer(page.course, context=self.context).data
        data["description"] = page.course.description
        data["description_html"] = page.course.description_html
        data["sections"] = SectionSerializer(page.sections, many=True, context=self.context).data
        data["enrollment"] = EnrollmentSerializer(page.enrollment).data if page.enrollment else None
        return dict(data)


class CompletedSerializer(LessonSerializer):
    """A lesson just marked as done, and how far the course is."""

    enrollment = EnrollmentSerializer()


class CatalogueQuery(serializers.Serializer[Any]):
    q = serializers.CharField(required=False, allow_blank=True, max_length=limits.QUERY_MAX, default="")
    category = serializers.CharField(required=False, allow_blank=True, default="", help_text="Slug.")
    level = serializers.ChoiceField(Level.choices, required=False, allow_blank=True, default="")
    price_max = serializers.DecimalField(9, 2, required=False, min_value=0, default=None)
    rating = serializers.DecimalField(3, 2, required=False, min_value=1, max_value=5, default=None)
    sort = serializers.ChoiceField(SORTS, required=False, default="popular")


class SpanInput(serializers.Serializer[Any]):
    from_seconds = serializers.FloatField(min_value=0)
    to_seconds = serializers.FloatField(min_value=0)
    rate = serializers.FloatField(required=False, default=1.0)
    id = serializers.UUIDField(required=False, help_text="The same while the stretch grows: a repeat is harmless.")
    age_seconds = serializers.FloatField(
        required=False, min_value=0, help_text="How long before this request the stretch ended."
    )


class ProgressInput(serializers.Serializer[Any]):
    position_seconds = serializers.IntegerField(
        required=False, min_value=0, max_value=limits.LESSON_SECONDS_MAX, default=None
    )
    read_seconds = serializers.IntegerField(
        required=False, min_value=0, max_value=limits.LESSON_SECONDS_MAX, default=0
    )
    spans = SpanInput(many=True, required=False, default=list)


def outline_row(lesson: Lesson, progress: LessonProgress | None) -> OutlineLesson:
    """Return the row of a lesson that the reader may open."""
    return OutlineLesson(lesson, progress, is_open=True)
