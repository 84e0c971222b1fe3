"""Every failure under /api/ becomes problem details (RFC 9457) here."""

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

from community_platform.core.errorpages import problem
from community_platform.core.errors import Conflict, DomainError, NotAllowed, NotFound, TooLarge

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"


def problem_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. None (an unknown exception) goes on to Django's 500 handler."""
    error = _translated(exception)
    if isinstance(error, DomainError):
        response = _from_domain(error)
    elif isinstance(error, exceptions.APIException):
        response = _from_drf(error)
    else:
        return None
    set_rollback()
    if (request := context.get("request")) is not None:
        # Also of views that render something else: the docs page would answer text, the schema its own type.
        request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    if response.status_code == 401 and "WWW-Authenticate" not in response:
        response["WWW-Authenticate"] = "Token"
    return response


def _translated(exception: Exception) -> Exception:
    if isinstance(exception, Http404):
        return NotFound()
    if isinstance(exception, PermissionDenied):
        return NotAllowed()
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return TooLarge(_("The request is too large."))
    if isinstance(exception, IntegrityError):
        # A constraint held where two writers met; the loser reads again.
        logger.warning("integrity error under the API: %s", exception)
        return Conflict(_("This changed at the same moment. Try again."))
    return exception


def _from_domain(error: DomainError) -> Response:
    errors = [{"field": field, "code": error.code, "detail": message} for field, message in error.fields.items()]
    code = "invalid" if errors and error.status == 400 else error.code
    body = {**error.more, **problem(error.status, code=code, detail=error.message, errors=errors)}
    response = Response(body, status=error.status, content_type=CONTENT_TYPE)
    if error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


def _from_drf(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flat(error.detail, ""))
        body = problem(400, code="invalid", detail=errors[0]["detail"] or "" if errors else "", errors=errors)
    else:
        code = error.get_codes()
        body = problem(error.status_code, code=code if isinstance(code, str) else "error", detail=str(error.detail))
    response = Response(body, status=error.status_code, content_type=CONTENT_TYPE)
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if (wait := getattr(error, "wait", None)) is not None:
        response["Retry-After"] = str(max(1, int(wait)))
    return response


def _flat(detail: Any, path: str) -> Iterator[dict[str, str | None]]:
    """Yield one entry per message; nested input is named `answers.0.question`."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from _flat(value, f"{path}.{name}".strip("."))
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            yield from _flat(value, f"{path}.{index}".strip(".") if nested else path)
    else:
        yield {"field": path or None, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}
