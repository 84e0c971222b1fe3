"""What a streak counts and earns: the numbers of the catalogue (`streak_settings`, `streak_rewards`)."""

from dataclasses import dataclass
from datetime import timedelta

QUALIFYING_SECONDS = 600  # of learning; or one lesson, or one quiz
TOLERANCE = timedelta(hours=48)  # what is heard later earns no streak day (CONTRACT §4)

FREEZE_CAP = 5
REPAIR_LESSONS = 3  # on one day, within the two local days after the only missed one
REPAIR_DAYS = 2
REPAIR_PAUSE_DAYS = 30  # between two repairs
WORTH_KEEPING = 3  # shorter streaks are neither repaired nor reminded of

ZONE_PAUSE = timedelta(hours=24)  # between two changes of zone
TRAVEL_GRACE = timedelta(hours=36)  # since the last activity: the dates that a flight skips are forgiven

REMINDER_HOURS = range(20, 23)  # local; a job that runs late still reminds in the evening
REMINDERS_IGNORED_MAX = 7


@dataclass(frozen=True, slots=True)
class Reward:
    """What `days` in a row bring: points once in a lifetime, freezes once a run."""

    days: int
    points: int
    freezes: int = 0


REWARDS = (
    Reward(3, 50),
    Reward(7, 150, freezes=1),
    Reward(14, 300),
    Reward(30, 750, freezes=2),
    Reward(60, 1500),
    Reward(100, 3000),
    Reward(365, 10_000),
)


def reached(before: int, after: int) -> list[Reward]:
    """Return the rewards of a count that went from `before` to `after`."""
    return [reward for reward in REWARDS if before < reward.days <= after]
