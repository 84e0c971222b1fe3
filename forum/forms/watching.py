"""The control that says how closely one watches a thing, as the page shows it and as it is sent."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forum.models import Category, Tag, Topic, WatchLevel


@dataclass(frozen=True, slots=True)
class Choice:
    """One level: `name` is sent, `hint` says what it brings."""

    level: WatchLevel
    icon: str  # Lucide name
    hint: str | Promise

    @property
    def name(self) -> str:
        return self.level.name.lower()


CHOICES = (
    Choice(WatchLevel.WATCHING, "bell-ring", _("You are told of new topics and replies.")),
    Choice(WatchLevel.TRACKING, "bell-dot", _("What is new is counted as unread.")),
    Choice(WatchLevel.NORMAL, "bell", _("You are told when somebody mentions or answers you.")),
    Choice(WatchLevel.MUTED, "bell-off", _("Never unread; only a mention reaches you.")),
)


@dataclass(frozen=True, slots=True)
class WatchControl:
    """What the menu needs: where its choice is sent, and what holds now."""

    url: str
    level: WatchLevel
    kind: str
    name: str
    choices = CHOICES

    @property
    def now(self) -> Choice:
        return next(choice for choice in CHOICES if choice.level == self.level)


def watch_control(thing: Any, level: WatchLevel) -> WatchControl:
    """Return the control of a topic, category, tag or course."""
    if isinstance(thing, Topic):
        return WatchControl(reverse("forum:topic-watch", args=[thing.pk]), level, "topic", thing.title)
    if isinstance(thing, Category):
        return WatchControl(reverse("forum:category-watch", args=[thing.slug]), level, "category", thing.name)
    if isinstance(thing, Tag):
        return WatchControl(reverse("forum:tag-watch", args=[thing.slug]), level, "tag", f"#{thing.name}")
    return WatchControl(reverse("forum:course-watch", args=[thing.pk]), level, "course", thing.title)
