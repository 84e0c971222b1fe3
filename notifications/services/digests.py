"""Digests: what was missed, once a day or a week, at eight in the morning where the reader is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import catalogue
from notifications.models import Channel, Digest, OutboxItem
from notifications.selectors.digests import Missed, missed
from notifications.services.mailing_letters import Letter, absolute
from notifications.services.outbox import put
from profiles.models import User

HOUR = 8
LATEST = 20  # a digest that could not be made until then is left for the next day
MONDAY = 0
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a report: `label`, the `value` as it is shown, and how it moved ("+12 %", "" if unknown)."""

    label: str
    value: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a weekly report says: figures, one table a section, and where to read on (a path or an address)."""

    title: str
    sections: tuple[tuple[str, tuple[Figure, ...]], ...]
    url: str


@dataclass(frozen=True, slots=True)
class _Source:
    readers: Callable[[], Iterable[int]]
    content: Callable[[Any, datetime], Report | None]


_reports: dict[str, _Source] = {}


def register_report(
    kind: str, *, readers: Callable[[], Iterable[int]], content: Callable[[Any, datetime], Report | None]
) -> None:
    """Mail a report every Monday: `readers()` are the keys of who may get it, `content(user, since)` what it says.

    `kind` is an entry of the catalogue, by whose switch people leave it. None as content: no mail. An app that stands
    above this one (analytics) registers when it starts.
    """
    _reports[kind] = _Source(readers, content)


def plan(now: datetime | None = None) -> int:
    """Put the digests and reports that are due into the outbox and return how many are new.

    The period is part of the key, so running again, twice at once, or after a pause makes none twice.
    """
    now = now or timezone.now()
    made = 0
    for zone in User.objects.filter(is_active=True).order_by().values_list("timezone", flat=True).distinct():
        local = now.astimezone(ZoneInfo(zone))
        if not HOUR <= local.hour < LATEST:
            continue
        people = User.objects.filter(is_active=True, timezone=zone, emailaddress__verified=True).distinct()
        made += _put(people.filter(notification_setting__digest=Digest.DAILY), "digest", f"daily:{local:%Y-%m-%d}", 1)
        if local.weekday() == MONDAY:
            week = f"weekly:{local:%G-W%V}"
            weekly = Q(notification_setting=None) | Q(notification_setting__digest=Digest.WEEKLY)
            made += _put(people.filter(weekly), "digest", week, 7)
            for kind, source in _reports.items():
                made += _put(people.filter(pk__in=list(source.readers())), kind, week, 7)
    return made


def _put(people: QuerySet[User], kind: str, period: str, days: int) -> int:
    key = f"{kind}:{period}"
    there = OutboxItem.objects.filter(user=OuterRef("pk"), channel=Channel.EMAIL, key=key)
    now = timezone.now()
    made = 0
    ids = people.filter(~Exists(there)).order_by("pk").values_list("pk", flat=True)
    while batch := list(ids[:BATCH]):
        made += put(
            {
                "user_id": pk, "channel": Channel.EMAIL, "kind": kind, "thread": key, "key": key,
                "data": {"days": days}, "created_at": now, "due_at": now,
            }
            for pk in batch
        )  # fmt: skip
    return made


def digest_letter(user: Any, item: OutboxItem) -> Letter | None:
    """Return the digest of the last days, None if nothing happened or `user` wants none by now."""
    setting = getattr(user, "notification_setting", None)
    if setting is not None and setting.digest == Digest.OFF:
        return None
    days = int(item.data["days"])
    found = missed(user, item.created_at - timedelta(days=days))
    return letter_of_missed(found, days) if found.lines or found.topics else None


def letter_of_missed(found: Missed, days: int) -> Letter:
    """Return the digest of `days` (1 or 7) in the active language. Something was missed."""
    lead = ngettext("%(n)d new notification", "%(n)d new notifications", found.count) % {"n": found.count}
    subject = _("Your day: %(what)s") if days == 1 else _("Your week: %(what)s")
    what = lead if found.count else found.topics[0].title
    lines = [(line.text, absolute(f"/notifications/{line.pk}/open/"), line.created_at) for line in found.lines]
    topics = [(topic, absolute(topic.get_absolute_url())) for topic in found.topics]
    why = _("You get this because a digest is switched on in your preferences.")
    return Letter(
        subject=subject % {"what": what}, template="digest",
        context={"lines": lines, "count": found.count, "more": found.count - len(lines), "topics": topics, "days": days,
                 "inbox_url": absolute("/notifications/")},
        scope="digest", why=why,
    )  # fmt: skip


def report_letter(user: Any, item: OutboxItem) -> Letter | None:
    """Return a registered report, None where its app has nothing to say."""
    source = _reports.get(item.kind)
    report = source.content(user, item.created_at - timedelta(days=int(item.data.get("days", 7)))) if source else None
    return letter_of_report(item.kind, report) if report is not None else None


def letter_of_report(kind: str, report: Report) -> Letter:
    """Return a report of this kind as a letter, in the active language."""
    entry = catalogue.KINDS.get(kind)
    context = {"title": report.title, "sections": report.sections, "url": absolute(report.url)}
    return Letter(
        subject=report.title, template="report", context=context, scope=entry.category if entry else "",
        why=catalogue.why(kind),
    )  # fmt: skip
