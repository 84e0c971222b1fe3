"""/api/messages/conversations: the inbox, beginning, reading and arranging conversations."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import CursorPagination, PageNumberPagination
from community_platform.core.api.views import ApiView, get_or_404
from community_platform.core.errors import Invalid, NotFound
from messaging.api.serializers import (
    ArchiveInput,
    ConversationDetailSerializer,
    ConversationSerializer,
    MessageDraftInput,
    MessageSerializer,
    MuteInput,
    PeopleInput,
    PresenceAnswer,
    RequestAnswerInput,
    StartInput,
    TitleInput,
    UnreadAnswer,
    people_of,
)
from messaging.limits import PAGE
from messaging.models import Conversation, Participant
from messaging.selectors import inbox, people
from messaging.selectors.presence import online_now
from messaging.selectors.shown import loaded
from messaging.services import conversations, members, reading, sending


class MessageCursor(CursorPagination):
    """Newest first, PAGE a page; numbers are gap-free, so pages never shift."""

    page_size = PAGE
    ordering = "-seq"


def validated(request: Request, serializer: Any, **options: Any) -> dict[str, Any]:
    """Return the checked body. Raises ValidationError."""
    parsed = serializer(data=request.data, **options)
    parsed.is_valid(raise_exception=True)
    return dict(parsed.validated_data)


def conversation_for(request: Request, pk: int) -> Conversation:
    return get_or_404(Conversation.objects.visible_to(request.user), pk=pk)


def seat_for(request: Request, pk: int) -> Participant:
    conversation_for(request, pk)
    seat = inbox.seat_in(request.user, pk)
    if seat is None:
        raise NotFound
    return seat


def answer(request: Request, pk: int, status: int = 200) -> Response:
    """Answer the conversation as it is now."""
    return Response(ConversationSerializer(seat_for(request, pk)).data, status=status)


class ConversationsView(ApiView):
    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="conversations_list",
        parameters=[OpenApiParameter("tab", str, enum=inbox.TABS), OpenApiParameter("q", str)],
        responses=ConversationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """One's conversations, the one active last first. `tab`: all, unread, requests, archived."""
        tab = request.query_params.get("tab", "all")
        if tab not in inbox.TABS:
            raise Invalid(f"{', '.join(inbox.TABS)}", code="invalid_choice", field="tab")
        rows = inbox.inbox(request.user, tab=tab, q=request.query_params.get("q", ""))
        return self.paginate(rows, ConversationSerializer)

    @extend_schema(
        operation_id="conversation_start", request=StartInput,
        responses={200: ConversationSerializer, 201: ConversationSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> HttpResponse:
        """Begin a conversation; the one-to-one that exists is answered with 200, and `content` is sent into it."""
        body = validated(request, StartInput)
        named = people_of(body["participants"], "participants")
        others = [person for person in named if person.pk != request.user.pk]
        with transaction.atomic():
            if len(others) > 1 or body.get("is_group"):
                title = body.get("title", "")
                conversation = conversations.create_group(actor=request.user, people=others, title=title)
                is_new = True
            else:
                person = others[0] if others else request.user
                conversation, is_new = conversations.open_direct(actor=request.user, person=person)
            if body.get("content"):
                sending.send(actor=request.user, conversation=conversation, content=body["content"])
        return answer(request, conversation.pk, 201 if is_new else 200)


class ConversationView(ApiView):
    pagination_class = None

    @extend_schema(
        operation_id="conversation", parameters=[OpenApiParameter("cursor", str)],
        responses=ConversationDetailSerializer,
    )  # fmt: skip
    def get(self, request: Request, conversation: int) -> Response:
        """Read a conversation and a page of its messages, newest first. Reading it here marks nothing."""
        seat = seat_for(request, conversation)
        paginator = MessageCursor()
        page = paginator.paginate_queryset(loaded(inbox.messages_of(seat)), request, view=self)
        messages = paginator.get_paginated_response(MessageSerializer(page, many=True).data).data
        data = {**ConversationSerializer(seat).data, "draft": seat.draft, "messages": messages}
        return Response(data)

    @extend_schema(operation_id="conversation_rename", request=TitleInput, responses=ConversationSerializer)
    def patch(self, request: Request, conversation: int) -> Response:
        """Give one's group another title."""
        row = conversation_for(request, conversation)
        members.rename(actor=request.user, conversation=row, **validated(request, TitleInput))
        return answer(request, conversation)


class ParticipantsView(ApiView):
    @extend_schema(
        operation_id="conversation_add_people", request=PeopleInput, responses=ConversationSerializer
    )
    def post(self, request: Request, conversation: int) -> Response:
        """Add people to one's group; who is in it already stays."""
        row = conversation_for(request, conversation)
        named = people_of(validated(request, PeopleInput)["users"], "users")
        members.add_people(actor=request.user, conversation=row, people=named)
        return answer(request, conversation)


class ParticipantView(ApiView):
    @extend_schema(operation_id="conversation_remove_person", responses={204: None})
    def delete(self, request: Request, conversation: int, user: int) -> Response:
        """Take somebody out of one's group; again changes nothing."""
        row = conversation_for(request, conversation)
        person = people.anybody(user)
        if person is None:
            raise NotFound
        members.remove_person(actor=request.user, conversation=row, person=person)
        return Response(status=204)


class LeaveView(ApiView):
    @extend_schema(operation_id="conversation_leave", request=None, responses={204: None})
    def post(self, request: Request, conversation: int) -> Response:
        """Leave a group."""
        members.leave(actor=request.user, conversation=conversation_for(request, conversation))
        return Response(status=204)


class MuteView(ApiView):
    @extend_schema(operation_id="conversation_mute", request=MuteInput, responses=ConversationSerializer)
    def put(self, request: Request, conversation: int) -> Response:
        """Be told nothing of it until then."""
        row = conversation_for(request, conversation)
        members.mute(actor=request.user, conversation=row, **validated(request, MuteInput))
        return answer(request, conversation)


class ArchiveView(ApiView):
    @extend_schema(
        operation_id="conversation_archive", request=ArchiveInput, responses=ConversationSerializer
    )
    def put(self, request: Request, conversation: int) -> Response:
        """Put it away until somebody writes, or take it out."""
        row = conversation_for(request, conversation)
        members.archive(actor=request.user, conversation=row, **validated(request, ArchiveInput))
        return answer(request, conversation)


class RequestView(ApiView):
    @extend_schema(
        operation_id="conversation_answer_request", request=RequestAnswerInput, responses={204: None}
    )
    def put(self, request: Request, conversation: int) -> Response:
        """Accept or decline what a stranger wrote."""
        row = conversation_for(request, conversation)
        conversations.answer_request(
            actor=request.user, conversation=row, **validated(request, RequestAnswerInput)
        )
        return Response(status=204)


class DraftView(ApiView):
    @extend_schema(operation_id="conversation_draft", request=MessageDraftInput, responses={204: None})
    def put(self, request: Request, conversation: int) -> Response:
        """Keep what is not sent yet; an empty text forgets it."""
        row = conversation_for(request, conversation)
        members.save_draft(actor=request.user, conversation=row, **validated(request, MessageDraftInput))
        return Response(status=204)


class ConversationReadView(ApiView):
    @extend_schema(operation_id="conversation_read", request=None, responses=UnreadAnswer)
    def post(self, request: Request, conversation: int) -> Response:
        """Mark everything in it as read."""
        reading.mark_conversation_read(
            actor=request.user, conversation=conversation_for(request, conversation)
        )
        return Response(unread_answer(request))


class PresenceView(ApiView):
    @extend_schema(operation_id="messages_presence", responses=PresenceAnswer)
    def get(self, request: Request) -> Response:
        """Who is online of those one talks to; who hides it is absent."""
        return Response({"online": online_now(request.user)})


class UnreadCountView(ApiView):
    @extend_schema(operation_id="messages_unread_count", responses=UnreadAnswer)
    def get(self, request: Request) -> Response:
        """How many messages wait, and in how many conversations."""
        return Response(unread_answer(request))


def unread_answer(request: Request) -> dict[str, int]:
    waiting = inbox.unread(request.user)
    return {"unread_count": waiting.messages, "conversations": waiting.conversations}
