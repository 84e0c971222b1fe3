"""`POST /api/ws-ticket` and `GET /api/sync`."""

import json
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core import realtime
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.views import ApiView, ReadsArePublic
from community_platform.core.errors import Invalid
from community_platform.core.realtime.protocol import FrameError, parse_cursors


class TicketSerializer(serializers.Serializer[Any]):
    ticket = serializers.CharField()
    expires_at = serializers.DateTimeField()


class ChannelEventSerializer(serializers.Serializer[Any]):
    """One event, exactly as a socket shows it."""

    t = serializers.CharField(help_text="Type, for example `topic:new_post`.")
    ch = serializers.CharField(help_text="Channel, for example `topic.5`.")
    seq = serializers.IntegerField(help_text="Number in its channel, without gaps.")
    id = serializers.UUIDField()
    ts = serializers.DateTimeField()
    d = serializers.DictField()


class SyncSerializer(serializers.Serializer[Any]):
    events = ChannelEventSerializer(many=True)
    resets = serializers.ListField(child=serializers.CharField())
    heads = serializers.DictField(child=serializers.IntegerField())
    denied = serializers.ListField(child=serializers.CharField())


class TicketView(ApiView):
    @extend_schema(operation_id="ws_ticket_create", request=None, responses={201: TicketSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """A key for `wss://…/ws/?ticket=`: single use, 30 seconds."""
        ticket, expires_at = realtime.issue_ticket(
            actor=request.user,
            sign_in=request.auth.digest if request.auth else request.session.session_key or "",
        )
        return Response(TicketSerializer({"ticket": ticket, "expires_at": expires_at}).data, status=201)


class SyncView(ApiView):
    permission_classes: ClassVar = [ReadsArePublic]

    @extend_schema(
        operation_id="sync_retrieve",
        parameters=[
            OpenApiParameter("cursors", str, required=True, description='JSON, as in `{"topic.5": 17}`')
        ],
        responses=SyncSerializer,
    )
    def get(self, request: Request) -> Response:
        """What happened after the given cursors: the same answer that a socket gives to `sync`."""
        try:
            cursors = parse_cursors(json.loads(request.query_params.get("cursors", "")))
        except (ValueError, RecursionError):
            raise Invalid(_("Give a JSON object of channels and cursors."), field="cursors") from None
        except FrameError as error:
            raise Invalid(str(error), field="cursors") from None
        result = realtime.sync(request.user, cursors)
        return Response(
            {"events": result.events, "resets": result.resets, "heads": result.heads, "denied": result.denied}
        )
