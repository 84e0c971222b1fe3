"""/api/streak: one's own streak."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.views import ApiView
from community_platform.core.errors import Invalid
from gamification.selectors import streaks

YEARS = range(2000, 2101)


class StreakSerializer(serializers.Serializer[Any]):
    """`current_streak` is settled as of today in one's own zone."""

    current_streak = serializers.IntegerField()
    longest_streak = serializers.IntegerField()
    total_active_days = serializers.IntegerField()
    last_active_date = serializers.DateField(allow_null=True)
    streak_freezes_available = serializers.IntegerField()
    streak_freeze_used_at = serializers.DateTimeField(allow_null=True)


class CalendarDaySerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    state = serializers.ChoiceField(choices=["active", "frozen"])


class CalendarSerializer(serializers.Serializer[Any]):
    days = CalendarDaySerializer(many=True)


class StreakView(ApiView):
    """One's own streak."""

    @extend_schema(operation_id="streak_retrieve", responses={200: StreakSerializer})
    def get(self, request: Request) -> Response:
        return Response(StreakSerializer(streaks.streak_for(request.user)).data)


class StreakCalendarView(ApiView):
    """The active and frozen days of a year; this year without `year`."""

    @extend_schema(
        operation_id="streak_calendar_retrieve",
        parameters=[OpenApiParameter("year", int)],
        responses={200: CalendarSerializer},
    )
    def get(self, request: Request) -> Response:
        standing = streaks.streak_for(request.user)
        asked = request.query_params.get("year", "") or str(standing.today.year)
        if not (asked.isascii() and asked.isdecimal() and len(asked) == 4 and int(asked) in YEARS):
            raise Invalid(_("Give a year such as 2026."), field="year")
        first, last = date(int(asked), 1, 1), date(int(asked), 12, 31)
        found = streaks.states(request.user, first, last, standing)
        days = [{"date": day, "state": state} for day, state in found.items()]
        return Response(CalendarSerializer({"days": days}).data)
