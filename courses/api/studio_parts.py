"""/api/studio: quizzes with their questions, files, staff, archives in and out."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import expected_revision, stamp
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import OnePage, PageNumberPagination, whole_list
from community_platform.core.api.views import ApiView, by_key
from community_platform.core.sending import send_file
from courses.api import studio_serializers as serializers
from courses.api.studio import COURSE, own_course, validated
from courses.selectors import studio
from courses.services import files, quizzes, staff, studio_order, transfer
from courses.services.quizzes import Draft

QUIZ = {200: serializers.StudioQuizSerializer}


class StudioQuizView(ApiView):
    """A quiz with its settings, questions and keys. Attempts that are open keep the settings they began with."""

    @extend_schema(operation_id="studio_quizzes_retrieve", responses=QUIZ)
    def get(self, request: Request, quiz: int) -> HttpResponse:
        return _quiz(request, quiz)

    @extend_schema(operation_id="studio_quizzes_update", request=serializers.QuizSettingsInput, responses=QUIZ)
    def patch(self, request: Request, quiz: int) -> HttpResponse:
        row = studio.taught_quiz(request.user, quiz)
        data = validated(request, serializers.QuizSettingsInput, partial=True)
        version = expected_revision(request, "quiz", row.pk)
        quizzes.update_quiz(actor=request.user, quiz=row, expected_version=version, **data)
        return _quiz(request, quiz)


class QuestionsView(ApiView):
    @extend_schema(
        operation_id="studio_questions_create",
        request=serializers.QuestionInput,
        responses={201: serializers.StudioQuestionSerializer},
    )
    @idempotent
    def post(self, request: Request, quiz: int) -> Response:
        """Add a question at the end."""
        row = studio.taught_quiz(request.user, quiz)
        question = quizzes.add_question(actor=request.user, quiz=row, draft=_draft(request))
        return Response(serializers.StudioQuestionSerializer(question).data, status=201)


class QuestionView(ApiView):
    """One question, given whole. Where attempts hold it, they keep it, and the answer names its next version."""

    @extend_schema(
        operation_id="studio_questions_update",
        request=serializers.QuestionInput,
        responses={200: serializers.StudioQuestionSerializer},
    )
    def put(self, request: Request, question: int) -> Response:
        row = studio.taught_question(request.user, question)
        current = quizzes.update_question(actor=request.user, question=row, draft=_draft(request))
        shown = studio.taught_question(request.user, current.pk)
        return Response(serializers.StudioQuestionSerializer(shown).data)

    @extend_schema(operation_id="studio_questions_delete", responses={204: None})
    def delete(self, request: Request, question: int) -> Response:
        quizzes.delete_question(actor=request.user, question=studio.taught_question(request.user, question))
        return Response(status=204)


class QuestionPlaceView(ApiView):
    @extend_schema(operation_id="studio_questions_place", request=serializers.PlaceInput, responses=QUIZ)
    def put(self, request: Request, question: int) -> HttpResponse:
        """Move a question."""
        row = studio.taught_question(request.user, question)
        index = validated(request, serializers.PlaceInput)["index"]
        studio_order.place_question(actor=request.user, question=row, index=index)
        return _quiz(request, row.quiz_id)


class FilesView(ApiView):
    """The files of a course, the newest first."""

    pagination_class = PageNumberPagination
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="studio_files_list", parameters=[COURSE], responses=serializers.CourseFileSerializer(many=True)
    )
    def get(self, request: Request, course: str) -> Response:
        return self.paginate(studio.files_of(own_course(request, course)), serializers.CourseFileSerializer)

    @extend_schema(
        operation_id="studio_files_create",
        parameters=[COURSE],
        request={"multipart/form-data": serializers.FileInput},
        responses={201: serializers.CourseFileSerializer},
    )
    @idempotent
    def post(self, request: Request, course: str) -> Response:
        """Store a picture, a video (100 MB), captions or a file to download (20 MB)."""
        row = own_course(request, course)
        upload = validated(request, serializers.FileInput)["file"]
        stored = files.add_file(actor=request.user, course=row, upload=upload)
        return Response(serializers.CourseFileSerializer(stored).data, status=201)


class FileView(ApiView):
    @extend_schema(operation_id="studio_files_delete", responses={204: None})
    def delete(self, request: Request, file: int) -> Response:
        """Remove a file that no lesson shows; otherwise 409 `in_use`."""
        files.delete_file(actor=request.user, file=studio.taught_file(request.user, file))
        return Response(status=204)


class StaffView(ApiView):
    """Who teaches beside the owner."""

    pagination_class = OnePage

    @extend_schema(
        operation_id="studio_staff_list", parameters=[COURSE], responses=serializers.StaffSerializer(many=True)
    )
    def get(self, request: Request, course: str) -> Response:
        rows = studio.staff_of(own_course(request, course))
        return whole_list(list(serializers.StaffSerializer(rows, many=True).data))

    @extend_schema(
        operation_id="studio_staff_set",
        parameters=[COURSE],
        request=serializers.StaffInput,
        responses={200: serializers.StaffSerializer},
    )
    def put(self, request: Request, course: str) -> Response:
        """Add a person, or give them the other role. Instructors write the course, assistants help its students."""
        row = own_course(request, course)
        data = validated(request, serializers.StaffInput)
        person = studio.person_named(request.user, data["user"])
        member = staff.set_staff(actor=request.user, course=row, user=person, role=data["role"])
        return Response(serializers.StaffSerializer(member).data)


class StaffMemberView(ApiView):
    @extend_schema(operation_id="studio_staff_remove", parameters=[COURSE], responses={204: None})
    def delete(self, request: Request, course: str, user: int) -> Response:
        """Take a person out; people may leave by themselves."""
        row = own_course(request, course)
        staff.remove_staff(actor=request.user, course=row, user=studio.member_of(row, user))
        return Response(status=204)


class ImportsView(ApiView):
    """Make a draft of an archive: a Markdown folder (docs/COURSE_FORMAT.md) or an Open edX course (OLX)."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="studio_import",
        request={"multipart/form-data": serializers.ImportInput},
        responses={201: serializers.ImportedSerializer, 200: serializers.ImportedSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Answer 201 with the new draft, or 200 with what the same archive became before, unless `again` is true."""
        studio.ensure_may_enter(request.user)
        data = validated(request, serializers.ImportInput)
        key = data.get("category") or ""
        category = studio.category_of(next(iter(by_key(key).values()))) if key else None
        made, is_new = transfer.import_upload(
            actor=request.user, upload=data["archive"], category=category, again=data["again"]
        )
        return Response(serializers.ImportedSerializer(made).data, status=201 if is_new else 200)


class ExportView(ApiView):
    """The course as a Markdown folder in a ZIP."""

    failures = {"get": (403,)}

    @extend_schema(
        operation_id="studio_export",
        parameters=[COURSE],
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY, "The archive.")},
    )
    def get(self, request: Request, course: str) -> HttpResponseBase:
        row = own_course(request, course)
        archive = transfer.export_zip(actor=request.user, course=row)
        return send_file(request._request, archive, content_type="application/zip", name=f"{row.slug}.zip")


def _quiz(request: Request, pk: int) -> HttpResponse:
    row = studio.taught_quiz(request.user, pk)
    data = serializers.StudioQuizSerializer(row, context={"questions": studio.questions_of(row)}).data
    return stamp(Response(data), "quiz", row.pk, row.version)


def _draft(request: Request) -> Draft:
    data: dict[str, Any] = validated(request, serializers.QuestionInput)
    data["choices"] = [(choice["text"], choice["is_correct"]) for choice in data.get("choices", [])]
    return Draft(**data)
