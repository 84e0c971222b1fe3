"""How days make a streak, without a database: properties over random histories."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gamification.catalogue.streaks import FREEZE_CAP, REPAIR_LESSONS, reached
from gamification.selectors.settling import Counted, Run, count_day, repairs, replay, settle

ZERO = date(2026, 1, 1)
DAY = timedelta(days=1)
SPAN = 70


def on(number: int) -> date:
    return ZERO + number * DAY


# Mostly active days, so that runs reach 7, 14 and 30 and freezes come in; the value is how many lessons.
histories = st.dictionaries(st.integers(0, SPAN), st.sampled_from([1, 1, 1, 2, 3, 4]), max_size=SPAN).map(
    lambda found: {on(number): lessons for number, lessons in found.items()}
)
dense = st.tuples(st.sets(st.integers(0, SPAN), max_size=12), st.sets(st.integers(0, SPAN), max_size=20)).map(
    lambda pair: {on(n): 3 if n in pair[1] else 1 for n in range(SPAN) if n not in pair[0]}
)
settled_at = st.lists(st.integers(0, SPAN + 10), max_size=30)


@settings(max_examples=400, deadline=None)
@given(days=histories | dense, moments=settled_at)
def test_when_and_how_often_it_is_settled_does_not_matter(days: dict[date, int], moments: list[int]) -> None:
    run = replay(days, until=max(days, default=ZERO)).run
    often = run
    for moment in sorted(moments):
        often, _frozen = settle(often, on(moment))
        assert settle(often, on(moment)) == (often, [])
    end = on(SPAN + 10)
    assert settle(often, end)[0] == settle(run, end)[0]


@settings(max_examples=600, deadline=None)
@given(
    days=histories | dense,
    order=st.randoms(use_true_random=False),
    late=st.sets(st.integers(0, SPAN), max_size=6),
    moments=settled_at,
)
def test_day_by_day_is_the_same_as_from_the_beginning(
    days: dict[date, int], order: object, late: set[int], moments: list[int]
) -> None:
    """Days come in order or up to two days late, jobs run in between, lessons arrive one at a time."""
    arrivals = sorted((day + (2 * DAY if (day - ZERO).days in late else 0 * DAY), day) for day in days)
    heard: dict[date, int] = {}
    run = Run()
    jobs = sorted(on(moment) for moment in moments)
    for now, day in arrivals:
        while jobs and jobs[0] <= now:
            run, _frozen = settle(run, jobs.pop(0) - DAY)
        for lesson in range(1, days[day] + 1):
            heard[day] = lesson
            counted = count_day(run, day, lesson) if lesson == 1 else None
            third = lesson == REPAIR_LESSONS and (run.broken_on is not None or day < now)
            if isinstance(counted, Counted):
                run = counted.run
            elif lesson == 1 or third:
                run = replay(heard, until=now - DAY).run
    end = on(SPAN + 10)
    assert settle(run, end)[0] == replay(days, until=end).run


@settings(max_examples=300, deadline=None)
@given(days=histories | dense)
def test_what_a_history_always_holds(days: dict[date, int]) -> None:
    past = replay(days, until=on(SPAN + 5))
    run = past.run
    assert run.total_active_days == len(days)
    assert 0 <= run.freezes_available <= FREEZE_CAP
    assert sum(amount for _run, _days, amount, _on in past.grants) - len(past.frozen) == run.freezes_available
    assert run.current_streak <= run.longest_streak
    assert not set(past.frozen) & set(days)
    assert len(set(past.frozen)) == len(past.frozen)
    assert len({grant[:2] for grant in past.grants}) == len(past.grants), "once a run and count"
    # A run ends only when no freeze is left.
    assert run.current_streak or not run.freezes_available


@settings(max_examples=600, deadline=None)
@given(days=histories | dense, added=st.integers(0, SPAN))
def test_one_more_day_never_costs_anything(days: dict[date, int], added: int) -> None:
    """Without repairs, that is: the one of the month may be spent on a shorter run."""
    once = dict.fromkeys(days, 1)
    before = replay(once, until=on(SPAN + 5)).run
    after = replay({**once, on(added): 1}, until=on(SPAN + 5)).run
    assert after.longest_streak >= before.longest_streak


def test_a_freeze_covers_one_day_and_two_missed_days_take_two() -> None:
    week = {on(n): 1 for n in range(7)}
    run = replay(week, until=on(6)).run
    assert (run.current_streak, run.freezes_available) == (7, 1)
    kept, frozen = settle(run, on(7))
    assert (kept.current_streak, kept.freezes_available, frozen) == (7, 0, [on(7)])
    ended, frozen = settle(run, on(8))
    assert (ended.current_streak, ended.broken_length, ended.broken_on) == (0, 7, on(8))
    assert frozen == [on(7)]


def test_freezes_are_capped() -> None:
    days = {on(n): 1 for n in range(400)}
    assert replay(days, until=on(399)).run.freezes_available == 3, "one at 7, two at 30"
    gifts = {on(40): 9}
    assert replay(days, until=on(399), given=gifts).run.freezes_available == FREEZE_CAP


def test_a_present_comes_in_as_far_as_there_is_room() -> None:
    days = {on(n): 1 for n in range(40)}
    past = replay(days, until=on(39), given={on(30): 9})
    assert past.presents == {on(30): 2}, "three were earned by then"
    assert past.run.freezes_available == FREEZE_CAP


def test_a_frozen_day_does_not_add_to_the_count() -> None:
    days = {on(n): 1 for n in (*range(7), 8)}
    run = replay(days, until=on(8)).run
    assert (run.current_streak, run.total_active_days, run.frozen_on) == (8, 8, on(7))


def test_three_lessons_after_one_missed_day_join_the_runs_once_in_thirty_days() -> None:
    days = {on(n): 1 for n in range(5)} | {on(6): 3}
    past = replay(days, until=on(6))
    assert (past.run.current_streak, past.repaired, past.run.repaired_on) == (6, [on(5)], on(6))
    assert past.run.run_started_on == on(0)
    again = days | {on(7): 1, on(9): 3}
    # On day 7 the run reached 7 days and a freeze: that covers day 8, so there is nothing to repair.
    assert replay(again, until=on(9)).run.current_streak == 8
    soon = {on(n): 1 for n in range(3)} | {on(4): 3} | {on(6): 3}
    assert replay(soon, until=on(6)).run.current_streak == 1
    later = {on(n): 1 for n in range(3)} | {on(4): 3} | {on(n): 1 for n in range(30, 34)} | {on(35): 3}
    assert replay(later, until=on(35)).run.current_streak == 5


def test_the_repair_needs_one_missed_day_three_lessons_and_two_days() -> None:
    run = {on(n): 1 for n in range(4)}
    assert replay(run | {on(5): 2}, until=on(5)).run.current_streak == 1
    assert replay(run | {on(5): 1, on(6): 3}, until=on(6)).run.current_streak == 6
    assert replay(run | {on(5): 1, on(6): 1, on(7): 3}, until=on(7)).run.current_streak == 3
    assert replay(run | {on(6): 3}, until=on(6)).run.current_streak == 1
    short = {on(0): 1, on(1): 1, on(3): 3}
    assert replay(short, until=on(3)).run.current_streak == 1, "two days are not worth the one repair of a month"


def test_forgiven_dates_take_no_freeze() -> None:
    week = {on(n): 1 for n in range(7)}
    run = replay(week | {on(8): 1}, until=on(8), travel=[on(7)]).run
    assert (run.current_streak, run.freezes_available) == (8, 1)
    lost = replay({on(0): 1, on(3): 1}, until=on(3), travel=[on(2)]).run
    assert lost.current_streak == 1, "the day before it was missed for real"


def test_rewards_are_reached_once() -> None:
    assert [reward.days for reward in reached(0, 14)] == [3, 7, 14]
    assert reached(14, 14) == []


def test_repairs_says_no_while_nothing_is_broken() -> None:
    assert not repairs(Run(current_streak=5, longest_streak=5), on(5), 9)
