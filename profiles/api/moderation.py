"""/api/moderation: the queue, decisions, the log; and reporting, whose paths stand with the texts."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.fields import SourceField
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, get_or_404
from community_platform.core.errors import NotAllowed
from profiles.api.serializers import PersonSerializer
from profiles.models import CaseState, Flag, FlagReason, ModerationAction, PenaltyKind, ReviewCase, Verdict
from profiles.selectors import moderation as selectors
from profiles.services import reports, review
from profiles.services.review import Sentence


class FlagInput(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=FlagReason.choices)
    note = SourceField(required=False, help_text="For moderators alone.")


class FlagSerializer(serializers.ModelSerializer[Flag]):
    """A report. `user` null: the site itself."""

    user = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Flag
        fields = ("id", "user", "reason", "note", "weight", "created_at")
        read_only_fields = fields


class OwnFlagSerializer(serializers.ModelSerializer[Flag]):
    """What one reported, and what became of it (`state`)."""

    kind = serializers.CharField(source="case.kind", read_only=True)
    object_id = serializers.IntegerField(source="case.object_id", read_only=True)
    state = serializers.ChoiceField(source="case.state", choices=CaseState.choices, read_only=True)

    class Meta:
        model = Flag
        fields = ("id", "kind", "object_id", "reason", "note", "state", "created_at")
        read_only_fields = fields


class SubjectSerializer(serializers.Serializer[Any]):
    """The reported text as it is now."""

    title = serializers.CharField()
    content = serializers.CharField()
    content_html = serializers.CharField()
    place = serializers.CharField()
    url = serializers.CharField()
    is_hidden = serializers.BooleanField()
    is_deleted = serializers.BooleanField()
    removal_reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class CaseSerializer(serializers.ModelSerializer[ReviewCase]):
    """A case. `snapshot` is the text as it was reported, `subject` as it is now (null where it is gone)."""

    author = PersonSerializer(read_only=True, allow_null=True)
    claimed_by = PersonSerializer(read_only=True, allow_null=True)
    resolved_by = PersonSerializer(read_only=True, allow_null=True)
    flags = FlagSerializer(many=True, read_only=True)
    subject = SubjectSerializer(read_only=True, allow_null=True)
    snapshot = serializers.DictField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = ReviewCase
        fields = (
            "id", "kind", "object_id", "state", "score", "flags_count", "flags", "author", "subject", "snapshot",
            "claimed_by", "claimed_at", "created_at", "mended_at", "resolved_at", "resolved_by", "resolution_note",
            "version", "url",
        )  # fmt: skip
        read_only_fields = fields


class SentenceInput(serializers.Serializer[Any]):
    """A penalty that goes with the decision; `until` null is for good, `reason` left out is that of the decision."""

    kind = serializers.ChoiceField(choices=PenaltyKind.choices)
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)
    reason = SourceField(required=False, default="")
    note = SourceField(required=False, default="")


class ResolveInput(serializers.Serializer[Any]):
    """`version` is that of the case as it was read; left out, only a decided case is refused."""

    action = serializers.ChoiceField(choices=Verdict.choices)
    note = SourceField(required=False, help_text="For moderators alone.")
    reason = SourceField(required=False, help_text="What the author reads; left out, what was reported.")
    version = serializers.IntegerField(required=False, allow_null=True)
    penalty = SentenceInput(required=False, allow_null=True)


class ClaimInput(serializers.Serializer[Any]):
    is_claimed = serializers.BooleanField()


class LineSerializer(serializers.ModelSerializer[ModerationAction]):
    """A line of the log. `actor` null: the site itself."""

    actor = PersonSerializer(read_only=True, allow_null=True)
    target = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = ModerationAction
        fields = (
            "id", "actor", "action", "kind", "object_id", "target", "title", "url", "reason", "note", "is_public",
            "created_at",
        )  # fmt: skip
        read_only_fields = fields


class FlagView(ApiView):
    """Base of the paths that report one kind of text; each app has its own."""

    kind: ClassVar[str]

    def report(self, request: Request, pk: int) -> Response:
        """Report a text: 201; 409 `already_flagged` while an earlier report of it is open."""
        body = FlagInput(data=request.data)
        body.is_valid(raise_exception=True)
        made = reports.report(actor=request.user, kind=self.kind, pk=pk, **body.validated_data)
        return Response(OwnFlagSerializer(made).data, status=201)


class OwnFlagsView(ApiView):
    pagination_class = PageNumberPagination

    @extend_schema(operation_id="moderation_own_reports", responses=OwnFlagSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List what one reported oneself, newest first."""
        return self.paginate(selectors.reports_of(request.user), OwnFlagSerializer)


class Cases(PageNumberPagination):
    """Loads the texts of one page at once."""

    def paginate_queryset(self, *args: Any, **kwargs: Any) -> Any:
        return selectors.with_subjects(super().paginate_queryset(*args, **kwargs) or [])


class QueueView(ApiView):
    pagination_class = Cases

    @extend_schema(
        operation_id="moderation_queue",
        parameters=[
            OpenApiParameter("page", int),
            OpenApiParameter("state", str, enum=selectors.STATES, description="open when left out"),
            OpenApiParameter("kind", str, description="topic, post, comment …"),
            OpenApiParameter("reason", str, enum=FlagReason.values),
        ],
        responses=CaseSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List reported texts: moderators all, instructors and category moderators those in their care."""
        _let_in(request)
        asked = {name: request.query_params.get(name, "") for name in selectors.Filters.__slots__}
        filters = selectors.Filters(**asked | {"state": asked["state"] or "open"})
        return self.paginate(selectors.queue(request.user, filters), CaseSerializer, pagination=Cases)


class CaseClaimView(ApiView):
    @extend_schema(operation_id="moderation_claim", request=ClaimInput, responses=CaseSerializer)
    def put(self, request: Request, case: int) -> Response:
        """Say "I look at this", or no longer."""
        row = _case(request, case)
        body = ClaimInput(data=request.data)
        body.is_valid(raise_exception=True)
        review.claim(actor=request.user, case=row, **body.validated_data)
        return Response(CaseSerializer(_case(request, case)).data)


class CaseResolveView(ApiView):
    @extend_schema(operation_id="moderation_resolve", request=ResolveInput, responses={200: CaseSerializer})
    @idempotent
    def post(self, request: Request, case: int) -> Response:
        """Decide a case; 409 `already_decided` says who was faster, `case_changed` that the text changed."""
        row = _case(request, case)
        body = ResolveInput(data=request.data)
        body.is_valid(raise_exception=True)
        data = dict(body.validated_data)
        penalty = data.pop("penalty", None)
        review.resolve(actor=request.user, case=row, penalty=Sentence(**penalty) if penalty else None, **data)
        return Response(CaseSerializer(_case(request, case)).data)


class LogView(ApiView):
    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="moderation_log",
        parameters=[
            OpenApiParameter("page", int),
            *(OpenApiParameter(name, str) for name in ("action", "kind", "moderator")),
        ],
        responses=LineSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Read the moderation log, newest first."""
        _let_in(request)
        asked = {name: request.query_params.get(name, "")[:60] for name in ("action", "kind", "moderator")}
        return self.paginate(selectors.lines(request.user, **asked), LineSerializer)


def _let_in(request: Request) -> None:
    if not selectors.reviews_something(request.user):
        raise NotAllowed


def _case(request: Request, pk: int) -> ReviewCase:
    """Return a case in one's care: 403 for those who have none at all, 404 for others'."""
    _let_in(request)
    return selectors.with_subjects([get_or_404(selectors.cases(request.user), pk=pk)])[0]
