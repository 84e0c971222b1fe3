"""The engagement score, the reasons of a risk and the estimate: pure functions of plain numbers.

The same inputs give the same answer on every engine: decimals are rounded once, at the end.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

WEIGHTS = {"coverage": 30, "regularity": 25, "assessment": 25, "social": 10, "recency": 10}
RECENT_DAYS = 28
REGULAR_DAYS = 12  # active days in that time that count as regular
SOCIAL_TEXTS = 4
HALF_LIFE_DAYS = 7
LEFT_DAYS = 14  # idle, not completed: has left
PAUSED_DAYS = 21  # idle: no estimate
PRIOR_DAYS = 7  # how many days of the plan weigh as much as days seen
PACE_HALF_LIFE = 14
PACE_MIN = 1.0  # minutes a day, below it no estimate
PLAN_MINUTES = 20.0  # a day: the plan of who has no history
RANGE_Z = 0.8416  # of the normal distribution: 20 % and 80 %
RISK_IDLE_DAYS = 7
RISK_BEHIND = 0.5
RISK_SCORE = 0.5
FAR = 3650  # days


@dataclass(frozen=True, slots=True)
class Standing:
    """What a score is made of. Shares are 0..1; None where a part does not apply (a course without quizzes)."""

    done_share: float  # of the required lessons
    days_enrolled: int
    planned_days: int
    active_days: int  # of the last 28
    quiz_share: float | None
    texts: int  # of the last 28 days
    idle_days: int | None  # None: never active


def components(standing: Standing) -> dict[str, dict[str, float]]:
    """Return the parts that apply: {"name": {"value": 0..1, "weight": n}}."""
    expected = min(1.0, (standing.days_enrolled + 1) / max(standing.planned_days, 1))
    idle = standing.idle_days
    values: dict[str, float | None] = {
        "coverage": min(1.0, standing.done_share / expected),
        "regularity": min(1.0, standing.active_days / REGULAR_DAYS),
        "assessment": standing.quiz_share,
        "social": min(1.0, standing.texts / SOCIAL_TEXTS),
        "recency": 0.0 if idle is None else 2 ** (-max(idle, 0) / HALF_LIFE_DAYS),
    }
    return {
        name: {"value": round(min(max(value, 0.0), 1.0), 4), "weight": WEIGHTS[name]}
        for name, value in values.items()
        if value is not None
    }


def score(parts: Mapping[str, Mapping[str, float]]) -> Decimal:
    """Return 0-100 with two places: the weighted mean of the parts."""
    weights = sum(Decimal(part["weight"]) for part in parts.values())
    if not weights:
        return Decimal(0)
    earned = sum(Decimal(str(part["value"])) * Decimal(part["weight"]) for part in parts.values())
    return (100 * earned / weights).quantize(Decimal("0.01"), ROUND_HALF_UP)


def risks(standing: Standing, *, has_begun: bool, is_completed: bool) -> list[dict[str, Any]]:
    """Return why a student may need help; empty for who has completed, or has not begun within a week."""
    if is_completed:
        return []
    found: list[dict[str, Any]] = []
    idle = standing.idle_days
    if not has_begun or idle is None:
        if standing.days_enrolled >= RISK_IDLE_DAYS:
            found.append({"code": "not_started", "days": standing.days_enrolled})
        return found
    if idle >= RISK_IDLE_DAYS:
        found.append({"code": "idle", "days": idle})
    expected = min(1.0, (standing.days_enrolled + 1) / max(standing.planned_days, 1))
    if standing.days_enrolled >= RISK_IDLE_DAYS and standing.done_share < RISK_BEHIND * expected:
        found.append({"code": "behind", "percent": round(100 * standing.done_share)})
    if standing.quiz_share is not None and standing.quiz_share < RISK_SCORE:
        found.append({"code": "low_scores", "percent": round(100 * standing.quiz_share)})
    return found


@dataclass(frozen=True, slots=True)
class Estimate:
    """When the rest will be done at the present pace; `first` and `last` hold it with a chance of 60 %."""

    on: date
    first: date
    last: date


def pace(minutes: Mapping[date, float], since: date, as_of: date, prior: float) -> tuple[float, float]:
    """Return minutes of content completed a day, and the uncertainty of that mean.

    Days without any count, younger days weigh more (half after 14), and seven days of `prior` are mixed in.
    """
    total = weights = squares = spread = 0.0
    values: list[tuple[float, float]] = []
    for age in range(min((as_of - since).days + 1, 8 * PACE_HALF_LIFE)):
        weight = 2 ** (-age / PACE_HALF_LIFE)
        done = minutes.get(as_of - timedelta(days=age), 0.0)
        values.append((weight, done))
        total += weight * done
        weights += weight
        squares += weight * weight
    mean = (total + PRIOR_DAYS * prior) / (weights + PRIOR_DAYS)
    spread = sum(weight * (done - mean) ** 2 for weight, done in values) + PRIOR_DAYS * prior * prior
    variance = spread / (weights + PRIOR_DAYS)
    effective = (weights + PRIOR_DAYS) ** 2 / (squares + PRIOR_DAYS)
    return mean, math.sqrt(variance / effective)


def estimate(remaining: float, mean: float, error: float, as_of: date) -> Estimate | None:
    """Return when `remaining` minutes will be done; None at less than a minute a day."""
    if mean < PACE_MIN or remaining <= 0:
        return None

    def after(speed: float) -> date:
        return as_of + timedelta(days=min(math.ceil(remaining / max(speed, 0.05)), FAR))

    return Estimate(after(mean), after(mean + RANGE_Z * error), after(max(mean - RANGE_Z * error, mean / 10)))


def median(values: Sequence[float]) -> float | None:
    """Return the middle; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
