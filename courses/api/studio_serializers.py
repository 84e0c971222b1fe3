"""The studio as JSON: courses, sections, lessons, quizzes, files and staff as those who write them see them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from community_platform.core.api.fields import IdOrSlugField, SourceField
from courses import limits
from courses.api.serializers import CourseCategorySerializer
from courses.models import (
    Choice,
    Course,
    CourseFile,
    CourseImport,
    CourseStaff,
    Feedback,
    Grading,
    Lesson,
    LessonKind,
    Level,
    Question,
    QuestionKind,
    Quiz,
    StaffRole,
    Status,
)
from profiles.api.serializers import PersonSerializer


class StudioCourseBriefSerializer(serializers.ModelSerializer[Course]):
    """A course in the list of those one teaches."""

    category = CourseCategorySerializer(read_only=True)
    instructor = PersonSerializer(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)
    cover_url = serializers.CharField(read_only=True)
    rating = serializers.FloatField(read_only=True, allow_null=True)

    class Meta:
        model = Course
        fields: tuple[str, ...] = (
            "id", "slug", "title", "summary", "status", "category", "level", "language", "price", "currency",
            "instructor", "lessons_count", "duration_minutes", "students_count", "rating", "ratings_count",
            "created_at", "published_at", "cover_url", "url",
        )  # fmt: skip
        read_only_fields = fields


class StudioLessonBriefSerializer(serializers.ModelSerializer[Lesson]):
    """A lesson in the outline; `quiz` is the id of its quiz or null."""

    quiz = serializers.SerializerMethodField()

    class Meta:
        model = Lesson
        fields: tuple[str, ...] = (
            "id", "slug", "title", "kind", "duration_seconds", "is_required", "is_preview", "quiz",
        )  # fmt: skip
        read_only_fields = fields

    def get_quiz(self, row: Lesson) -> int | None:
        quiz: Quiz | None = getattr(row, "quiz", None)
        return quiz.pk if quiz else None


class StudioSectionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="section.pk")
    title = serializers.CharField(source="section.title")
    lessons = StudioLessonBriefSerializer(many=True)


class StudioCourseSerializer(serializers.Serializer[Any]):
    """A course with its outline, what is missing in it (`gaps`), and one's role in it."""

    role = serializers.ChoiceField(("owner", "instructor", "assistant", "admin"))
    may_edit = serializers.BooleanField()
    gaps = serializers.ListField(child=serializers.CharField())
    description = serializers.CharField(source="course.description")
    objectives = serializers.CharField(source="course.objectives")
    sections = StudioSectionSerializer(many=True)
    course = StudioCourseBriefSerializer()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        data = dict(super().to_representation(instance))
        return {**data.pop("course"), **data}


class StudioCourseAnswer(StudioCourseBriefSerializer):
    """What `StudioCourseSerializer` answers, for the schema: all fields side by side."""

    role = serializers.ChoiceField(("owner", "instructor", "assistant", "admin"))
    may_edit = serializers.BooleanField()
    gaps = serializers.ListField(child=serializers.CharField())
    sections = StudioSectionSerializer(many=True)

    class Meta(StudioCourseBriefSerializer.Meta):
        fields = (
            *StudioCourseBriefSerializer.Meta.fields, "role", "may_edit", "gaps", "description", "objectives",
            "sections",
        )  # fmt: skip


class CourseInput(serializers.Serializer[Any]):
    """A course as its author writes it. `category` is an id or a slug; an empty `slug` comes from the title."""

    title = SourceField()
    slug = SourceField(required=False)
    summary = SourceField()
    description = SourceField(required=False)
    objectives = SourceField(required=False, help_text="One a line.")
    category = IdOrSlugField()
    level = serializers.ChoiceField(Level.choices, required=False)
    price = serializers.DecimalField(9, 2, required=False, min_value=0, max_value=limits.PRICE_MAX)
    currency = SourceField(required=False)
    language = SourceField(required=False)


class SectionInput(serializers.Serializer[Any]):
    title = SourceField()


class PlaceInput(serializers.Serializer[Any]):
    """A place counted from 0; beyond the end is the end."""

    index = serializers.IntegerField(min_value=0, max_value=limits.LESSONS_MAX)


class LessonPlaceInput(PlaceInput):
    section = serializers.IntegerField(min_value=1)


class LessonInput(serializers.Serializer[Any]):
    """A lesson as its author writes it. `kind` quiz makes a lesson with an empty quiz."""

    title = SourceField()
    slug = SourceField(required=False)
    kind = serializers.ChoiceField(LessonKind.choices, required=False)
    content = SourceField(required=False)
    video_url = SourceField(required=False, max_length=300)
    captions_url = SourceField(required=False, max_length=300)
    duration_seconds = serializers.IntegerField(required=False, min_value=0, max_value=limits.LESSON_SECONDS_MAX)
    is_required = serializers.BooleanField(required=False)
    is_preview = serializers.BooleanField(required=False)


