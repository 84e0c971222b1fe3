"""/api/courses and /api/lessons."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers as drf
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.views import ApiView, ReadsArePublic, by_key, get_or_404
from courses import selectors
from courses.api import serializers
from courses.models import Course, Lesson
from courses.selectors import CatalogueFilters
from courses.services import enrollment, progress, watching

COURSE = OpenApiParameter("course", str, OpenApiParameter.PATH, description="Id or slug of a course.")
CoursePageSchema = inline_serializer(
    "CourseList",
    {
        "count": drf.IntegerField(),
        "next": drf.URLField(allow_null=True),
        "previous": drf.URLField(allow_null=True),
        "results": serializers.CourseSerializer(many=True),
    },
)


def visible_course(user: Any, course: str) -> Course:
    """Return the course of an id or slug in a path, or raise NotFound."""
    courses = Course.objects.visible_to(user).select_related("category", "instructor")
    return get_or_404(courses, **by_key(course))


def visible_lesson(user: Any, lesson: int) -> Lesson:
    """Return the lesson of a path, or raise NotFound. Reading it also needs `selectors.may_open`."""
    return get_or_404(Lesson.objects.visible_to(user).select_related("course", "quiz"), pk=lesson)


class CoursesView(ApiView):
    """The catalogue."""

    permission_classes = (ReadsArePublic,)

    @extend_schema(
        operation_id="courses_list",
        parameters=[serializers.CatalogueQuery, OpenApiParameter("page", int)],
        responses={200: CoursePageSchema},
    )
    def get(self, request: Request) -> Response:
        query = serializers.CatalogueQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        return self.paginate(
            selectors.catalogue(CatalogueFilters(**query.validated_data)), serializers.CourseSerializer
        )


class CourseView(ApiView):
    """One course with its outline."""

    permission_classes = (ReadsArePublic,)

    @extend_schema(
        operation_id="courses_retrieve", parameters=[COURSE], responses={200: serializers.CourseDetailSerializer}
    )
    def get(self, request: Request, course: str) -> Response:
        rows = Course.objects.visible_to(request.user).select_related("category", "instructor")
        row = get_or_404(rows.with_enrollment_of(request.user), **by_key(course))
        page = selectors.course_page(row, request.user)
        return Response(serializers.CourseDetailSerializer(page, context={"request": request}).data)


class EnrollView(ApiView):
    """Begin a free course; again is 200. Leave it, and come back to the same row later."""

    @extend_schema(
        operation_id="courses_enroll",
        parameters=[COURSE],
        request=None,
        responses={201: serializers.EnrollmentSerializer, 200: serializers.EnrollmentSerializer},
    )
    @idempotent
    def post(self, request: Request, course: str) -> Response:
        row, is_new = enrollment.enroll(actor=request.user, course=visible_course(request.user, course))
        return Response(serializers.EnrollmentSerializer(row).data, status=201 if is_new else 200)

    @extend_schema(operation_id="courses_leave", parameters=[COURSE], responses={204: None})
    def delete(self, request: Request, course: str) -> Response:
        """Leave a course; what was done in it is kept."""
        enrollment.leave(actor=request.user, course=visible_course(request.user, course))
        return Response(status=204)


class LessonView(ApiView):
    """A lesson with its content: for students of the course, its instructor, and everybody if it is a preview."""

    permission_classes = (ReadsArePublic,)
    failures = {"get": (403,)}

    @extend_schema(operation_id="lessons_retrieve", responses={200: serializers.LessonDetailSerializer})
    def get(self, request: Request, lesson: int) -> Response:
        row = visible_lesson(request.user, lesson)
        if not selectors.may_open(request.user, row):
            raise selectors.refusal(request.user)
        shown = serializers.outline_row(row, selectors.progress_in(request.user, row))
        return Response(serializers.LessonDetailSerializer(shown).data)


class LessonProgressView(ApiView):
    """Where a student stopped in a video, and what was played of it.

    Seconds are credited once each, and never faster than the time that went by. Watching 95 % completes the lesson.
    """

    @extend_schema(
        operation_id="lessons_progress",
        request=serializers.ProgressInput,
        responses={200: serializers.LessonSerializer},
    )
    def post(self, request: Request, lesson: int) -> Response:
        row = visible_lesson(request.user, lesson)
        body = serializers.ProgressInput(data=request.data)
        body.is_valid(raise_exception=True)
        data = body.validated_data
        spans = [watching.Span(**span) for span in data.pop("spans")]
        saved = watching.report(actor=request.user, lesson=row, spans=spans, **data)
        return Response(serializers.LessonSerializer(serializers.outline_row(row, saved)).data)


class LessonCompleteView(ApiView):
    """Mark a lesson as done; again changes nothing."""

    @extend_schema(operation_id="lessons_complete", request=None, responses={200: serializers.CompletedSerializer})
    def post(self, request: Request, lesson: int) -> Response:
        row = visible_lesson(request.user, lesson)
        course = progress.complete(actor=request.user, lesson=row, shown_here=False)
        shown = serializers.outline_row(row, selectors.progress_in(request.user, row))
        lesson_data = serializers.LessonSerializer(shown).data
        return Response({**lesson_data, "enrollment": serializers.EnrollmentSerializer(course).data})
