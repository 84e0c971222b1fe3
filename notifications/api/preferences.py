"""/api/notifications/preferences: what one is told, and where."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import expected_revision, stamp
from community_platform.core.api.views import ApiView
from community_platform.core.errors import Invalid
from notifications.catalogue import CHANNELS, KINDS
from notifications.models import Digest, NotificationSetting
from notifications.selectors.preferences import Choice, choices_of, revision_of, setting_of
from notifications.services.preferences import set_preferences


class PreferenceSerializer(serializers.Serializer[Any]):
    """A channel that is left out stays as it is."""

    kind = serializers.CharField()
    in_app = serializers.BooleanField(required=False)
    email = serializers.BooleanField(required=False)
    push = serializers.BooleanField(required=False)


class QuietHoursSerializer(serializers.Serializer[Any]):
    """Local times of the person's zone, over midnight where `from` is later than `to`."""

    to = serializers.TimeField(format="%H:%M")

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.TimeField(format="%H:%M"), **super().get_fields()}


class PreferencesSerializer(serializers.Serializer[Any]):
    """Kinds that are left out stay as they are; `quiet_hours: null` ends quiet hours."""

    preferences = PreferenceSerializer(many=True, required=False, max_length=len(KINDS))  # type: ignore[call-arg]  # of the list
    digest = serializers.ChoiceField(choices=Digest.values, required=False)
    quiet_hours = QuietHoursSerializer(required=False, allow_null=True)


class PreferencesView(ApiView):
    """What one is told of, by kind and channel; digest and quiet hours of mail and push."""

    @extend_schema(operation_id="notifications_preferences_retrieve", responses={200: PreferencesSerializer})
    def get(self, request: Request) -> HttpResponse:
        return _answer(request, choices_of(request.user), setting_of(request.user))

    @extend_schema(
        operation_id="notifications_preferences_update",
        request=PreferencesSerializer,
        responses={200: PreferencesSerializer},
    )
    def put(self, request: Request) -> HttpResponse:
        body = PreferencesSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given: dict[str, Any] = {}
        if "quiet_hours" in body.validated_data:
            hours = body.validated_data["quiet_hours"]
            given["quiet"] = (hours["from"], hours["to"]) if hours else ()
        revision = expected_revision(request, "notifications", request.user.pk)
        kept = set_preferences(
            actor=request.user, choices=_choices(body.validated_data.get("preferences", [])),
            digest=body.validated_data.get("digest"), expected_revision=revision, **given,
        )  # fmt: skip
        return _answer(request, *kept)


def _choices(rows: list[dict[str, Any]]) -> dict[str, dict[str, bool]]:
    found = {row["kind"]: {channel: row[channel] for channel in CHANNELS if channel in row} for row in rows}
    if len(found) != len(rows):
        raise Invalid(_("Name each kind once."), code="duplicate", field="preferences")
    return found


def _answer(request: Request, choices: list[Choice], setting: NotificationSetting) -> HttpResponse:
    quiet = None
    if setting.quiet_from is not None and setting.quiet_to is not None:
        quiet = {"from": f"{setting.quiet_from:%H:%M}", "to": f"{setting.quiet_to:%H:%M}"}
    rows = [{"kind": one.kind.name} | {channel: one.is_on(channel) for channel in CHANNELS} for one in choices]
    answer = Response({"preferences": rows, "digest": setting.digest, "quiet_hours": quiet})
    return stamp(answer, "notifications", request.user.pk, revision_of(choices, setting))
