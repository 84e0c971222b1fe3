"""/api/gamification/preferences: who wants to play."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import expected_revision, stamp
from community_platform.core.api.views import ApiView
from gamification.models import GamificationPreference
from gamification.selectors.preferences import preference_of
from gamification.services.preferences import set_preferences


class GamePreferencesSerializer(serializers.Serializer[Any]):
    """`is_on` off hides points, badges, streaks and boards from oneself; nothing is lost."""

    is_on = serializers.BooleanField()
    in_leaderboards = serializers.BooleanField()
    has_reminders = serializers.BooleanField(help_text="Of a streak that ends tonight, at 20:00 local.")


class PreferencesView(ApiView):
    """One's own choices."""

    @extend_schema(
        operation_id="gamification_preferences_retrieve", responses={200: GamePreferencesSerializer}
    )
    def get(self, request: Request) -> HttpResponse:
        return _answer(preference_of(request.user))

    @extend_schema(
        operation_id="gamification_preferences_partial_update",
        request=GamePreferencesSerializer(partial=True),
        responses={200: GamePreferencesSerializer},
    )
    def patch(self, request: Request) -> HttpResponse:
        body = GamePreferencesSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        revision = expected_revision(request, "game", request.user.pk)
        whose = {"actor": request.user, "account": request.user, "expected_revision": revision}
        return _answer(set_preferences(**whose, **body.validated_data))


def _answer(row: GamificationPreference) -> HttpResponse:
    return stamp(Response(GamePreferencesSerializer(row).data), "game", row.pk, row.revision)
