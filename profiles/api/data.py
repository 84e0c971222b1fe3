"""/api/users/data-exports: a copy of one's data; /api/users/erasure: the end of the account."""

from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, get_or_404
from community_platform.core.errors import Invalid
from community_platform.core.streaming import private_file
from profiles.models import DataExport, ErasureRequest
from profiles.selectors.data import exports_of, opened
from profiles.services import erasure, export

ZIP = "application/zip"


class DataExportSerializer(serializers.ModelSerializer[DataExport]):
    """A copy of one's data. `download_url` is there while the file is."""

    download_url = serializers.SerializerMethodField()

    class Meta:
        model = DataExport
        fields = (
            "id", "state", "progress_percent", "size", "created_at", "finished_at", "expires_at", "download_url",
        )  # fmt: skip

    @extend_schema_field({"type": ["string", "null"]})
    def get_download_url(self, row: DataExport) -> str | None:
        return f"/api/users/data-exports/{row.pk}/download" if row.is_ready else None


class ErasureSerializer(serializers.ModelSerializer[ErasureRequest]):
    """When the account will be erased."""

    class Meta:
        model = ErasureRequest
        fields = ("created_at", "due_at")


class ErasureInput(serializers.Serializer[Any]):
    """One's own user name, typed to confirm."""

    username = serializers.CharField(max_length=60)


class ZipRenderer(JSONRenderer):
    """Lets a client ask for the type that it gets; errors are JSON."""

    media_type = ZIP
    format = "zip"


class DataExportsView(ApiView):
    pagination_class = PageNumberPagination

    @extend_schema(operation_id="users_data_exports_list", responses=DataExportSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the copies of your data that were made, the newest first."""
        return self.paginate(exports_of(request.user), DataExportSerializer)

    @extend_schema(operation_id="users_data_exports_create", request=None, responses={202: DataExportSerializer})
    def post(self, request: Request) -> Response:
        """Ask for a copy. While one is in work, that one is answered."""
        made = export.request_export(actor=request.user)
        return Response(DataExportSerializer(made).data, status=202)


class DataExportView(ApiView):
    @extend_schema(operation_id="users_data_exports_retrieve", responses={200: DataExportSerializer})
    def get(self, request: Request, export: int) -> Response:
        """How far a copy is."""
        return Response(DataExportSerializer(_own(request, export)).data)

    @extend_schema(operation_id="users_data_exports_delete", responses={204: None})
    def delete(self, request: Request, export: int) -> Response:
        """Delete the file now; again changes nothing."""
        _delete(request, export)
        return Response(status=204)


class DataExportFileView(ApiView):
    renderer_classes = (JSONRenderer, ZipRenderer)

    @extend_schema(operation_id="users_data_exports_download", responses={(200, ZIP): OpenApiTypes.BINARY})
    def get(self, request: Request, export: int) -> StreamingHttpResponse:
        """The file: a ZIP with JSON and pictures. 404 until it is ready, and after two days."""
        row = _own(request, export)
        file, name = opened(row)
        return private_file(file, name=name, size=row.size, content_type=ZIP)


class ErasureView(ApiView):
    @extend_schema(
        operation_id="users_erasure_create", request=ErasureInput, responses={202: ErasureSerializer}
    )
    def post(self, request: Request) -> Response:
        """Ask for the end of your account: in 14 days it is erased. Again changes nothing."""
        body = ErasureInput(data=request.data)
        body.is_valid(raise_exception=True)
        account = request.user
        if body.validated_data["username"].strip().removeprefix("@").lower() != account.username.lower():
            raise Invalid(_("This is not your user name."), code="mismatch", field="username")
        wish = erasure.request_erasure(actor=account, account=account)
        return Response(ErasureSerializer(wish).data, status=202)

    @extend_schema(operation_id="users_erasure_cancel", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Keep the account; again changes nothing."""
        erasure.cancel_erasure(actor=request.user, account=request.user)
        return Response(status=204)


def _own(request: Request, pk: int) -> DataExport:
    return get_or_404(DataExport.objects.visible_to(request.user), pk=pk)


def _delete(request: Request, pk: int) -> None:
    export.delete_export(actor=request.user, export=_own(request, pk))
