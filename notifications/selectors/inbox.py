"""Reads of the inbox."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from messaging.selectors.inbox import waiting
from notifications import catalogue
from notifications.models import Cause, Notification
from profiles.models import User
from profiles.privacy import unheard_ids
from profiles.selectors import person

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"  # as the API writes times
PAGE_SIZE = 30
CURSOR = re.compile(r"([0-9]{1,17})-([0-9]{1,18})", re.ASCII)  # microseconds of the epoch, key
ACTORS_MAX = 3  # people named of a line that gathers many


def inbox(user: Any) -> QuerySet[Notification]:
    """Return what concerns `user` and is still there to be seen, newest first, actors loaded.

    Who shows it asks `gathered` for the others of each line.
    """
    return Notification.objects.visible_to(user).select_related("actor").order_by("-created_at", "-id")


def gathered(user: Any, rows: Iterable[Notification]) -> list[Notification]:
    """Give each line the `people` that it names, ACTORS_MAX of them, and their number as `user` may know it now.

    Whoever they ignore or block is not counted. One query, none where no line gathers.
    """
    lines = {row.pk: row for row in rows}
    many = [row.pk for row in lines.values() if row.count > 1]
    if not many:
        return list(lines.values())
    heard = Cause.objects.filter(notification__in=many).exclude(actor__in=unheard_ids(user))
    number = Cause.objects.filter(notification=OuterRef("notification")).exclude(actor__in=unheard_ids(user)).order_by()
    later = Cause.objects.filter(notification=OuterRef("notification"), actor=OuterRef("actor"), pk__gt=OuterRef("pk"))
    rank = Window(RowNumber(), partition_by="notification", order_by="-pk")
    latest = heard.filter(~Exists(later)).select_related("actor").annotate(
        rank=rank, number=Subquery(number.values("notification").annotate(n=Count("actor", distinct=True)).values("n"))
    )  # fmt: skip
    named: dict[int, list[Any]] = {}
    for cause in latest.filter(rank__lte=ACTORS_MAX).order_by("notification", "-pk"):
        named.setdefault(cause.notification_id, []).append(cause.actor)
        lines[cause.notification_id].count = cause.number
    for pk, people in named.items():
        lines[pk].people = people
    return list(lines.values())


def page_of(
    user: Any, *, shelf: str = "", before: str = "", size: int = PAGE_SIZE
) -> tuple[list[Notification], str]:
    """Return lines of the inbox older than the cursor `before`, and the cursor of the next page ("" at the end).

    `shelf` is "unread", the name of a category, or "" for all. Two queries at most, however far one goes back. A cursor
    that we did not make begins anew.
    """
    rows = inbox(user)
    if shelf == "unread":
        rows = rows.filter(read_at=None)
    elif shelf:
        rows = rows.filter(kind__in=catalogue.kinds_of(shelf))
    if found := CURSOR.fullmatch(before):
        at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(found[1]))
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=int(found[2])))
    page = list(rows[: size + 1])
    more = len(page) > size
    last = page[size - 1] if more else None
    micro = (last.created_at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1) if last else 0
    return gathered(user, page[:size]), f"{micro}-{last.pk}" if last else ""


def unread_count(user: Any) -> int:
    """Return how many notifications of `user` are unread. One query on an index of unread ones."""
    return Notification.objects.visible_to(user).filter(read_at=None).count()


def header(user: Any) -> tuple[int, int]:
    """Return how many notifications and how many messages are unread: the header of every page, in one query."""
    told = Notification.objects.visible_to(user).filter(read_at=None).order_by()
    letters = waiting(user).order_by()
    counts = User.objects.filter(pk=user.pk).values_list(_number(told), _number(letters))
    found: tuple[int, int] | None = counts.first()
    return found or (0, 0)


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.annotate(_all=Value(1)).values("_all").annotate(_n=Count("pk")).values("_n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def shown(notification: Notification) -> dict[str, Any]:
    """Return the notification as the API and the socket show it, worded in the active language."""
    read_at = notification.read_at
    return {
        "id": notification.pk,
        "kind": notification.kind,
        "text": notification.text,
        "url": notification.url,
        "actors": [person(actor) for actor in notification.people],
        "count": notification.count,
        "created_at": notification.created_at.strftime(TIME_FORMAT),
        "read_at": read_at.strftime(TIME_FORMAT) if read_at else None,
    }
