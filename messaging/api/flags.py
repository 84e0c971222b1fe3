"""Reporting messages."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.idempotency import idempotent
from profiles.api.moderation import FlagInput, FlagView, OwnFlagSerializer


class MessageFlagView(FlagView):
    kind = "message"

    @extend_schema(operation_id="message_flag", request=FlagInput, responses={201: OwnFlagSerializer})
    @idempotent
    def post(self, request: Request, message: int) -> Response:
        """Report a message to moderators, with the lines before it; 409 while one's earlier report is open."""
        return self.report(request, message)
