"""The bell in the header."""

from typing import Any

from django.http import HttpRequest

from community_platform.core import panels
from notifications import selectors


def bell(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    return {"unread": selectors.unread_count(request.user)} if request.user.is_authenticated else None


panels.register("header.icons", "notifications/_bell.html", bell, order=20)
