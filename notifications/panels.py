"""The envelope and the bell in the header."""

from typing import Any

from django.http import HttpRequest

from community_platform.core import panels
from notifications.selectors import inbox as selectors


def bell(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    if not request.user.is_authenticated:
        return None
    told, letters = selectors.header(request.user)
    return {"unread": told, "letters": letters}


panels.register("header.icons", "notifications/_bell.html", bell, order=20)
