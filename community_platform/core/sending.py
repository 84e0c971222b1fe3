"""Files as answers, in little memory on both kinds of server."""

from collections.abc import AsyncIterator
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

PIECE = 256 * 1024


def send_file(
    request: HttpRequest, file: Any, *, content_type: str, name: str = "", size: int | None = None
) -> StreamingHttpResponse:
    """Answer an open `file` and close it; with a `name` it is downloaded under it. `size` in bytes, if known.

    Django would read a file whole into memory before an asynchronous server sends it.
    """
    if not hasattr(request, "scope"):
        answer: StreamingHttpResponse = FileResponse(file, content_type=content_type)
    else:
        answer = StreamingHttpResponse(_pieces(file), content_type=content_type)
    if size is not None:
        answer["Content-Length"] = str(size)
    if name:
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    read = sync_to_async(file.read, thread_sensitive=False)
    try:
        while piece := await read(PIECE):
            yield piece
    finally:
        await sync_to_async(file.close, thread_sensitive=False)()
