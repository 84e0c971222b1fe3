"""/api/gamification/bugs: what people report as broken, and what staff says about it."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.fields import SourceField
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, get_or_404
from community_platform.core.errors import Invalid
from community_platform.core.permissions import ensure
from gamification.models import BugReport, BugState
from gamification.selectors import bugs as selectors
from gamification.services import bugs
from profiles.api.serializers import PersonSerializer


class BugReportSerializer(serializers.ModelSerializer[BugReport]):
    """A report. `user` is who wrote it: oneself, or for staff anybody."""

    user = PersonSerializer(read_only=True)

    class Meta:
        model = BugReport
        fields = ("id", "user", "title", "description", "page", "state", "answer", "created_at", "decided_at")
        read_only_fields = fields


class BugReportInput(serializers.Serializer[Any]):
    title = SourceField(help_text="8 to 160 characters.")
    description = SourceField(help_text="20 to 5000 characters.")
    page = SourceField(required=False, help_text="The address where it happened.")


class BugDecisionInput(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=BugState.choices, help_text="`new` opens a decided report again.")
    answer = SourceField(required=False, help_text="The person who reported it reads this.")


class BugsView(ApiView):
    """One's own bug reports."""

    pagination_class = PageNumberPagination

    @extend_schema(operation_id="gamification_bugs_list", responses=BugReportSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.reports_of(request.user).select_related("user")
        return self.paginate(rows, BugReportSerializer)

    @extend_schema(
        operation_id="gamification_bugs_create", request=BugReportInput, responses={201: BugReportSerializer}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = BugReportInput(data=request.data)
        body.is_valid(raise_exception=True)
        made = bugs.report_bug(actor=request.user, **body.validated_data)
        return Response(BugReportSerializer(made).data, status=201)


class BugQueueView(ApiView):
    """All reports in one state, for moderators."""

    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="gamification_bugs_queue",
        parameters=[OpenApiParameter("state", str, enum=BugState.values, description="Default: new.")],
        responses=BugReportSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        ensure(request.user, "gamification.review_bugs")
        state = request.query_params.get("state") or BugState.NEW
        if state not in BugState.values:
            raise Invalid(_("Choose a state."), code="invalid_choice", field="state")
        return self.paginate(selectors.queue(request.user, state), BugReportSerializer)


class BugDecisionView(ApiView):
    """What staff says about a report. The same decision again changes nothing; another one is 409 until reopened."""

    @extend_schema(
        operation_id="gamification_bugs_decide", request=BugDecisionInput, responses={200: BugReportSerializer}
    )
    def post(self, request: Request, pk: int) -> Response:
        report = get_or_404(BugReport.objects.visible_to(request.user).select_related("user"), pk=pk)
        ensure(request.user, "gamification.review_bugs")
        body = BugDecisionInput(data=request.data)
        body.is_valid(raise_exception=True)
        decided = bugs.decide_bug(actor=request.user, report=report, **body.validated_data)
        return Response(BugReportSerializer(decided).data)
