"""Database work of the event loop, on threads of its own.

Channels' `database_sync_to_async` shares one thread with everything else of the process, so one slow query would
delay every socket. These few threads are bounded, and each call returns its connection.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from community_platform.core.realtime.limits import DATABASE_THREADS

P = ParamSpec("P")
T = TypeVar("T")

_threads = ThreadPoolExecutor(max_workers=DATABASE_THREADS, thread_name_prefix="realtime-db")


async def in_database(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the synchronous `function` on a database thread and return its answer."""

    def call() -> T:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return await sync_to_async(call, thread_sensitive=False, executor=_threads)()
