"""`Idempotency-Key`: a repeated POST gets the first answer, byte for byte (CONTRACT §1)."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.errors import Conflict, Invalid, Unprocessable
from community_platform.core.models import IdempotencyKey
from community_platform.core.network import client_ip

KEPT = timedelta(hours=24)
WAIT_SECONDS = 5
Handler = Callable[..., HttpResponse]


def idempotent(handler: Handler) -> Handler:
    """Let a POST handler honour `Idempotency-Key`. Only 2xx answers are kept.

    The key row is inserted first, in the transaction of the write: the unique index makes a parallel repeat wait,
    a failure rolls the row back with everything else.
    """

    @wraps(handler)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not 1 <= len(key) <= 255:
            raise Invalid(_("The key must have 1 to 255 characters."), field="Idempotency-Key")
        return _once(view, request, key, lambda: handler(view, request, *args, **kwargs))

    wrapper.idempotent = True  # type: ignore[attr-defined]  # read by the OpenAPI schema
    return wrapper


def _once(view: Any, request: Request, key: str, run: Callable[[], HttpResponse]) -> HttpResponse:
    owner = f"user:{request.user.pk}" if request.user.is_authenticated else f"client:{client_ip(request._request)}"
    scope = _digest(owner.encode(), request.get_full_path().encode(), key.encode())
    fingerprint = _digest(_body(request))
    user = request.user if request.user.is_authenticated else None
    with transaction.atomic():
        row = _claim(scope, fingerprint, user)
        if row is not None:
            if row.fingerprint != fingerprint:
                raise Unprocessable(_("This Idempotency-Key was used with another body."))
            return _replay(row)
        response = run()
        if not 200 <= response.status_code < 300:
            transaction.set_rollback(True)
            return response
        body = JSONRenderer().render(response.data) if isinstance(response, Response) else response.content
        headers = {name: value for name, value in response.items() if name in {"Location", "ETag"}}
        IdempotencyKey.objects.filter(scope=scope).update(status=response.status_code, body=body, headers=headers)
    return _answer(response.status_code, body, headers)


def _claim(scope: str, fingerprint: str, user: Any) -> IdempotencyKey | None:
    """Insert the key; return None when this request is the first, else the row of the first."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
    IdempotencyKey.objects.filter(scope=scope, created_at__lt=timezone.now() - KEPT).delete()
    new = IdempotencyKey(scope=scope, fingerprint=fingerprint, user=user)
    try:
        IdempotencyKey.objects.bulk_create([new], ignore_conflicts=True)
    except OperationalError as error:
        raise Conflict(_("The first request with this key is still running."), retry_after=WAIT_SECONDS) from error
    row = IdempotencyKey.objects.get(scope=scope)
    return None if row.status is None else row


def _replay(row: IdempotencyKey) -> HttpResponse:
    response = _answer(row.status or 200, bytes(row.body or b""), row.headers)
    response["Idempotency-Replayed"] = "true"
    return response


def _answer(status: int, body: bytes, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)


def _body(request: Request) -> bytes:
    """Return what identifies the body. A multipart stream is gone once parsed, so its parts are digested."""
    if getattr(request._request, "_read_started", False) and not hasattr(request._request, "_body"):
        parts = [f"{name}={request.POST.getlist(name)}" for name in sorted(request.POST)]
        for name, file in request.FILES.items():
            parts.append(f"{name}:{file.name}:{hashlib.sha256(file.read()).hexdigest()}")
            file.seek(0)
        return "\n".join(parts).encode()
    return request._request.body


def _digest(*parts: bytes) -> str:
    return hashlib.blake2b(b"\0".join(parts), digest_size=32, key=settings.SECRET_KEY.encode()[:64]).hexdigest()
