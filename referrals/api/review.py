"""/api/referrals/queue: what staff decides about."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.fields import SourceField
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, get_or_404
from community_platform.core.errors import Invalid
from community_platform.core.permissions import ensure
from profiles.api.serializers import PersonSerializer
from referrals.models import Referral
from referrals.selectors import queue
from referrals.services import reviewing


class ReferralReviewSerializer(serializers.ModelSerializer[Referral]):
    """A referral for staff; `reasons` are its flags in words."""

    code = serializers.CharField(source="code.code")
    referrer = PersonSerializer()
    referee = PersonSerializer()
    flags = serializers.ListField(child=serializers.CharField())
    reasons = serializers.SerializerMethodField()

    class Meta:
        model = Referral
        fields = (
            "id", "code", "referrer", "referee", "status", "is_held", "hold_until", "risk_score", "flags", "reasons",
            "referrer_points", "referee_points", "reject_reason", "created_at", "joined_at", "completed_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_reasons(self, referral: Referral) -> list[str]:
        return queue.reasons(referral)


class RejectInput(serializers.Serializer[Any]):
    reason = SourceField(help_text="For staff; at most 200 characters.")


class QueueView(ApiView):
    """Doubtful referrals, for moderators, the riskiest first."""

    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="referrals_queue",
        parameters=[OpenApiParameter("state", str, enum=queue.STATES, description="Default: held.")],
        responses=ReferralReviewSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        ensure(request.user, "referrals.review")
        state = request.query_params.get("state") or "held"
        if state not in queue.STATES:
            raise Invalid(_("Choose a state."), code="invalid_choice", field="state")
        return self.paginate(queue.queue(request.user, state), ReferralReviewSerializer)


class ReleaseView(ApiView):
    """Say that a held or rejected referral is real."""

    @extend_schema(operation_id="referrals_release", request=None, responses={200: ReferralReviewSerializer})
    def post(self, request: Request, pk: int) -> Response:
        referral = get_or_404(Referral.objects.visible_to(request.user), pk=pk)
        done = reviewing.release(actor=request.user, referral=referral)
        return Response(ReferralReviewSerializer(done).data)


class RejectView(ApiView):
    """Refuse a referral and take back all it brought."""

    @extend_schema(operation_id="referrals_reject", request=RejectInput, responses={200: ReferralReviewSerializer})
    def post(self, request: Request, pk: int) -> Response:
        referral = get_or_404(Referral.objects.visible_to(request.user), pk=pk)
        ensure(request.user, "referrals.review", referral)
        body = RejectInput(data=request.data)
        body.is_valid(raise_exception=True)
        done = reviewing.reject(actor=request.user, referral=referral, **body.validated_data)
        return Response(ReferralReviewSerializer(done).data)
