"""/api/referrals/: codes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.fields import SourceField
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, get_or_404
from referrals import limits
from referrals.models import ReferralCode
from referrals.selectors.codes import codes_of
from referrals.services import codes


class ReferralCodeSerializer(serializers.ModelSerializer[ReferralCode]):
    """A code. `usage_count` are the friends who came by it, less those that were not eligible."""

    url = serializers.SerializerMethodField(help_text="The link to pass on.")

    class Meta:
        model = ReferralCode
        fields = (
            "id", "code", "url", "label", "is_default", "is_active", "usage_count", "clicks_count", "max_uses",
            "expires_at", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_url(self, code: ReferralCode) -> str:
        request = self.context.get("request")
        return str(request.build_absolute_uri(code.path)) if request else code.url


class CodeInput(serializers.Serializer[Any]):
    max_uses = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=limits.USES_HIGH)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    label = SourceField(required=False, help_text="At most 60 characters; seen by nobody else.")


class SwitchInput(serializers.Serializer[Any]):
    is_active = serializers.BooleanField()


class MyCodeView(ApiView):
    """One's own code, made at the first call."""

    @extend_schema(operation_id="referrals_my_code", responses={200: ReferralCodeSerializer})
    def get(self, request: Request) -> Response:
        code = codes.default_code(actor=request.user)
        return Response(ReferralCodeSerializer(code, context={"request": request}).data)


class GenerateCodeView(ApiView):
    """A further code, with a limit and an end if wanted."""

    @extend_schema(
        operation_id="referrals_generate_code", request=CodeInput, responses={201: ReferralCodeSerializer}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = CodeInput(data=request.data)
        body.is_valid(raise_exception=True)
        made = codes.generate_code(actor=request.user, **body.validated_data)
        return Response(ReferralCodeSerializer(made, context={"request": request}).data, status=201)


class CodesView(ApiView):
    """One's codes, the own one first."""

    pagination_class = PageNumberPagination

    @extend_schema(operation_id="referrals_codes_list", responses=ReferralCodeSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.paginate(codes_of(request.user), ReferralCodeSerializer, context={"request": request})


class CodeView(ApiView):
    """Turn a code off, or on again."""

    @extend_schema(
        operation_id="referrals_codes_update", request=SwitchInput, responses={200: ReferralCodeSerializer}
    )
    def put(self, request: Request, pk: int) -> Response:
        code = get_or_404(ReferralCode.objects.visible_to(request.user), pk=pk)
        body = SwitchInput(data=request.data)
        body.is_valid(raise_exception=True)
        changed = codes.set_active(actor=request.user, code=code, is_active=body.validated_data["is_active"])
        return Response(ReferralCodeSerializer(changed, context={"request": request}).data)
