"""/api/notifications/push: the browsers that one is pushed to. Absent where the site has no keys."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.views import ApiView
from community_platform.core.errors import NotFound
from notifications.services import push


class PushKeysInput(serializers.Serializer[Any]):
    """As `PushSubscription.toJSON()` of a browser gives them."""

    p256dh = serializers.CharField(max_length=120)
    auth = serializers.CharField(max_length=40)


class PushInput(serializers.Serializer[Any]):
    endpoint = serializers.CharField(max_length=push.ENDPOINT_MAX)
    keys = PushKeysInput()


class PushEndpointInput(serializers.Serializer[Any]):
    endpoint = serializers.CharField(max_length=push.ENDPOINT_MAX)


class PushKeySerializer(serializers.Serializer[Any]):
    public_key = serializers.CharField(help_text="For PushManager.subscribe: `applicationServerKey`, base64url.")


class PushView(ApiView):
    """Pushes to the browser that asks."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not push.is_configured():
            raise NotFound

    @extend_schema(operation_id="push_key", responses={200: PushKeySerializer})
    def get(self, request: Request) -> Response:
        return Response({"public_key": push.public_key()})

    @extend_schema(operation_id="push_subscribe", request=PushInput, responses={201: PushEndpointInput})
    def post(self, request: Request) -> Response:
        body = PushInput(data=request.data)
        body.is_valid(raise_exception=True)
        endpoint, keys = body.validated_data["endpoint"], body.validated_data["keys"]
        device = request.headers.get("User-Agent", "")
        push.subscribe(actor=request.user, endpoint=endpoint, p256dh=keys["p256dh"], auth=keys["auth"], device=device)
        return Response({"endpoint": endpoint}, status=201)

    @extend_schema(operation_id="push_unsubscribe", request=PushEndpointInput, responses={204: None})
    def delete(self, request: Request) -> Response:
        body = PushEndpointInput(data=request.data)
        body.is_valid(raise_exception=True)
        push.unsubscribe(actor=request.user, endpoint=body.validated_data["endpoint"])
        return Response(status=204)
