"""Unknown addresses under /api/ answer problem details, never HTML."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from community_platform.core.errors import NotFound


@extend_schema(exclude=True)
class MissingEndpoint(APIView):
    """404 for every method."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound

    def get(self, request: Request) -> Response:
        raise NotFound

    post = put = patch = delete = get