class StudioLessonSerializer(StudioLessonBriefSerializer):
    """A lesson with its source."""

    course = serializers.IntegerField(source="course_id", read_only=True)
    section = serializers.IntegerField(source="section_id", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta(StudioLessonBriefSerializer.Meta):
        fields = (
            *StudioLessonBriefSerializer.Meta.fields, "course", "section", "content", "content_html", "video_url",
            "captions_url", "url",
        )  # fmt: skip
        read_only_fields = fields


class QuizSettingsInput(serializers.Serializer[Any]):
    pass_percent = serializers.IntegerField(required=False, min_value=1, max_value=100)
    time_limit_seconds = serializers.IntegerField(required=False, allow_null=True)
    attempts_max = serializers.IntegerField(required=False, allow_null=True)
    is_shuffled = serializers.BooleanField(required=False)
    grading = serializers.ChoiceField(Grading.choices, required=False)
    feedback = serializers.ChoiceField(Feedback.choices, required=False)


class ChoiceInput(serializers.Serializer[Any]):
    text = SourceField()
    is_correct = serializers.BooleanField(default=False)


class QuestionInput(serializers.Serializer[Any]):
    """A question: `choices` of single and multiple ones, `accepted` spellings of text, `number` ± `tolerance`."""

    kind = serializers.ChoiceField(QuestionKind.choices)
    text = SourceField()
    explanation = SourceField(required=False)
    points = serializers.IntegerField(required=False)
    choices = ChoiceInput(many=True, required=False)
    accepted = serializers.ListField(child=SourceField(), required=False, max_length=limits.ACCEPTED_MAX + 1)
    number = serializers.DecimalField(24, 9, required=False, allow_null=True)
    tolerance = serializers.DecimalField(24, 9, required=False)


class StudioChoiceSerializer(serializers.ModelSerializer[Choice]):
    class Meta:
        model = Choice
        fields = ("id", "text", "is_correct")
        read_only_fields = fields


class StudioQuestionSerializer(serializers.ModelSerializer[Question]):
    """A question with its key. An edit gives it another id where attempts hold it as it was."""

    choices = StudioChoiceSerializer(many=True, read_only=True)
    accepted = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Question
        fields = (
            "id", "kind", "text", "text_html", "explanation", "points", "choices", "accepted", "number", "tolerance",
        )  # fmt: skip
        read_only_fields = fields


class StudioQuizSerializer(serializers.ModelSerializer[Quiz]):
    """A quiz with its settings and current questions, keys included."""

    lesson = serializers.IntegerField(source="lesson_id", read_only=True)
    questions = serializers.SerializerMethodField()

    class Meta:
        model = Quiz
        fields = (
            "id", "lesson", "pass_percent", "time_limit_seconds", "attempts_max", "is_shuffled", "grading", "feedback",
            "questions_count", "points", "version", "questions",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(StudioQuestionSerializer(many=True))
    def get_questions(self, quiz: Quiz) -> list[dict[str, Any]]:
        return list(StudioQuestionSerializer(self.context["questions"], many=True).data)


class CourseFileSerializer(serializers.ModelSerializer[CourseFile]):
    """A file; `url` goes into lessons, `markdown` is the line that shows it."""

    url = serializers.CharField(read_only=True)
    kind = serializers.ChoiceField(("picture", "video", "captions", "other"), read_only=True)
    markdown = serializers.CharField(read_only=True)

    class Meta:
        model = CourseFile
        fields = ("id", "url", "name", "kind", "content_type", "size", "markdown", "created_at")
        read_only_fields = fields


class FileInput(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True)


class CoverInput(serializers.Serializer[Any]):
    cover = serializers.FileField(allow_empty_file=True)


class StaffSerializer(serializers.ModelSerializer[CourseStaff]):
    user = PersonSerializer(read_only=True)

    class Meta:
        model = CourseStaff
        fields = ("user", "role", "created_at")
        read_only_fields = fields


class StaffInput(serializers.Serializer[Any]):
    """`user` is a user name."""

    user = serializers.CharField()
    role = serializers.ChoiceField(StaffRole.choices)


class ImportInput(serializers.Serializer[Any]):
    """A ZIP or tar.gz. `category` is where the course goes if the archive does not say; `again` makes another draft."""

    archive = serializers.FileField(allow_empty_file=True)
    category = serializers.CharField(required=False, allow_blank=True, help_text="Id or slug.")
    again = serializers.BooleanField(required=False, default=False)


class NoteSerializer(serializers.Serializer[Any]):
    place = serializers.CharField()
    text = serializers.CharField()


class ImportedSerializer(serializers.ModelSerializer[CourseImport]):
    """What an archive became. `notes` say what was not understood."""

    course = StudioCourseBriefSerializer(read_only=True)
    notes = NoteSerializer(many=True, read_only=True)

    class Meta:
        model = CourseImport
        fields = ("format", "course", "notes", "created_at")
        read_only_fields = fields


class StudioListQuery(serializers.Serializer[Any]):
    status = serializers.ChoiceField(Status.choices, required=False, allow_blank=True, default="")
