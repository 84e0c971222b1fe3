"""Tables to take away."""

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.models import ExportFormat
from analytics.services import exporting
from analytics.views.frame import frame_of
from community_platform.core.html import sign_in_first
from community_platform.core.streaming import in_thread, of_file

TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@never_cache
@require_safe
@sign_in_first
def export(request: HttpRequest, slug: str, table: str, format: str) -> StreamingHttpResponse:
    """Give a table of a course: `?from=&to=`, and `bom=1` for a CSV that old spreadsheets read as UTF-8."""
    frame = frame_of(request, slug, "overview")
    note = exporting.begin_export(
        actor=request.user, course=frame.course, table=table, format=format, days=frame.days,
        has_bom="bom" in request.GET,
    )  # fmt: skip
    if format == ExportFormat.XLSX:
        body = of_file(exporting.workbook(note, frame.course, frame.days))
    else:
        body = in_thread(exporting.lines(note, frame.course, frame.days))
    response = StreamingHttpResponse(body, content_type=TYPES[ExportFormat(format)])
    name = f"{frame.course.slug}_{table}_{frame.days.first}_{frame.days.last}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
