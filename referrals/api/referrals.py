"""/api/referrals: whom one has invited, numbers, the board, and naming one's inviter by hand."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.fields import SourceField
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView
from community_platform.core.network import client_ip
from gamification.api.boards import BoardSerializer, LeaderboardView
from gamification.models import Period
from gamification.selectors import ranking
from profiles.api.serializers import PersonSerializer
from referrals.models import Referral
from referrals.selectors import own, traces
from referrals.selectors.board import NAME
from referrals.services import claiming

STATES = ("invited", "joined", "checking", "completed", "rewarded", "not_eligible")


class FriendSerializer(serializers.Serializer[Any]):
    """An invitation as its inviter sees it. `user` is null where the friend's profile is private."""

    id = serializers.IntegerField(source="referral.pk")
    code = serializers.CharField(source="referral.code.code")
    user = PersonSerializer(source="person", allow_null=True)
    state = serializers.ChoiceField(choices=STATES)
    points = serializers.IntegerField(source="referral.referrer_points", help_text="Paid to you.")
    created_at = serializers.DateTimeField(source="referral.created_at")
    joined_at = serializers.DateTimeField(source="referral.joined_at", allow_null=True)
    completed_at = serializers.DateTimeField(source="referral.completed_at", allow_null=True)
    rewarded_at = serializers.DateTimeField(source="referral.rewarded_at", allow_null=True)


class NextStepSerializer(serializers.Serializer[Any]):
    min_referrals = serializers.IntegerField()
    points = serializers.IntegerField()
    count = serializers.IntegerField(help_text="Friends who count so far.")


class ReferralStatsSerializer(serializers.Serializer[Any]):
    """Invitations by status; `points_earned` are those of the ledger, rungs included."""

    clicks = serializers.IntegerField()
    pending = serializers.IntegerField()
    completed = serializers.IntegerField()
    rewarded = serializers.IntegerField()
    rejected = serializers.IntegerField()
    points_earned = serializers.IntegerField()
    next_step = NextStepSerializer(allow_null=True)


class EnterInput(serializers.Serializer[Any]):
    code = SourceField()


class InvitationSerializer(serializers.ModelSerializer[Referral]):
    """One's own invitation."""

    code = serializers.CharField(source="code.code")

    class Meta:
        model = Referral
        fields = ("id", "code", "status", "created_at", "joined_at", "completed_at")


class ReferralsView(ApiView):
    """Whom one has invited, the newest first."""

    pagination_class = PageNumberPagination

    @extend_schema(operation_id="referrals_list", responses=FriendSerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = PageNumberPagination()
        rows = pages.paginate_queryset(own.referrals_of(request.user), request, view=self) or []
        return pages.get_paginated_response(FriendSerializer(own.friends(list(rows), 0), many=True).data)


class StatsView(ApiView):
    """Numbers of one's invitations, and the next rung of the ladder."""

    @extend_schema(operation_id="referrals_stats", responses={200: ReferralStatsSerializer})
    def get(self, request: Request) -> Response:
        return Response(ReferralStatsSerializer(own.stats_of(request.user)).data)


class BoardView(LeaderboardView):
    """Who has brought most friends: those who finished a course."""

    permission_classes = ApiView.permission_classes
    default_period = Period.ALL

    @extend_schema(
        operation_id="referrals_leaderboard",
        parameters=[
            OpenApiParameter("period", str, enum=Period.values, description="Default: all."),
            OpenApiParameter("scope", str, enum=ranking.SCOPES, description="Default: everyone."),
            OpenApiParameter("page", int),
        ],
        responses={200: BoardSerializer},
    )
    def get(self, request: Request) -> Response:  # type: ignore[override]  # the board is named by the address
        return self.answer(request, NAME)


class EnterView(ApiView):
    """Name by hand, within seven days of joining, who invited you."""

    @extend_schema(operation_id="referrals_enter", request=EnterInput, responses={201: InvitationSerializer})
    def post(self, request: Request) -> Response:
        body = EnterInput(data=request.data)
        body.is_valid(raise_exception=True)
        made = claiming.enter_code(
            actor=request.user, code=body.validated_data["code"], address=client_ip(request._request),
            device=traces.device_of(request._request.COOKIES),
        )  # fmt: skip
        return Response(InvitationSerializer(made).data, status=201)
