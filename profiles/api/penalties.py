"""Penalties: the two doors of the contract, and all kinds with their history."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.fields import SourceField
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.views import ApiView, get_or_404
from community_platform.core.permissions import ensure
from profiles.api.serializers import PersonSerializer
from profiles.models import Penalty, PenaltyKind, User
from profiles.selectors.penalties import history
from profiles.services import penalties


class PenaltySerializer(serializers.ModelSerializer[Penalty]):
    """A penalty; `ends_at` null is for good. `note` is for moderators alone, who are the only ones to read this."""

    user = PersonSerializer(read_only=True)
    issued_by = PersonSerializer(read_only=True, allow_null=True)
    is_active = serializers.BooleanField(read_only=True)

    class Meta:
        model = Penalty
        fields = (
            "id", "user", "kind", "reason", "note", "starts_at", "ends_at", "lifted_at", "is_active", "issued_by",
        )  # fmt: skip
        read_only_fields = fields


class EndInput(serializers.Serializer[Any]):
    until = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="Null: for good."
    )


class MeasureInput(EndInput):
    reason = SourceField(help_text="The person reads it.")
    note = SourceField(required=False, help_text="For moderators alone.")


class PenaltyInput(MeasureInput):
    kind = serializers.ChoiceField(choices=PenaltyKind.choices)


class _Measure(ApiView):
    """POST lets one kind of penalty hold against a person, DELETE ends it."""

    kind: ClassVar[PenaltyKind]

    def hold(self, request: Request, user: int) -> Response:
        person = _person(request, user)
        body = MeasureInput(data=request.data)
        ensure(request.user, "profiles.penalise", person)
        body.is_valid(raise_exception=True)
        made = penalties.penalise(actor=request.user, user=person, kind=self.kind, **body.validated_data)
        return Response(PenaltySerializer(made).data)

    def end(self, request: Request, user: int) -> Response:
        penalties.lift_kind(actor=request.user, user=_person(request, user), kind=self.kind)
        return Response(status=204)


class BanView(_Measure):
    kind = PenaltyKind.FORUM_BAN

    @extend_schema(operation_id="forum_ban", request=MeasureInput, responses={200: PenaltySerializer})
    @idempotent
    def post(self, request: Request, user: int) -> Response:
        """Ban a person from writing in the forum and in comments, in place of a former ban."""
        return self.hold(request, user)

    @extend_schema(operation_id="forum_unban", responses={204: None})
    def delete(self, request: Request, user: int) -> Response:
        """End the ban; without one nothing changes."""
        return self.end(request, user)


class SuspensionView(_Measure):
    kind = PenaltyKind.SUSPENSION

    @extend_schema(operation_id="users_suspend", request=MeasureInput, responses={200: PenaltySerializer})
    @idempotent
    def post(self, request: Request, user: int) -> Response:
        """Suspend a person from the whole site, in place of a former suspension."""
        return self.hold(request, user)

    @extend_schema(operation_id="users_unsuspend", responses={204: None})
    def delete(self, request: Request, user: int) -> Response:
        """End the suspension; without one nothing changes."""
        return self.end(request, user)


class PenaltiesView(ApiView):
    @extend_schema(operation_id="moderation_penalties", responses=PenaltySerializer(many=True))
    def get(self, request: Request, user: int) -> Response:
        """List all penalties of a person, newest first. Moderators."""
        ensure(request.user, "profiles.view_moderation")
        return self.paginate(
            history(_person(request, user)).select_related("user", "issued_by"), PenaltySerializer
        )

    @extend_schema(
        operation_id="moderation_penalise", request=PenaltyInput, responses={201: PenaltySerializer}
    )
    @idempotent
    def post(self, request: Request, user: int) -> Response:
        """Warn, silence, ban from the forum or suspend a person."""
        person = _person(request, user)
        ensure(request.user, "profiles.penalise", person)
        body = PenaltyInput(data=request.data)
        body.is_valid(raise_exception=True)
        made = penalties.penalise(actor=request.user, user=person, **body.validated_data)
        return Response(PenaltySerializer(made).data, status=201)


class PenaltyView(ApiView):
    @extend_schema(operation_id="moderation_penalty_change", request=EndInput, responses=PenaltySerializer)
    def put(self, request: Request, penalty: int) -> Response:
        """Let a penalty that holds end at another time."""
        row = self._row(request, penalty)
        body = EndInput(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(
            PenaltySerializer(
                penalties.change_penalty(actor=request.user, penalty=row, **body.validated_data)
            ).data
        )

    @extend_schema(operation_id="moderation_penalty_lift", responses={204: None})
    def delete(self, request: Request, penalty: int) -> Response:
        """Lift a penalty; one that is over stays as it is."""
        penalties.lift(actor=request.user, penalty=self._row(request, penalty))
        return Response(status=204)

    def _row(self, request: Request, pk: int) -> Penalty:
        ensure(request.user, "profiles.view_moderation")
        rows = Penalty.objects.visible_to(request.user).select_related("user", "issued_by")
        return get_or_404(rows, pk=pk)


def _person(request: Request, pk: int) -> User:
    return get_or_404(User.objects.visible_to(request.user).with_roles(), pk=pk)
