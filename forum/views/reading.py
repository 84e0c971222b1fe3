"""What was read: marking lists as read, and the way to the first post that was not."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from community_platform.core.html import sign_in_first
from forum import services
from forum.limits import POSTS_PER_PAGE
from forum.models import Topic
from forum.selectors import reading
from forum.selectors.posts import TopicPage

PREFETCH = "prefetch"  # what a browser fetches before it is asked to: nobody sees it yet


@require_POST
@sign_in_first
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark the ticked topics, or all that the list showed when it was made."""
    category = request.POST.get("category") or None
    if request.POST.get("what") == "selected":
        services.mark_topics_read(actor=request.user, topics=_numbers(request.POST.getlist("topics")))
    else:
        services.mark_all_read(
            actor=request.user, category=category, until=_moment(request.POST.get("until", ""))
        )
    back = reverse("forum:category", args=[category]) if category else reverse("forum:index")
    tab = "new" if request.POST.get("tab") == "new" else "unread"
    return redirect(f"{back}?tab={tab}")


def to_first_unread(request: HttpRequest, topic: Topic, last_read: int) -> HttpResponse:
    """Go to the first post that the reader has not seen; to the newest one where they saw all. One query."""
    number = reading.first_unread(request.user, topic, last_read) or topic.last_post_number
    page = (number - 1) // POSTS_PER_PAGE + 1
    return redirect(f"{topic.get_absolute_url()}?page={page}#post-{number}")


def note_reading(request: HttpRequest, topic: Any, page: TopicPage) -> None:
    """Note that the page was shown, unless a browser or a program only fetched it."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    is_shown = request.method == "GET" and PREFETCH not in purpose
    if is_shown and request.user.is_authenticated and page.last_number > topic.last_read:
        services.mark_read(user=request.user, topic=topic, number=page.last_number, first=page.first_number)


def _numbers(values: list[str]) -> list[int]:
    return [
        int(value) if value.isascii() and value.isdecimal() and len(value) < 20 else 0 for value in values
    ]


def _moment(value: str) -> datetime | None:
    try:
        moment = parse_datetime(value)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
