"""Error answers: a page for people, problem details (RFC 9457) under /api/."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template, select_template

from community_platform.core.errors import DomainError
from community_platform.core.ratelimits import too_fast

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    410: "Gone",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
CODES = {
    400: "bad_request",
    403: "permission_denied",
    404: "not_found",
    413: "too_large",
    500: "error",
    503: "unavailable",
}


def problem(
    status: int, *, code: str, detail: str, errors: list[dict[str, str | None]] | None = None
) -> dict[str, object]:
    """Return the body of CONTRACT §1: type, title, status, detail, code and, for fields, errors."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors or [],
    }
    return body


def error_page(request: HttpRequest, status: int, error: DomainError | None = None) -> HttpResponse:
    """Answer `request` with `status`: problem details under /api/, else the page templates/<status>.html."""
    message = error.message if error else ""
    if request.path.startswith("/api/"):
        code = error.code if error else CODES.get(status, "error")
        body = problem(status, code=code, detail=message or TITLES[status])
        response = HttpResponse(json.dumps(body), status=status, content_type="application/problem+json")
    elif status == 401:
        return redirect(f"{settings.LOGIN_URL}")
    elif status == 500:
        # No context processors: the database or the session may be what failed.
        response = HttpResponse(get_template("500.html").render({}), status=500)
    else:
        pages = [f"{status}_{error.code}.html"] if error else []
        template = select_template([*pages, f"{status}.html", "400.html"]).template.name
        response = render(request, template, {"message": message, "status": status}, status=status)
    if error and error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    status = 413 if type(exception).__name__ in {"RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent"} else 400
    return error_page(request, status)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """The sign-in library's refusals (its own limits): none of its windows that answer so is longer than a minute."""
    return error_page(request, 429, too_fast(60))


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a stale form and keep what was typed, so that the person can send it again."""
    return render(request, "403_csrf.html", {"fields": _typed(request), "reason": reason}, status=403)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    hidden = {"csrfmiddlewaretoken", "password", "password1", "password2"}
    return [(name, str(value)) for name, value in request.POST.items() if name not in hidden and value]


