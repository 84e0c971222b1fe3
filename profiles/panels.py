"""What the accounts app adds to other pages: how much waits for those who moderate."""

from typing import Any

from django.http import HttpRequest

from community_platform.core import panels
from profiles.moderation import may_look_after
from profiles.selectors.moderation import open_count


def waiting_reports(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """Return the number of open cases; nothing for those who decide none. No query for members."""
    if not request.user.is_authenticated or not may_look_after(request.user):
        return None
    return {"open_cases": open_count(request.user)}


panels.register("header.icons", "moderation/_waiting.html", waiting_reports, order=10)
