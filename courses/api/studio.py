"""/api/studio: courses and their outline, for those who teach. Foreign courses are 404, the assistant's edits 403."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import expected_revision, stamp
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, by_key
from courses.api import studio_serializers as serializers
from courses.models import Course, LessonKind
from courses.selectors import studio
from courses.services import authoring, duplicate, quizzes, studio_cover, studio_order
from courses.services import studio as services

COURSE = OpenApiParameter("course", str, OpenApiParameter.PATH, description="Id or slug of a course.")
SHOWN = {200: serializers.StudioCourseAnswer}


def own_course(request: Request, course: str) -> Course:
    """Return the course of a path that the reader teaches, or raise NotFound."""
    return studio.taught_course(request.user, **by_key(course))


def validated(request: Request, serializer: type[Any], *, partial: bool = False) -> dict[str, Any]:
    body = serializer(data=request.data, partial=partial)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def shown_course(request: Request, course: Course, status: int = 200) -> HttpResponse:
    """Answer a course with its outline and its ETag."""
    row = studio.taught_course(request.user, pk=course.pk)
    data = serializers.StudioCourseSerializer(studio.studio_course(row, request.user)).data
    return stamp(Response(data, status=status), "course", row.pk, row.revision)


def _written(data: dict[str, Any]) -> dict[str, Any]:
    if "category" in data:
        data["category"] = studio.category_of(data["category"])
    return data


class StudioCoursesView(ApiView):
    """The courses that one teaches: drafts, then published, then archived ones."""

    pagination_class = PageNumberPagination
    failures = {"get": (403,)}

    @extend_schema(
        operation_id="studio_courses_list",
        parameters=[serializers.StudioListQuery, OpenApiParameter("page", int)],
        responses=serializers.StudioCourseBriefSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        studio.ensure_may_enter(request.user)
        query = serializers.StudioListQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = studio.own_courses(request.user, query.validated_data["status"])
        return self.paginate(rows, serializers.StudioCourseBriefSerializer)

    @extend_schema(
        operation_id="studio_courses_create",
        request=serializers.CourseInput,
        responses={201: serializers.StudioCourseAnswer},
    )
    @idempotent
    def post(self, request: Request) -> HttpResponse:
        """Begin a draft."""
        studio.ensure_may_enter(request.user)
        data = _written(validated(request, serializers.CourseInput))
        return shown_course(request, authoring.create_course(actor=request.user, **data), 201)


class StudioCourseView(ApiView):
    """One course with its outline and what is missing in it."""

    @extend_schema(operation_id="studio_courses_retrieve", parameters=[COURSE], responses=SHOWN)
    def get(self, request: Request, course: str) -> HttpResponse:
        return shown_course(request, own_course(request, course))

    @extend_schema(
        operation_id="studio_courses_update", parameters=[COURSE], request=serializers.CourseInput, responses=SHOWN
    )
    def patch(self, request: Request, course: str) -> HttpResponse:
        row = own_course(request, course)
        data = _written(validated(request, serializers.CourseInput, partial=True))
        revision = expected_revision(request, "course", row.pk)
        authoring.update_course(actor=request.user, course=row, expected_revision=revision, **data)
        return shown_course(request, row)


class PublishView(ApiView):
    """Show the course in the catalogue; `no_lessons` while there is nothing to complete."""

    @extend_schema(operation_id="studio_courses_publish", parameters=[COURSE], request=None, responses=SHOWN)
    def post(self, request: Request, course: str) -> HttpResponse:
        row = own_course(request, course)
        return shown_course(request, authoring.publish(actor=request.user, course=row))


class UnpublishView(ApiView):
    """Make a course without students a draft again."""

    @extend_schema(operation_id="studio_courses_unpublish", parameters=[COURSE], request=None, responses=SHOWN)
    def post(self, request: Request, course: str) -> HttpResponse:
        row = own_course(request, course)
        return shown_course(request, services.unpublish(actor=request.user, course=row))


class ArchiveView(ApiView):
    """Take the course out of the catalogue; its students keep it."""

    @extend_schema(operation_id="studio_courses_archive", parameters=[COURSE], request=None, responses=SHOWN)
    def post(self, request: Request, course: str) -> HttpResponse:
        row = own_course(request, course)
        return shown_course(request, authoring.archive(actor=request.user, course=row))


class DuplicateView(ApiView):
    """Make a draft of everything that is written in the course, files included."""

    @extend_schema(
        operation_id="studio_courses_duplicate",
        parameters=[COURSE],
        request=None,
        responses={201: serializers.StudioCourseAnswer},
    )
    @idempotent
    def post(self, request: Request, course: str) -> HttpResponse:
        copy = duplicate.duplicate_course(actor=request.user, course=own_course(request, course))
        return shown_course(request, copy, 201)


class CoverView(ApiView):
    """The picture of a course: PNG, JPEG, WebP or GIF of at most 4 MB, cut to 16:9."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="studio_cover_set",
        parameters=[COURSE],
        request={"multipart/form-data": serializers.CoverInput},
        responses=SHOWN,
    )
    def put(self, request: Request, course: str) -> HttpResponse:
        row = own_course(request, course)
        upload = validated(request, serializers.CoverInput)["cover"]
        studio_cover.set_cover(actor=request.user, course=row, upload=upload)
        return shown_course(request, row)

    @extend_schema(operation_id="studio_cover_remove", parameters=[COURSE], responses={204: None})
    def delete(self, request: Request, course: str) -> Response:
        studio_cover.remove_cover(actor=request.user, course=own_course(request, course))
        return Response(status=204)


