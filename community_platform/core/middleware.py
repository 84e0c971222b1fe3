"""Request-wide rules: bytes no database can store, and domain errors as pages."""

from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from community_platform.core.errorpages import error_page
from community_platform.core.errors import DomainError, ReadOnlyMode

GetResponse = Callable[[HttpRequest], HttpResponse]
ADMIN_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'"
)


class reject_nul:  # noqa: N801 - named like the function it acts as
    """Answer 400 to a NUL in path or query: PostgreSQL cannot even compare it. Form fields check their own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "\x00" in unquote(request.META.get("QUERY_STRING", "")):
            return error_page(request, 400)
        response = self.get_response(request)
        if request.path.startswith("/admin/") and "Content-Security-Policy" not in response:
            # The admin theme evaluates expressions and styles inline (docs/adr/0009).
            response["Content-Security-Policy"] = ADMIN_POLICY
        return response


class domain_errors:  # noqa: N801
    """Turn a DomainError that left an HTML view into its page, and refuse writes in read-only mode."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.READ_ONLY and request.method not in {"GET", "HEAD", "OPTIONS"}:
            return error_page(request, 503, ReadOnlyMode())
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DomainError):
            return error_page(request, error.status, error)
        return None
