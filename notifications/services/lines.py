"""The lines of inboxes: a new one for each recipient, or one more in the line that is still unread. All set-based.

Whoever calls holds the lock of the recipients (`User`), so nobody else adds to their lines meanwhile.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from community_platform.core.db import insert_returning
from notifications.models import Cause, Notification
from profiles.models import User

WINDOW_DAYS = 7  # since its last cause a line gathers; then a new one begins


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What there is to tell. `group` names the unread line that it joins, "" for a line of its own."""

    kind: str
    actor_id: int | None
    subject: str
    url: str
    key: str
    group: str = ""
    post_id: int | None = None
    comment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The lines that news made, and those that it joined."""

    new: list[Notification]
    joined: list[Notification]


def write(news: News, people: Collection[int], *, listed: Collection[int]) -> Told:
    """Tell `people` (keys, locked) who do not know of `news.key` yet; only for those of `listed` in the inbox."""
    known = Notification.objects.filter(user__in=people, key=news.key).values("user_id")
    gathered = Cause.objects.filter(user__in=people, key=news.key).values("user_id")
    fresh = set(people) - {row["user_id"] for row in known.union(gathered)}
    open_lines = _open_lines(news, fresh) if news.group and fresh else {}
    now = timezone.now()
    values: dict[str, Any] = {**asdict(news), "created_at": now}
    rows = [values | {"user_id": pk, "is_listed": pk in listed} for pk in sorted(fresh - set(open_lines))]
    made = dict(insert_returning(Notification, rows, ["user_id", "id"]))
    if news.group:
        _gather(news, made | open_lines)
        Notification.objects.filter(pk__in=open_lines.values()).update(actor=news.actor_id, created_at=now)
        recount(open_lines.values())
    return Told(_loaded(made.values()), _loaded(open_lines.values()))


def _open_lines(news: News, people: Collection[int]) -> dict[int, int]:
    """Return the line of each person that this joins. One that is too old or whose text is gone is closed."""
    lines = Notification.objects.select_for_update(of=("self",)).filter(
        user__in=people, group=news.group, read_at=None
    )
    alive = Q(post=None) | Q(post__deleted_at=None, post__topic__deleted_at=None)
    alive &= Q(comment=None) | Q(comment__deleted_at=None)
    since = timezone.now() - timedelta(days=WINDOW_DAYS)
    found = dict(lines.filter(alive, created_at__gt=since).order_by("pk").values_list("user_id", "pk"))
    past = Notification.objects.filter(user__in=people, group=news.group, read_at=None)
    past.exclude(pk__in=found.values()).update(group="")
    return found


def _gather(news: News, lines: dict[int, int]) -> None:
    about = {"actor_id": news.actor_id, "key": news.key, "post_id": news.post_id, "comment_id": news.comment_id}
    rows = [about | {"user_id": user, "notification_id": line} for user, line in sorted(lines.items())]
    insert_returning(Cause, rows, ["id"])


def recount(lines: Iterable[int]) -> None:
    """Write how many people each line names and who was last, by its causes. A line without any is left alone."""
    causes = Cause.objects.filter(notification=OuterRef("pk")).order_by()
    people = causes.values("notification").annotate(n=Count("actor", distinct=True)).values("n")
    Notification.objects.filter(Exists(causes), pk__in=list(lines)).update(
        count=Subquery(people), actor=Subquery(causes.order_by("-pk").values("actor")[:1])
    )


def _loaded(lines: Iterable[int]) -> list[Notification]:
    keys = list(lines)
    return list(Notification.objects.filter(pk__in=keys).select_related("actor").order_by("pk")) if keys else []


def take_back(*, key: str) -> None:
    """Take what is known by `key` out of the unread lines that gather it; a line that is left without any goes."""
    _remove(Cause.objects.filter(key=key))


def leave_out(kind: str, pk: int) -> None:
    """Take the causes of a deleted "post" or "comment" out of unread lines that gather others, too.

    What a line leads to moves on to its earliest cause. A line about this text alone stays: nobody sees it while the
    text is gone, and it comes back with the text.
    """
    others = Cause.objects.filter(notification=OuterRef("notification")).exclude(pk=OuterRef("pk"))
    _remove(Cause.objects.filter(Exists(others), **{kind: pk}))


def _remove(causes: QuerySet[Cause]) -> None:
    for user_id in list(causes.values_list("user_id", flat=True)):
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
            rows = dict(causes.filter(user=user_id, notification__read_at=None).values_list("pk", "notification_id"))
            Cause.objects.filter(pk__in=rows).delete()
            Notification.objects.filter(pk__in=rows.values(), causes=None).delete()
            recount(rows.values())
            _lead_on(rows.values())


def _lead_on(lines: Iterable[int]) -> None:
    """Let lines whose text is among their causes no more be about the first one that is."""
    rows = Notification.objects.filter(pk__in=list(lines)).exclude(post=None, comment=None)
    of_line = Cause.objects.filter(notification=OuterRef("pk"))
    leads = Exists(of_line.filter(post=OuterRef("post"))) | Exists(of_line.filter(comment=OuterRef("comment")))
    for line in rows.exclude(leads):
        first = line.causes.select_related("post", "comment").order_by("pk")[0]
        line.post, line.comment = first.post, first.comment
        if first.post is not None:
            line.url = first.post.get_absolute_url()
        elif first.comment is not None:
            line.url = f"/forum/comment/{first.comment.pk}/#comment-{first.comment.pk}"
        line.save(update_fields=["post", "comment", "url"])
