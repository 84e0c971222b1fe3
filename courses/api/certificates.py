"""/api/certificates: one's own, anybody's by its code (also as Open Badges 3.0), checking, revoking."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.fields import SourceField
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, ReadsArePublic, get_or_404
from community_platform.core.errors import Invalid
from courses.limits import CREDENTIAL_MAX
from courses.models import Certificate
from courses.selectors import certificates as selectors
from courses.services import certificates, verification

STATUSES = (verification.VALID, verification.REVOKED, verification.TAMPERED, verification.UNKNOWN)


class CertifiedCourseSerializer(serializers.Serializer[Certificate]):
    """The course, by the title it had when the certificate was issued."""

    id = serializers.IntegerField(source="course_id")
    slug = serializers.CharField(source="course.slug")
    title = serializers.CharField(source="course_title")


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    """A certificate as it was issued: `holder` is the name of that day. `is_valid` false: it was revoked."""

    course = CertifiedCourseSerializer(source="*", read_only=True)
    holder = serializers.CharField(source="holder_name", read_only=True)
    instructor = serializers.CharField(source="instructor_name", read_only=True)
    is_valid = serializers.BooleanField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Certificate
        fields = (
            "uuid", "course", "holder", "instructor", "language", "issued_at", "is_valid", "revoked_at", "url",
        )  # fmt: skip
        read_only_fields = fields


class CredentialInput(serializers.Serializer[Any]):
    """`credential`: the JSON document with its proof, or the compact JWT."""

    credential = serializers.JSONField()


class CheckedSerializer(serializers.Serializer[Any]):
    """`tampered`: the signature does not fit. `unknown`: not signed by this school, or no longer kept."""

    status = serializers.ChoiceField(choices=STATUSES)
    certificate = CertificateSerializer(allow_null=True)


class RevokeInput(serializers.Serializer[Any]):
    reason = SourceField(help_text="For the holder and the course's staff.")


class CredentialRenderer(JSONRenderer):
    """Open Badges 3.0, with its Data Integrity proof."""

    media_type = "application/vc+ld+json"
    format = "credential"


class BadgeRenderer(CredentialRenderer):
    """The same under the media type of the final recommendation."""

    media_type = "application/vc"


class TokenRenderer(BaseRenderer):
    """The same as a compact JWT."""

    media_type = "application/vc+jwt"
    format = "jwt"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return str(data).encode()


class CertificatesView(ApiView):
    """One's own certificates, newest first; revoked ones are listed as such."""

    pagination_class = PageNumberPagination

    @extend_schema(operation_id="certificates_list", responses=CertificateSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.paginate(selectors.certificates_of(request.user), CertificateSerializer)


class CertificateView(ApiView):
    """A certificate, for whoever has its code. By `Accept` also as credential: JSON-LD with proof, or JWT."""

    permission_classes = (ReadsArePublic,)
    renderer_classes = (JSONRenderer, CredentialRenderer, BadgeRenderer, TokenRenderer)

    @extend_schema(
        operation_id="certificates_retrieve",
        responses={
            (200, "application/json"): CertificateSerializer,
            (200, "application/vc+ld+json"): OpenApiResponse({"type": "object"}, "Open Badges 3.0"),
            (200, "application/vc+jwt"): OpenApiResponse({"type": "string"}, "Open Badges 3.0 as JWT"),
        },
    )
    def get(self, request: Request, uuid: Any) -> Response:
        rows = Certificate.objects.visible_to(request.user).select_related("course")
        row = get_or_404(rows, uuid=uuid)
        if isinstance(request.accepted_renderer, TokenRenderer):
            return Response(row.proof)
        if isinstance(request.accepted_renderer, CredentialRenderer):
            return Response(row.credential)
        return Response(CertificateSerializer(row).data, headers={"Vary": "Accept"})


class CertificateRevokeView(ApiView):
    """Take a certificate back for good; the course's instructors and administrators."""

    @extend_schema(
        operation_id="certificates_revoke", request=RevokeInput, responses={200: CertificateSerializer}
    )
    def post(self, request: Request, uuid: Any) -> HttpResponse:
        body = RevokeInput(data=request.data)
        body.is_valid(raise_exception=True)
        rows = Certificate.objects.visible_to(request.user).select_related("course")
        row = certificates.revoke_certificate(
            actor=request.user, certificate=get_or_404(rows, uuid=uuid), reason=body.validated_data["reason"]
        )
        return Response(CertificateSerializer(row).data)


class CertificateCheckView(ApiView):
    """Check a credential that somebody has handed you: its signature, and whether it was revoked. Keeps nothing."""

    permission_classes = ()

    @extend_schema(
        operation_id="certificates_check", request=CredentialInput, responses={200: CheckedSerializer}
    )
    def post(self, request: Request) -> Response:
        body = CredentialInput(data=request.data)
        body.is_valid(raise_exception=True)
        credential = body.validated_data["credential"]
        if not isinstance(credential, str | dict) or len(str(credential)) > CREDENTIAL_MAX:
            raise Invalid(_("Give the JSON document or the JWT."), field="credential")
        return Response(CheckedSerializer(verification.check(credential)).data)
