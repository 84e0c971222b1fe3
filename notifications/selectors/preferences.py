"""Who wants to be told what, and where. A choice beats an unsubscription, which beats the default of the kind."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any
from zlib import crc32

from gamification.selectors.days import zone_of
from notifications import catalogue
from notifications.catalogue import CHANNELS, KINDS, Category, Kind
from notifications.models import (
    Channel,
    NotificationPreference,
    NotificationSetting,
    Unsubscription,
)

ALL = ""  # the category of who wants no mail at all


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of the matrix. What cannot be chosen is shown where it is on, and not offered where it is off."""

    channel: str
    label: str
    is_on: bool
    may_choose: bool

    @property
    def is_offered(self) -> bool:
        return self.may_choose or self.is_on


@dataclass(frozen=True, slots=True)
class Choice:
    """What one person gets of one kind, on each channel."""

    kind: Kind
    in_app: bool
    email: bool
    push: bool

    def is_on(self, channel: str) -> bool:
        return bool(getattr(self, channel))

    @property
    def cells(self) -> list[Cell]:
        """One cell a channel, in the order of the matrix."""
        return [
            Cell(channel.value, str(channel.label), self.is_on(channel), self.kind.may_choose(channel))
            for channel in Channel
        ]


def wanted(user_ids: Collection[int], kind: str, channel: str) -> set[int]:
    """Return those of `user_ids` who want `kind` ("mention") on `channel`. At most two queries."""
    return wanted_everywhere(user_ids, kind)[channel]


def wanted_everywhere(user_ids: Collection[int], kind: str) -> dict[str, set[int]]:
    """Return for each channel those of `user_ids` who want `kind` there. Two queries at most, whoever they are."""
    people, entry = set(user_ids), KINDS[kind]
    if not people:
        return {channel: set() for channel in CHANNELS}
    rows = NotificationPreference.objects.filter(user__in=people, kind=kind)
    chosen = {
        (user, channel): is_on for user, channel, is_on in rows.values_list("user_id", "channel", "is_on")
    }
    left: set[int] = set()
    if Channel.EMAIL in entry.on and entry.may_choose(Channel.EMAIL):
        gone = Unsubscription.objects.filter(user__in=people, category__in=[ALL, entry.category])
        left = set(gone.values_list("user_id", flat=True))
    return {
        channel: {pk for pk in people if _holds(entry, channel, chosen.get((pk, channel)), pk in left)}
        for channel in CHANNELS
    }


def _holds(kind: Kind, channel: str, chosen: bool | None, is_left: bool) -> bool:
    """Tell whether one person gets `kind` there: a choice beats an unsubscription, which beats the default."""
    if chosen is None or not kind.may_choose(channel):
        left = is_left and channel == Channel.EMAIL and kind.may_choose(channel)
        return channel in kind.on and not left
    return chosen


def kinds_of(category: str) -> list[str]:
    """Return the names of the kinds of this category."""
    return catalogue.kinds_of(category)


def choices_of(user: Any) -> list[Choice]:
    """Return every kind with what `user` gets of it, as the preferences list them. Two queries."""
    rows = NotificationPreference.objects.filter(user=user.pk).values_list("kind", "channel", "is_on")
    chosen = {(kind, channel): is_on for kind, channel, is_on in rows}
    left = set(Unsubscription.objects.filter(user=user.pk).values_list("category", flat=True))
    return [_choice(kind, chosen, left) for kind in KINDS.values()]


def _choice(kind: Kind, chosen: dict[tuple[str, str], bool], left: set[str]) -> Choice:
    is_left = bool(left & {ALL, kind.category})
    return Choice(
        kind, *(_holds(kind, channel, chosen.get((kind.name, channel)), is_left) for channel in CHANNELS)
    )


def by_category(choices: list[Choice], user: Any) -> list[tuple[Category, list[Choice]]]:
    """Return the choices under their headings; what is for instructors only they see."""
    hidden = () if user.is_instructor or user.is_moderator else ("teaching",)
    return [
        (category, [choice for choice in choices if choice.kind.category == category.name])
        for category in catalogue.CATEGORIES.values()
        if category.name not in hidden
    ]


def setting_of(user: Any) -> NotificationSetting:
    """Return how often `user` wants a digest and when quiet; the defaults where nothing was chosen."""
    return NotificationSetting.objects.filter(pk=user.pk).first() or NotificationSetting(user_id=user.pk)


def revision_of(choices: list[Choice], setting: NotificationSetting) -> int:
    """Return the preferences as one number, which changes with each of them: their tag."""
    facts = [(one.kind.name, one.in_app, one.email, one.push) for one in choices]
    return crc32(repr((facts, setting.digest, setting.quiet_from, setting.quiet_to)).encode())


def quiet_until(user: Any, now: datetime) -> datetime | None:
    """Return when the quiet hours end in which `now` is for `user`, None where it is not quiet. One query.

    Times are those of the clock on the wall: where a change of the clock skips the end, it is the same instant by the
    offset before.
    """
    setting = NotificationSetting.objects.filter(pk=user.pk).exclude(quiet_from=None).first()
    if setting is None or setting.quiet_from is None or setting.quiet_to is None:
        return None
    return quiet_end(setting.quiet_from, setting.quiet_to, zone_of(user.timezone), now)


def quiet_end(start: time, end: time, zone: tzinfo, now: datetime) -> datetime | None:
    """Return the end of the quiet `start`..`end` (local times, maybe over midnight) that `now` is in, in UTC."""
    local = now.astimezone(zone)
    clock = local.time()
    is_quiet = start <= clock < end if start < end else (clock >= start or clock < end)
    if not is_quiet or start == end:
        return None
    day = local.date() + timedelta(days=1 if clock >= end else 0)
    return datetime.combine(day, end, tzinfo=zone).astimezone(UTC)
