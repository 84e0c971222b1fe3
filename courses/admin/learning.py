"""What students did, to be looked at. Mistakes are mended by services, not by editing rows."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from community_platform.core.admin import ReadOnlyAdmin
from courses.models import (
    Certificate,
    Choice,
    CourseStaff,
    LearningEvent,
    LessonFeedback,
    PendingEvent,
    Question,
    Quiz,
    QuizAttempt,
    Review,
    WatchSpan,
)


class Looked(ReadOnlyAdmin):
    """A table that is looked at: `list_display` is also what a row shows."""

    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(self.list_display)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(self.list_display)


class QuestionInline(admin.TabularInline):
    model = Question
    fields = readonly_fields = ("kind", "text", "points", "position", "retired_at")
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ChoiceInline(admin.TabularInline):
    model = Choice
    fields = readonly_fields = ("text", "is_correct", "position")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Quiz)
class QuizAdmin(Looked):
    inlines = (QuestionInline,)
    list_display = (
        "lesson", "pass_percent", "time_limit_seconds", "attempts_max", "is_shuffled", "grading", "feedback",
        "questions_count", "points", "version",
    )  # fmt: skip
    list_select_related = ("lesson",)
    search_fields = ("lesson__title", "lesson__course__title")


@admin.register(Question)
class QuestionAdmin(Looked):
    inlines = (ChoiceInline,)
    list_display = ("text", "kind", "quiz", "points", "accepted", "number", "tolerance", "retired_at")
    list_select_related = ("quiz",)
    search_fields = ("text",)


@admin.register(QuizAttempt)
class QuizAttemptAdmin(Looked):
    list_display = (
        "user", "quiz", "number", "started_at", "deadline", "submitted_at", "score", "max_score", "percent", "passed",
    )  # fmt: skip
    list_select_related = ("user", "quiz")
    list_filter = ("passed", "is_overdue")
    search_fields = ("user__username", "quiz__lesson__title")


@admin.register(CourseStaff)
class CourseStaffAdmin(Looked):
    list_display = ("course", "user", "role", "added_by", "created_at")
    list_select_related = ("course", "user", "added_by")
    search_fields = ("user__username", "course__title")


@admin.register(Review)
class ReviewAdmin(Looked):
    list_display = ("course", "user", "rating", "content", "reply", "counts", "hidden_at", "created_at")
    list_select_related = ("course", "user")
    list_filter = ("rating", "counts")
    search_fields = ("course__title", "user__username", "content")


@admin.register(LessonFeedback)
class LessonFeedbackAdmin(Looked):
    list_display = ("lesson", "user", "kind", "at_seconds", "text", "created_at", "resolved_at")
    list_select_related = ("lesson", "user")
    list_filter = ("kind",)
    search_fields = ("lesson__title", "text")


@admin.register(Certificate)
class CertificateAdmin(Looked):
    list_display = ("uuid", "holder_name", "course_title", "issued_at", "revoked_at", "revoke_reason")
    search_fields = ("uuid", "holder_name", "course_title", "user__username")


@admin.register(WatchSpan)
class WatchSpanAdmin(Looked):
    list_display = ("user", "lesson", "from_ms", "to_ms", "rate", "begun_at", "ended_at")
    list_select_related = ("user", "lesson")
    search_fields = ("user__username", "lesson__title")


@admin.register(LearningEvent)
class LearningEventAdmin(Looked):
    list_display = (
        "at",
        "user",
        "verb",
        "course",
        "lesson",
        "value",
        "wall_ms",
        "source",
        "is_excluded",
        "data",
    )
    list_select_related = ("user", "course", "lesson")
    list_filter = ("verb", "source")
    search_fields = ("user__username", "course__title", "uuid")


@admin.register(PendingEvent)
class PendingEventAdmin(Looked):
    list_display = ("uuid", "person", "payload", "source", "received_at", "applied_at")
    search_fields = ("person", "uuid")
