"""Times every page, API request and query. Adds a microsecond or two, and writes nothing itself."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from analytics.services.latency import start_flushing
from community_platform.core.timings import record

GetResponse = Callable[[HttpRequest], HttpResponse]
UNTIMED = ("/static/", "/media/", "/health/", "/admin/")


class timed:  # noqa: N801 - named like the function it acts as
    """Count how long the answer and each of its queries took (core.timings)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(UNTIMED):
            return self.get_response(request)
        if not settings.TESTING:
            start_flushing()
        began = perf_counter()
        with connection.execute_wrapper(_time_query):
            response = self.get_response(request)
        record("api" if request.path.startswith("/api/") else "page", perf_counter() - began)
        return response


def _time_query(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    began = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        record("query", perf_counter() - began)
