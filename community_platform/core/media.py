"""Public uploads: avatars, covers, lesson videos. In production the proxy serves them from the same folder."""

import mimetypes
import posixpath
import re
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils._os import safe_join
from django.views.decorators.http import require_safe
from django.views.static import serve

# A shorter part than asked for is a valid answer; players ask for the next one, and memory stays small.
PART_BYTES = 1024 * 1024
MAX_AGE = 365 * 86_400
PRIVATE = ("course-files/", "exports/", "messages/")  # their own pages ask who wants them


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer a file, or the part of it that `Range` asks for: a video cannot be wound without.

    Uploads are hostile until proven otherwise: a sandboxing policy keeps even a mistyped file from running here.
    """
    if posixpath.normpath(path).lstrip("/").startswith(PRIVATE):
        raise Http404
    response = _part(request, path) or serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}, immutable"  # names are never used twice
    response.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; media-src 'self'; img-src 'self'"
    )
    return response


def _part(request: HttpRequest, path: str) -> HttpResponseBase | None:
    """Return 206 or 416 for a single byte range, None where the whole file is asked for."""
    asked = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", request.headers.get("Range", ""))
    if asked is None or not (asked[1] or asked[2]):
        return None
    file = Path(safe_join(str(settings.MEDIA_ROOT), path))
    if not file.is_file():
        raise Http404
    size = file.stat().st_size
    if asked[1]:
        first, last = int(asked[1]), min(int(asked[2]), size - 1) if asked[2] else size - 1
    else:
        first, last = max(0, size - int(asked[2])), size - 1
    if first > last or first >= size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    last = min(last, first + PART_BYTES - 1)
    with file.open("rb") as opened:
        opened.seek(first)
        content = opened.read(last - first + 1)
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    response = HttpResponse(content, status=206, content_type=kind)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response
