"""/api/forum/export: the whole forum, for administrators."""

from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from community_platform.core import ratelimits
from community_platform.core.api.views import ApiView
from community_platform.core.ratelimits import Limit
from community_platform.core.streaming import in_thread
from forum.services.transfer.export import export_lines

EXPORTS = Limit("forum-export", 10, 3600)  # of one person
NDJSON = "application/x-ndjson"


class NdjsonRenderer(JSONRenderer):
    """Lets a client ask for the type that it gets."""

    media_type = NDJSON
    format = "ndjson"


class ExportView(ApiView):
    renderer_classes = (JSONRenderer, NdjsonRenderer)
    failures: dict[str, Any] = {"get": (403,)}

    @extend_schema(
        operation_id="forum_export",
        parameters=[OpenApiParameter("emails", bool, description="Also tell the e-mails of the people.")],
        responses={(200, NDJSON): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Take the forum out, one JSON object a line, as `manage.py export_forum` does; `import_forum` reads it."""
        with_emails = request.query_params.get("emails", "").lower() in {"1", "true"}
        lines = export_lines(actor=request.user, with_emails=with_emails)
        ratelimits.hit(request.user.pk, EXPORTS)
        response = StreamingHttpResponse(in_thread(lines), content_type=f"{NDJSON}; charset=utf-8")
        name = f"forum-{timezone.now():%Y-%m-%d}.ndjson"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response
