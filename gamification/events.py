"""Facts about points, badges, streaks and bug reports."""

from dataclasses import dataclass
from datetime import date

from community_platform.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelReached(DomainEvent):
    """A person reached a level for the first time."""

    user_id: int
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StreakUpdated(DomainEvent):
    """The local day `on` began to count for a person's streak, or joined two runs.

    `milestone` is the count with a reward that this reached, or None.
    """

    user_id: int
    on: date
    current_streak: int
    longest_streak: int
    milestone: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreakReminderDue(DomainEvent):
    """It is evening where a person lives, their streak is worth keeping, and the day `on` is still empty."""

    user_id: int
    on: date
    current_streak: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BugReportDecided(DomainEvent):
    """Staff confirmed a bug report, or did not (`state`); only confirmed ones count."""

    report_id: int
    user_id: int
    state: str
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgesEarned(DomainEvent):
    """A person got a badge. `is_quiet`: found by the nightly pass, of days ago, to be told in one line at most."""

    user_id: int
    badge_ids: tuple[int, ...]
    scope_key: str = ""
    is_quiet: bool = False
