"""The base of every API view."""

from datetime import UTC
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from community_platform.core.api.pagination import MAX_ID_DIGITS, PageNumberPagination
from community_platform.core.errors import NotFound

M = TypeVar("M", bound=Model)
MAX_ID = 2**63 - 1


class ReadsArePublic(BasePermission):
    """Reading needs no sign-in (what is visible, the queryset decides); writing answers 401 without one."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or bool(request.user and request.user.is_authenticated)


class ApiView(APIView):
    """One URL. Signed-in people only, unless `permission_classes = [ReadsArePublic]`."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in UTC whoever asks: the zone that a session activates is for pages, and `Z` would be a lie."""
        with timezone.override(UTC):
            return super().dispatch(request, *args, **kwargs)

    def paginate(
        self,
        queryset: QuerySet[Any] | list[Any],
        serializer: type[BaseSerializer[Any]],
        *,
        pagination: type[PageNumberPagination] = PageNumberPagination,
        context: dict[str, Any] | None = None,
    ) -> Response:
        """Answer one page of `queryset` as the usual list object."""
        paginator = pagination()
        page = paginator.paginate_queryset(queryset, self.request, view=self)
        data = serializer(page, many=True, context={"request": self.request, **(context or {})}).data
        return paginator.get_paginated_response(data)

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().finalize_response(request, response, *args, **kwargs)
        # What a person sees depends on who asks, so shared caches must keep answers apart.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def by_key(key: int | str) -> dict[str, int | str]:
    """Return the lookup of an id or a slug from a path or a body; more digits than any id has are absent too."""
    if isinstance(key, str) and key.isascii() and key.isdecimal():
        key = int(key) if len(key) <= MAX_ID_DIGITS else MAX_ID + 1
    return {"slug": key} if isinstance(key, str) else {"pk": key}


def get_or_404(queryset: QuerySet[M], **lookup: Any) -> M:
    """Return the one row, or raise NotFound: absent and invisible look alike. Ids beyond 63 bits are absent."""
    if any(isinstance(value, int) and abs(value) > MAX_ID for value in lookup.values()):
        raise NotFound
    row = queryset.filter(**lookup).first()
    if row is None:
        raise NotFound
    return row
