"""Files of lessons, for those who may see the lesson: pictures, films by parts, captions, downloads."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.sending import send_file
from courses.models import CourseFile

MAX_AGE = 3600  # in the reader's own cache; no shared one, for who may see it can change
PART_BYTES = 1024 * 1024  # a shorter part than asked for is a valid answer; players ask for the next one
SHOWN = {"picture", "video", "captions"}


@require_safe
def course_file(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """Answer the file, or the part that `Range` asks for. What is neither shown nor played is downloaded, never run."""
    row = get_or_404(CourseFile.objects.visible_to(request.user), key=key, name=name)
    tag = f'"file-{row.key}"'  # a file never changes
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = _part(request, row) or _whole(request, row)
        response["Accept-Ranges"] = "bytes"
    response["ETag"] = tag
    response["Cache-Control"] = f"private, max-age={MAX_AGE}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; media-src 'self'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _whole(request: HttpRequest, row: CourseFile) -> HttpResponseBase:
    kind = "text/plain; charset=utf-8" if row.content_type == "text/plain" else row.content_type
    name = "" if row.kind in SHOWN else row.name
    return send_file(request, row.file.open("rb"), content_type=kind, name=name, size=row.size)


def _part(request: HttpRequest, row: CourseFile) -> HttpResponse | None:
    """Return 206 or 416 for a single byte range, None where the whole file is asked for."""
    asked = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", request.headers.get("Range", ""))
    if asked is None or not (asked[1] or asked[2]):
        return None
    if asked[1]:
        first, last = int(asked[1]), min(int(asked[2]), row.size - 1) if asked[2] else row.size - 1
    else:
        first, last = max(0, row.size - int(asked[2])), row.size - 1
    if first > last or first >= row.size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{row.size}"})
    last = min(last, first + PART_BYTES - 1)
    with row.file.open("rb") as opened:
        opened.seek(first)
        content = opened.read(last - first + 1)
    response = HttpResponse(content, status=206, content_type=row.content_type)
    response["Content-Range"] = f"bytes {first}-{last}/{row.size}"
    return response
