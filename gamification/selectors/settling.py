"""How days make a streak. Pure: dates in, a `Run` out; no clock, no zone, no database.

A person's facts are the dates that qualify (with the lessons finished on each), the dates that travelling skipped, and
freezes given by people. Everything else follows from them, by one rule a day (research/gamification.md §2.4):

- a missed day takes a freeze if there is one, else the run ends (`settle`);
- a qualifying day adds one to the run, or begins another (`count_day`); some counts bring freezes;
- a run that ended after a single missed day is joined again by three lessons on one of the two days after it.

Because the rule goes one day at a time, it does not matter when or how often somebody settles. `replay` applies it to
all facts from the beginning; `count_day` to one more day, and says when only a replay can tell. Both end in the same
`Run`: a property test holds it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from gamification.catalogue.streaks import (
    FREEZE_CAP,
    REPAIR_DAYS,
    REPAIR_LESSONS,
    REPAIR_PAUSE_DAYS,
    WORTH_KEEPING,
    reached,
)

ONE_DAY = timedelta(days=1)
Grant = tuple[date, int, int, date]  # first day of the run, days reached, freezes that came in, and when


@dataclass(frozen=True, slots=True)
class Run:
    """A streak settled up to `covered_date`; the names are the columns of `Streak`."""

    current_streak: int = 0
    longest_streak: int = 0
    total_active_days: int = 0
    last_active_date: date | None = None
    freezes_available: int = 0
    frozen_on: date | None = None
    covered_date: date | None = None
    run_started_on: date | None = None
    broken_length: int = 0
    broken_on: date | None = None
    repaired_on: date | None = None


@dataclass(slots=True)
class History:
    """What a replay found: the run, the dates that freezes covered, those repaired, and the freezes that came in.

    `rewards` are the counts with a reward and the day on which each was reached for the first time.
    """

    run: Run = field(default_factory=Run)
    frozen: list[date] = field(default_factory=list)
    repaired: list[date] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    rewards: list[tuple[int, date]] = field(default_factory=list)
    before: date | None = None  # when the run that ended last had begun
    presents: dict[date, int] = field(default_factory=dict)  # of the freezes that people gave, those with room


@dataclass(frozen=True, slots=True)
class Counted:
    """A day was added: the run, the dates that freezes covered before it, and the freezes that came in."""

    run: Run
    frozen: list[date]
    grants: list[Grant]


def settle(run: Run, until: date) -> tuple[Run, list[date]]:
    """Return the run once every date up to `until` is over, and the dates that freezes covered.

    `until` is yesterday where the person lives: today is not missed yet.
    """
    if not run.current_streak or run.covered_date is None or run.covered_date >= until:
        return run, []
    missed = (until - run.covered_date).days
    used = min(run.freezes_available, missed)
    frozen = [run.covered_date + n * ONE_DAY for n in range(1, used + 1)]
    if used:
        run = replace(
            run,
            freezes_available=run.freezes_available - used,
            covered_date=frozen[-1],
            frozen_on=frozen[-1],
        )
    return (run if used == missed else _broken(run)), frozen


def _broken(run: Run) -> Run:
    assert run.covered_date is not None  # noqa: S101 - a run that lasts has a date
    return replace(
        run, current_streak=0, broken_length=run.current_streak, broken_on=run.covered_date + ONE_DAY
    )


def count_day(run: Run, day: date, lessons: int = 0) -> Counted | None:
    """Return what `run` is once `day` qualified with so many `lessons`; None where only a replay can tell.

    That is a day at or before what is settled already, one that follows an ended run without a gap, and one that
    repairs. A day that was counted is not counted again: the caller knows.
    """
    if is_late(run, day):
        return None
    run, frozen = settle(run, day - ONE_DAY)
    run, grants = _add(run, day)
    return None if repairs(run, day, lessons) else Counted(run, frozen, grants)


def is_late(run: Run, day: date) -> bool:
    """Tell whether `day` changes what is settled already."""
    if run.covered_date is None:
        return False
    ended_before = not run.current_streak and day == run.covered_date + ONE_DAY
    return day <= run.covered_date or ended_before


def repairs(run: Run, day: date, lessons: int) -> bool:
    """Tell whether so many `lessons` on `day`, which `run` counts, mend the day that was missed."""
    if run.broken_on is None or lessons < REPAIR_LESSONS or run.broken_length < WORTH_KEEPING:
        return False
    one_day_missed = run.run_started_on == run.broken_on + ONE_DAY
    return one_day_missed and run.broken_on < day <= run.broken_on + REPAIR_DAYS * ONE_DAY and rested(run, day)


def rested(run: Run, day: date) -> bool:
    """Tell whether the last repair is long enough ago on `day`."""
    return run.repaired_on is None or (day - run.repaired_on).days >= REPAIR_PAUSE_DAYS


def _add(run: Run, day: date) -> tuple[Run, list[Grant]]:
    """Add the day after everything that is settled: the run goes on, or begins."""
    started = run.run_started_on if run.current_streak else day
    count = run.current_streak + 1
    run = replace(
        run,
        current_streak=count,
        longest_streak=max(run.longest_streak, count),
        total_active_days=run.total_active_days + 1,
        last_active_date=day,
        covered_date=day,
        run_started_on=started,
    )
    return _rewarded(run, count - 1)


def _rewarded(run: Run, before: int) -> tuple[Run, list[Grant]]:
    """Add the freezes of what the run reached since it counted `before`; never more than FREEZE_CAP at a time."""
    started, on = run.run_started_on, run.covered_date
    assert started is not None  # noqa: S101 - a run that lasts has dates
    assert on is not None  # noqa: S101
    grants: list[Grant] = []
    for reward in reached(before, run.current_streak):
        amount = min(reward.freezes, FREEZE_CAP - run.freezes_available)
        if amount > 0:
            run = replace(run, freezes_available=run.freezes_available + amount)
            grants.append((started, reward.days, amount, on))
    return run, grants


def replay(
    days: Mapping[date, int],
    *,
    until: date,
    travel: Iterable[date] = (),
    given: Mapping[date, int] | None = None,
) -> History:
    """Return the history of a person from all facts, settled up to `until`.

    `days` are the qualifying dates with the lessons of each; `travel` the dates that are forgiven; `given` freezes that
    people gave, by the date from which they can be used.
    """
    past = History()
    forgiven = set(travel)
    presents = given or {}
    for day in sorted({*days, *presents}):
        _settle(past, day - ONE_DAY, forgiven)
        if day in presents:
            held = past.run.freezes_available
            past.presents[day] = min(presents[day], FREEZE_CAP - held)
            past.run = replace(past.run, freezes_available=held + past.presents[day])
        if day in days:
            _live(past, day, days[day])
    _settle(past, until, forgiven)
    return past


def _settle(past: History, until: date, forgiven: set[date]) -> None:
    """Settle day by day where a date is forgiven: that one takes no freeze."""
    for day in sorted(day for day in forgiven if day <= until):
        _take(past, day - ONE_DAY)
        if past.run.current_streak and past.run.covered_date == day - ONE_DAY:
            past.run = replace(past.run, covered_date=day)
    _take(past, until)


def _take(past: History, until: date) -> None:
    was = past.run
    past.run, frozen = settle(was, until)
    past.frozen += frozen
    if was.current_streak and not past.run.current_streak:
        past.before = was.run_started_on


def _live(past: History, day: date, lessons: int) -> None:
    longest = past.run.longest_streak
    past.run, grants = _add(past.run, day)
    past.grants += grants
    run = past.run
    if repairs(run, day, lessons):
        assert run.broken_on is not None  # noqa: S101
        past.repaired.append(run.broken_on)
        count = run.broken_length + run.current_streak
        joined = replace(
            run,
            current_streak=count,
            longest_streak=max(run.longest_streak, count),
            run_started_on=past.before,
            broken_length=0,
            broken_on=None,
            repaired_on=day,
        )
        past.run, grants = _rewarded(joined, run.broken_length)
        past.grants += grants
    past.rewards += [(reward.days, day) for reward in reached(longest, past.run.longest_streak)]
