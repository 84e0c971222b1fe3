"""Answers that are made while they are sent: of any length, in little memory."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO

from django.db import connection
from django.http import StreamingHttpResponse

PIECE = 64 * 1024  # characters, about


async def in_thread(lines: Iterator[str]) -> AsyncIterator[bytes]:
    """Yield what `lines` gives, a piece at a time, made in a thread of its own.

    So a generator that reads the database has one connection and may hold one transaction from the first line to the
    last; both end with it, also when the reader goes away half way. The next piece is made when it is asked for: a
    slow reader does not fill the memory.
    """
    run = asyncio.get_running_loop().run_in_executor
    with ThreadPoolExecutor(1, thread_name_prefix="stream") as worker:
        try:
            while piece := await run(worker, _piece, lines):
                yield piece
        finally:
            await run(worker, _end, lines)


async def of_file(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Yield an open file, a piece at a time, and close it."""
    run = asyncio.get_running_loop().run_in_executor
    with file:
        while piece := await run(None, file.read, PIECE):
            yield piece


def private_file(file: IO[bytes], *, name: str, size: int, content_type: str) -> StreamingHttpResponse:
    """Answer an open file of `size` bytes for its owner to keep, under an ASCII `name`; no cache keeps it."""
    response = StreamingHttpResponse(of_file(file), content_type=content_type)
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _piece(lines: Iterator[str]) -> bytes:
    taken, length = [], 0
    for line in lines:
        taken.append(line)
        length += len(line)
        if length >= PIECE:
            break
    return "".join(taken).encode()


def _end(lines: Iterator[str]) -> None:
    close = getattr(lines, "close", None)
    if close is not None:
        close()
    connection.close()
