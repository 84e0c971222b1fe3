"""/api/notifications: one's own inbox."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.pagination import TimeCursorPagination
from community_platform.core.api.views import ApiView
from community_platform.core.errors import Invalid
from notifications.models import Notification
from notifications.selectors import inbox as selectors
from notifications.services import inbox
from profiles.api.serializers import PersonSerializer


class NotificationSerializer(serializers.Serializer[Notification]):
    """`text` is worded in the reader's language."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    text = serializers.CharField()
    url = serializers.CharField()
    actors = PersonSerializer(many=True)
    count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Notification) -> dict[str, Any]:
        return selectors.shown(instance)


class NotificationPage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = NotificationSerializer(many=True)


class ReadInput(serializers.Serializer[Any]):
    """Either `ids` or `all: true`."""

    ids = serializers.ListField(child=serializers.IntegerField(), required=False, max_length=inbox.MAX_IDS)
    all = serializers.BooleanField(required=False)


class UnreadCountSerializer(serializers.Serializer[Any]):
    unread_count = serializers.IntegerField()


class NotificationsView(ApiView):
    """One's own notifications, newest first."""

    @extend_schema(
        operation_id="notifications_list",
        parameters=[OpenApiParameter("cursor", str)],
        responses={200: NotificationPage},
    )
    def get(self, request: Request) -> Response:
        paginator = TimeCursorPagination()
        page = paginator.paginate_queryset(selectors.inbox(request.user), request, view=self)
        rows = selectors.gathered(request.user, page or [])
        return paginator.get_paginated_response(NotificationSerializer(rows, many=True).data)


class NotificationsReadView(ApiView):
    """Mark some or all of one's notifications as read."""

    @extend_schema(
        operation_id="notifications_read", request=ReadInput, responses={200: UnreadCountSerializer}
    )
    def post(self, request: Request) -> HttpResponse:
        body = ReadInput(data=request.data)
        body.is_valid(raise_exception=True)
        ids, everything = body.validated_data.get("ids"), body.validated_data.get("all", False)
        if (ids is None) != everything:
            raise Invalid(_("Give either “ids” or “all”."), field="ids")
        return Response({"unread_count": inbox.mark_read(actor=request.user, ids=ids)})
