"""/api/messages: single messages, their reactions and readers, files, preferences, search."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import CursorPagination
from community_platform.core.api.views import ApiView, get_or_404
from messaging.api.conversations import conversation_for, validated
from messaging.api.serializers import (
    AttachmentSerializer,
    EditInput,
    EmojiInput,
    MessagePage,
    MessageSerializer,
    MessagingPreferenceSerializer,
    ReadAnswer,
    ReaderSerializer,
    SendInput,
    UploadInput,
)
from messaging.models import Message
from messaging.selectors import inbox
from messaging.selectors.readers import readers_of
from messaging.selectors.search import search
from messaging.selectors.shown import attachment_shown, loaded
from messaging.services import attachments, editing, preferences, reading, sending
from profiles.api.serializers import PersonSerializer


def message_for(request: Request, pk: int) -> Message:
    return get_or_404(Message.objects.visible_to(request.user), pk=pk)


def message_answer(request: Request, pk: int, status: int = 200) -> Response:
    row = get_or_404(loaded(Message.objects.visible_to(request.user)), pk=pk)
    return Response(MessageSerializer(row).data, status=status)


class SendView(ApiView):
    parser_classes = (JSONParser, MultiPartParser, FormParser)

    @extend_schema(
        operation_id="message_send",
        request=SendInput,
        responses={200: MessageSerializer, 201: MessageSerializer},
    )
    @idempotent
    def post(self, request: Request, conversation: int) -> HttpResponse:
        """Send a message; the same `client_id` again answers the first one with 200."""
        row = conversation_for(request, conversation)
        body = validated(request, SendInput)
        with transaction.atomic():
            uploaded = [
                attachments.upload(actor=request.user, file=file).pk for file in body.get("attachment", ())
            ]
            message, is_new = sending.send(
                actor=request.user, conversation=row, content=body["content"], client_id=body.get("client_id"),
                reply_to=body.get("reply_to"), attachment_ids=[*body.get("attachments", ()), *uploaded],
            )  # fmt: skip
        return message_answer(request, message.pk, 201 if is_new else 200)


class MessageView(ApiView):
    @extend_schema(operation_id="message", responses=MessageSerializer)
    def get(self, request: Request, message: int) -> Response:
        """Read one message."""
        return message_answer(request, message)

    @extend_schema(operation_id="message_edit", request=EditInput, responses=MessageSerializer)
    def put(self, request: Request, message: int) -> Response:
        """Change a text that one sent within the last 15 minutes."""
        row = message_for(request, message)
        editing.edit_message(actor=request.user, message=row, **validated(request, EditInput))
        return message_answer(request, message)

    @extend_schema(operation_id="message_delete", responses={204: None})
    def delete(self, request: Request, message: int) -> Response:
        """Take back what one sent; a stub stays."""
        editing.delete_message(actor=request.user, message=message_for(request, message))
        return Response(status=204)


class MessageReadView(ApiView):
    @extend_schema(operation_id="message_read", request=None, responses=ReadAnswer)
    def put(self, request: Request, message: int) -> Response:
        """Mark this and all earlier messages of its conversation as read."""
        seat = reading.mark_read(actor=request.user, message=message_for(request, message))
        return Response({"unread_count": inbox.unread_count(request.user), "read_at": seat.last_read_at})


class MessageUnreadView(ApiView):
    @extend_schema(operation_id="message_unread", request=None, responses=ReadAnswer)
    def put(self, request: Request, message: int) -> Response:
        """Let this message and what follows count as unread again."""
        seat = reading.mark_unread(actor=request.user, message=message_for(request, message))
        return Response({"unread_count": inbox.unread_count(request.user), "read_at": seat.last_read_at})


class ReactionsView(ApiView):
    @extend_schema(operation_id="message_react", request=EmojiInput, responses=MessageSerializer)
    def post(self, request: Request, message: int) -> Response:
        """React to a message; again changes nothing."""
        row = message_for(request, message)
        editing.react(actor=request.user, message=row, **validated(request, EmojiInput))
        return message_answer(request, message)

    @extend_schema(
        operation_id="message_unreact", parameters=[OpenApiParameter("emoji", str, required=True)],
        responses=MessageSerializer,
    )  # fmt: skip
    def delete(self, request: Request, message: int) -> Response:
        """Take one's reaction back; again changes nothing."""
        row = message_for(request, message)
        editing.unreact(actor=request.user, message=row, emoji=request.query_params.get("emoji", ""))
        return message_answer(request, message)


class ReadersView(ApiView):
    pagination_class = None

    @extend_schema(operation_id="message_readers", responses=ReaderSerializer(many=True))
    def get(self, request: Request, message: int) -> Response:
        """Who has read this message, where they show it."""
        rows = readers_of(message_for(request, message))
        people = [{**PersonSerializer(row.user).data, "read_at": vars(row)["read_at"]} for row in rows]
        return Response(people)


class AttachmentsView(ApiView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="message_upload", responses={201: AttachmentSerializer},
        request=UploadInput,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Upload a file that a message will name in `attachments`; without one it is deleted after a day."""
        body: dict[str, Any] = validated(request, UploadInput)
        row = attachments.upload(actor=request.user, file=body["attachment"])
        return Response(attachment_shown(row), status=201)


class SearchView(ApiView):
    pagination_class = None

    @extend_schema(
        operation_id="messages_search", parameters=[OpenApiParameter("q", str), OpenApiParameter("cursor", str)],
        responses=MessagePage,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Find words in one's own conversations, newest first."""
        paginator = CursorPagination()
        rows = loaded(search(request.user, request.query_params.get("q", "")))
        page = paginator.paginate_queryset(rows, request, view=self)
        return paginator.get_paginated_response(MessageSerializer(page, many=True).data)


class PreferencesView(ApiView):
    @extend_schema(operation_id="messages_preferences", responses=MessagingPreferenceSerializer)
    def get(self, request: Request) -> Response:
        """What one chose for messages."""
        return Response(MessagingPreferenceSerializer(preferences.preference_of(request.user)).data)

    @extend_schema(
        operation_id="messages_preferences_change",
        request=MessagingPreferenceSerializer,
        responses=MessagingPreferenceSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Choose who may write, and what others see."""
        body = validated(request, MessagingPreferenceSerializer, partial=True)
        row = preferences.change_preferences(actor=request.user, **body)
        return Response(MessagingPreferenceSerializer(row).data)
