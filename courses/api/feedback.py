"""Marks in lessons: /api/lessons/{id}/feedback, /api/feedback/{id} and the list for a course's staff."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.fields import SourceField
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, get_or_404
from community_platform.core.errors import NotFound
from community_platform.core.permissions import may
from courses import limits
from courses.api.views import COURSE, visible_course, visible_lesson
from courses.models import FeedbackKind, LessonFeedback
from courses.selectors import reviews as selectors
from courses.services import feedback
from profiles.api.serializers import PersonSerializer


class MarkSerializer(serializers.ModelSerializer[LessonFeedback]):
    """A student's mark on a second of a lesson (0: the lesson as a whole)."""

    lesson: Any = serializers.PrimaryKeyRelatedField(read_only=True)
    kind = serializers.ChoiceField(choices=FeedbackKind.choices, read_only=True)
    content = serializers.CharField(source="text", read_only=True)
    is_resolved = serializers.BooleanField(read_only=True)

    class Meta:
        model = LessonFeedback
        fields: tuple[str, ...] = ("id", "lesson", "kind", "at_seconds", "content", "is_resolved", "created_at")
        read_only_fields = fields


class StudentMarkSerializer(MarkSerializer):
    """As the course's staff sees it."""

    author = PersonSerializer(source="user", read_only=True)

    class Meta(MarkSerializer.Meta):
        fields = (*MarkSerializer.Meta.fields, "author")
        read_only_fields = fields


class MarkInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=FeedbackKind.choices)
    at_seconds = serializers.IntegerField(required=False, min_value=0, default=0)
    content = SourceField(required=False, default="")


class MarkQuery(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=FeedbackKind.choices, required=False, default="")
    lesson = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, default=None)
    is_resolved = serializers.BooleanField(required=False, allow_null=True, default=None)


class ResolvedInput(serializers.Serializer[Any]):
    is_resolved = serializers.BooleanField()


class MarkPages(PageNumberPagination):
    page_size = limits.FEEDBACK_PAGE


class LessonFeedbackView(ApiView):
    """One's own marks in a lesson, in the order of its seconds."""

    pagination_class = MarkPages

    @extend_schema(operation_id="lessons_feedback_list", responses=MarkSerializer(many=True))
    def get(self, request: Request, lesson: int) -> Response:
        row = visible_lesson(request.user, lesson)
        return self.paginate(selectors.marks_of(request.user, row), MarkSerializer, pagination=MarkPages)

    @extend_schema(
        operation_id="lessons_feedback_create",
        request=MarkInput,
        responses={201: MarkSerializer, 200: MarkSerializer},
    )
    @idempotent
    def post(self, request: Request, lesson: int) -> Response:
        """Mark a second of a lesson that you take; the same mark again is 200 and the same one."""
        body = MarkInput(data=request.data)
        body.is_valid(raise_exception=True)
        row = visible_lesson(request.user, lesson)
        mark, is_new = feedback.give_feedback(actor=request.user, lesson=row, **body.validated_data)
        return Response(MarkSerializer(mark).data, status=201 if is_new else 200)


class FeedbackView(ApiView):
    """Take a mark back."""

    @extend_schema(operation_id="feedback_destroy", responses={204: None})
    def delete(self, request: Request, mark: int) -> Response:
        feedback.take_back_feedback(actor=request.user, mark=_mark(request, mark))
        return Response(status=204)


class FeedbackResolvedView(ApiView):
    """Say that the course's staff has dealt with a mark, or has not."""

    @extend_schema(
        operation_id="feedback_resolve", request=ResolvedInput, responses={200: StudentMarkSerializer}
    )
    def put(self, request: Request, mark: int) -> Response:
        body = ResolvedInput(data=request.data)
        body.is_valid(raise_exception=True)
        row = feedback.resolve_feedback(actor=request.user, mark=_mark(request, mark), **body.validated_data)
        return Response(StudentMarkSerializer(row).data)


class CourseFeedbackView(ApiView):
    """What students marked in a course's lessons, in the order of the course; for its staff, else 404."""

    pagination_class = MarkPages

    @extend_schema(
        operation_id="courses_feedback_list",
        parameters=[COURSE, MarkQuery],
        responses=StudentMarkSerializer(many=True),
    )
    def get(self, request: Request, course: str) -> Response:
        row = visible_course(request.user, course)
        if not may(request.user, "courses.teach_course", row):
            raise NotFound
        query = MarkQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = selectors.feedback_on(row, **query.validated_data)
        return self.paginate(rows, StudentMarkSerializer, pagination=MarkPages)


def _mark(request: Request, pk: int) -> LessonFeedback:
    rows = LessonFeedback.objects.visible_to(request.user).select_related("user", "lesson__course")
    return get_or_404(rows, pk=pk)
