"""What one run shares: its dice, its clock, the people made so far, and what they did on which day."""

import random
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from profiles.models import User

BATCH = 5000
DAYS = 90  # how far back learning goes
LESSON, POST, COMMENT = 1, 1 << 10, 1 << 20  # counters packed into one number


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a school is. `topics` and `posts` include the written ones; `posts` includes bodies."""

    people: int
    topics: int = 0
    posts: int = 0
    biggest_topic: int = 0
    comments: int = 0
    events: int = 0  # of the log of learning, at least; 0: as many as come of themselves
    courses_each: float = 1 / 1.1  # beyond the first, on average


SCALES = {
    "small": Scale(people=60),
    "medium": Scale(people=2_000, topics=5_000, posts=100_000, biggest_topic=2_000, comments=4_000, events=500_000, courses_each=4.0),
    "large": Scale(people=100_000, topics=100_000, posts=1_000_000, biggest_topic=2_000, comments=40_000, events=10_000_000, courses_each=2.0),
}


@dataclass(slots=True)
class Seeding:
    """One run. Everything random comes from `dice(part)`, so that parts do not disturb each other."""

    scale: Scale
    seed: int
    now: datetime
    people: dict[str, User] = field(default_factory=dict)  # by user name: who has written texts
    circle: list[User] = field(default_factory=list)  # sixty people who like what was written
    students: list[int] = field(default_factory=list)  # the many, as primary keys
    enrolled: dict[int, list[str]] = field(
        default_factory=dict
    )  # who must be in which course, by what they said there
    zones: dict[int, ZoneInfo] = field(default_factory=dict)
    days: dict[tuple[int, int], int] = field(
        default_factory=dict
    )  # (user, ordinal of the local date) → packed counts

    def dice(self, part: str) -> random.Random:
        return random.Random(f"{self.seed}/{part}")

    def did(self, user: int, moment: datetime, what: int) -> None:
        """Note that `user` did `what` at `moment`; older days than the calendar shows are not kept."""
        if self.now - moment < timedelta(days=DAYS):
            key = (user, moment.astimezone(self.zones[user]).toordinal())
            self.days[key] = self.days.get(key, 0) + what

    def active_days(self, user: int) -> set[int]:
        return {day for who, day in self.days if who == user}

    def someone(self, dice: random.Random) -> int:
        """Return one of the many; the first ones talk much more than the last ones, as in life."""
        return self.students[int(len(self.students) * dice.random() ** 2)]


def insert(rows: Iterable[models.Model]) -> list[Any]:
    """Insert rows of one model in batches and return them with their keys."""
    found = list(rows)
    if found:
        type(found[0])._default_manager.bulk_create(found, batch_size=BATCH)
    return found


class Progress:
    """A line on stderr that says how far the work is; redrawn on a terminal, one line a step elsewhere."""

    def __init__(self, total: int) -> None:
        self._total = max(total, 1)
        self._started = self._shown = time.monotonic()

    def show(self, done: int, what: str) -> None:
        now = time.monotonic()
        is_terminal = sys.stderr.isatty()
        if done < self._total and now - self._shown < (0.2 if is_terminal else 10):
            return
        self._shown = now
        share = min(done / self._total, 1.0)
        bar = "█" * int(share * 30)
        line = f"{bar:·<30} {share:4.0%} {now - self._started:5.0f} s  {what:<28}"
        sys.stderr.write(f"\r{line}" if is_terminal else f"{line}\n")
        if is_terminal and done >= self._total:
            sys.stderr.write("\n")
        sys.stderr.flush()
