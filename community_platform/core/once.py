"""Forms that may be sent twice: a double click, a retry, two tabs of one page."""

import hashlib
import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from community_platform.core.db import insert_once
from community_platform.core.models import IdempotencyKey

M = TypeVar("M", bound=Model)


def once(user: Any, token: str, typed: str, model: type[M], create: Callable[[], M]) -> M:
    """Return what `create()` makes, or what it made when this form was sent before with the same text.

    `token` is the random value that the form was rendered with; without a usable one, nothing is remembered. Another
    text in `typed` is another submission: a browser's Back shows a form that was sent, with its token. The key
    row and the new row stand in one transaction, so a parallel second submission waits and then finds the first.
    """
    if not re.fullmatch(r"[0-9a-f-]{32,36}", token or ""):
        return create()
    scope = hashlib.sha256(f"form:{user.pk}:{model._meta.label}:{token}:{typed}".encode(errors="replace")).hexdigest()
    with transaction.atomic():
        if not insert_once(IdempotencyKey, user_id=user.pk, scope=scope, fingerprint="", headers={}):
            made = bytes(IdempotencyKey.objects.values_list("body", flat=True).get(scope=scope) or b"")
            return model._default_manager.get(pk=int(made))
        made_now = create()
        IdempotencyKey.objects.filter(scope=scope).update(status=201, body=str(made_now.pk).encode())
        return made_now
