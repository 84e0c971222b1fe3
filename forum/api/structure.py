"""/api/forum/topics/{id}: move, split, merge, slow mode."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from community_platform.core.api.fields import IdOrSlugField, SourceField
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.views import ApiView
from forum import services
from forum.api.reading import topic_answer, topic_for, validated
from forum.api.serializers import TopicSerializer
from forum.limits import SLOW_MODE_MAX, SPLIT_MAX
from forum.models import TopicKind


class MoveInput(serializers.Serializer[Any]):
    category = IdOrSlugField()


class SplitInput(serializers.Serializer[Any]):
    """`posts` are ids of replies; `category` is that of the topic when left out."""

    posts = serializers.ListField(child=serializers.IntegerField(), min_length=1, max_length=SPLIT_MAX)
    title = SourceField()
    category = IdOrSlugField(required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=TopicKind.choices[:2], required=False)


class MergeInput(serializers.Serializer[Any]):
    into = serializers.IntegerField()


class SlowModeInput(serializers.Serializer[Any]):
    """`seconds` between two posts of one person, 0 for the category's own; `until` null means for good."""

    seconds = serializers.IntegerField(min_value=0, max_value=SLOW_MODE_MAX)
    until = serializers.DateTimeField(required=False, allow_null=True)


class TopicMoveView(ApiView):
    @extend_schema(operation_id="forum_topic_move", request=MoveInput, responses={200: TopicSerializer})
    def post(self, request: Request, topic: int) -> HttpResponse:
        """Put a topic into another category."""
        row = topic_for(request, topic)
        services.move_topic(actor=request.user, topic=row, **validated(request, MoveInput))
        return topic_answer(request, row.pk)


class TopicSplitView(ApiView):
    @extend_schema(operation_id="forum_topic_split", request=SplitInput, responses={201: TopicSerializer})
    @idempotent
    def post(self, request: Request, topic: int) -> HttpResponse:
        """Make a topic of some replies, numbered from 1; answers the new topic."""
        row = topic_for(request, topic)
        made = services.split_topic(actor=request.user, topic=row, **validated(request, SplitInput))
        return topic_answer(request, made.pk, status=201)


class TopicMergeView(ApiView):
    @extend_schema(operation_id="forum_topic_merge", request=MergeInput, responses={200: TopicSerializer})
    def post(self, request: Request, topic: int) -> HttpResponse:
        """Append all posts to the topic `into`, which is answered; this one is 404 from then on."""
        row = topic_for(request, topic)
        target = services.merge_topic(actor=request.user, topic=row, **validated(request, MergeInput))
        return topic_answer(request, target.pk)


class TopicSlowModeView(ApiView):
    @extend_schema(operation_id="forum_topic_slow_mode", request=SlowModeInput, responses=TopicSerializer)
    def put(self, request: Request, topic: int) -> HttpResponse:
        """Let each person write once in so many seconds, until a moment or for good."""
        row = topic_for(request, topic)
        services.set_slow_mode(actor=request.user, topic=row, **validated(request, SlowModeInput))
        return topic_answer(request, row.pk)