class SectionsView(ApiView):
    @extend_schema(
        operation_id="studio_sections_create",
        parameters=[COURSE],
        request=serializers.SectionInput,
        responses={201: serializers.StudioCourseAnswer},
    )
    @idempotent
    def post(self, request: Request, course: str) -> HttpResponse:
        """Add a section at the end."""
        row = own_course(request, course)
        title = validated(request, serializers.SectionInput)["title"]
        authoring.add_section(actor=request.user, course=row, title=title)
        return shown_course(request, row, 201)


class SectionView(ApiView):
    """One section; it has to be empty to be removed."""

    @extend_schema(operation_id="studio_sections_update", request=serializers.SectionInput, responses=SHOWN)
    def patch(self, request: Request, section: int) -> HttpResponse:
        row = studio.taught_section(request.user, section)
        title = validated(request, serializers.SectionInput)["title"]
        authoring.update_section(actor=request.user, section=row, title=title, position=row.position)
        return shown_course(request, row.course)

    @extend_schema(operation_id="studio_sections_delete", responses={204: None})
    def delete(self, request: Request, section: int) -> Response:
        authoring.delete_section(actor=request.user, section=studio.taught_section(request.user, section))
        return Response(status=204)


class SectionPlaceView(ApiView):
    @extend_schema(operation_id="studio_sections_place", request=serializers.PlaceInput, responses=SHOWN)
    def put(self, request: Request, section: int) -> HttpResponse:
        """Move a section."""
        row = studio.taught_section(request.user, section)
        index = validated(request, serializers.PlaceInput)["index"]
        studio_order.place_section(actor=request.user, section=row, index=index)
        return shown_course(request, row.course)


class SectionLessonsView(ApiView):
    @extend_schema(
        operation_id="studio_lessons_create",
        request=serializers.LessonInput,
        responses={201: serializers.StudioLessonSerializer},
    )
    @idempotent
    def post(self, request: Request, section: int) -> HttpResponse:
        """Add a lesson to a section; kind quiz comes with an empty quiz."""
        row = studio.taught_section(request.user, section)
        data = validated(request, serializers.LessonInput)
        if data.get("kind") == LessonKind.QUIZ:
            del data["kind"]
            lesson = quizzes.create_quiz(actor=request.user, section=row, **data).lesson
        else:
            lesson = authoring.add_lesson(actor=request.user, section=row, **data)
        return _lesson(request, lesson.pk, 201)


class StudioLessonView(ApiView):
    """One lesson with its source. Removing it keeps what students did in it; who has finished stays finished."""

    @extend_schema(operation_id="studio_lessons_retrieve", responses={200: serializers.StudioLessonSerializer})
    def get(self, request: Request, lesson: int) -> HttpResponse:
        return _lesson(request, lesson)

    @extend_schema(
        operation_id="studio_lessons_update",
        request=serializers.LessonInput,
        responses={200: serializers.StudioLessonSerializer},
    )
    def patch(self, request: Request, lesson: int) -> HttpResponse:
        row = studio.taught_lesson(request.user, lesson)
        data = validated(request, serializers.LessonInput, partial=True)
        revision = expected_revision(request, "lesson", row.pk)
        authoring.update_lesson(actor=request.user, lesson=row, expected_revision=revision, **data)
        return _lesson(request, lesson)

    @extend_schema(operation_id="studio_lessons_delete", responses={204: None})
    def delete(self, request: Request, lesson: int) -> Response:
        authoring.delete_lesson(actor=request.user, lesson=studio.taught_lesson(request.user, lesson))
        return Response(status=204)


class LessonPlaceView(ApiView):
    @extend_schema(operation_id="studio_lessons_place", request=serializers.LessonPlaceInput, responses=SHOWN)
    def put(self, request: Request, lesson: int) -> HttpResponse:
        """Move a lesson inside its section or into another one of the course."""
        row = studio.taught_lesson(request.user, lesson)
        data = validated(request, serializers.LessonPlaceInput)
        section = studio.section_for(request.user, data["section"])
        studio_order.place_lesson(actor=request.user, lesson=row, section=section, index=data["index"])
        return shown_course(request, row.course)


def _lesson(request: Request, pk: int, status: int = 200) -> HttpResponse:
    row = studio.taught_lesson(request.user, pk)
    data = serializers.StudioLessonSerializer(row).data
    return stamp(Response(data, status=status), "lesson", row.pk, row.revision)
