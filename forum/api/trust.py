"""/api/forum/trust: one's own trust level."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.views import ApiView
from forum.selectors.trust import standing


class NeedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()
    value = serializers.IntegerField()
    target = serializers.IntegerField()
    is_met = serializers.BooleanField()


class TrustSerializer(serializers.Serializer[Any]):
    level = serializers.IntegerField(help_text="Earned, 0 to 3.")
    acts_as = serializers.IntegerField(help_text="What limits go by: who teaches or moderates has 3.")
    next_level = serializers.IntegerField(allow_null=True)
    needs = NeedSerializer(many=True, help_text="Of the next level.")
    or_lessons = NeedSerializer(allow_null=True, help_text="Stands for the topics and posts to be read.")
    is_capped = serializers.BooleanField(help_text="A penalty keeps the level low for a time.")


class TrustView(ApiView):
    @extend_schema(operation_id="forum_trust", responses=TrustSerializer)
    def get(self, request: Request) -> Response:
        """My trust level, and what the next one asks for."""
        return Response(TrustSerializer(standing(request.user)).data)
