"""OpenAPI: documents problem details and the shared headers on every operation."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from community_platform.core.errorpages import TITLES


class ProblemFieldSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details, RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = ProblemFieldSerializer(many=True)


class ProblemAutoSchema(AutoSchema):
    """Adds the failures an operation can answer. A view lists its own in `failures = {"post": (409,)}`."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses: dict[str, Any] = super()._get_response_bodies(direction)
        for status in sorted(self._failures()):
            if str(status) not in responses:
                problem = OpenApiResponse(response=ProblemSerializer, description=TITLES.get(status, "Error"))
                responses[str(status)] = self._get_response_for_code(problem, str(status), direction=direction)
        return responses

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        handler = getattr(self.view, self.method.lower(), None)
        if getattr(handler, "idempotent", False):
            parameters.append(OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER))
        if self.method in {"PUT", "PATCH"}:
            parameters.append(OpenApiParameter("If-Match", str, OpenApiParameter.HEADER))
        return parameters

    def map_renderers(self, attribute: str) -> list[str]:
        return ["application/json"]

    def _get_response_for_code(
        self, serializer: Any, status_code: Any, media_types: Any = None, direction: str = "response"
    ) -> dict[str, Any]:
        if int(str(status_code)) >= 400:
            media_types = ["application/problem+json"]
        return super()._get_response_for_code(serializer, status_code, media_types, direction)

    def _failures(self) -> set[int]:
        failures = {400, 401, 404, 406, 429}
        if self.method in {"POST", "PUT", "PATCH", "DELETE"}:
            failures |= {403, 409, 413, 415, 503}
        if self.method in {"PUT", "PATCH"}:
            failures.add(412)
        if getattr(getattr(self.view, self.method.lower(), None), "idempotent", False):
            failures.add(422)
        failures |= set(getattr(self.view, "failures", {}).get(self.method.lower(), ()))
        return failures
