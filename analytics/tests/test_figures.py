"""Pure figures: items, scores, estimates, definitions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import definitions
from analytics.selectors.quizzes import correlation, verdict
from analytics.services import scoring
from analytics.services.scoring import Standing

# LSAT section 6: how many of 1,000 people answered the five items in each pattern (Bock and Lieberman 1970).
LSAT6 = {
    "00000": 3, "00001": 6, "00010": 2, "00011": 11, "00100": 1, "00101": 1, "00110": 3, "00111": 4, "01000": 1,
    "01001": 8, "01010": 0, "01011": 16, "01100": 0, "01101": 3, "01110": 2, "01111": 15, "10000": 10, "10001": 29,
    "10010": 14, "10011": 81, "10100": 3, "10101": 28, "10110": 15, "10111": 80, "11000": 16, "11001": 56,
    "11010": 21, "11011": 173, "11100": 11, "11101": 61, "11110": 28, "11111": 298,
}  # fmt: skip


@pytest.mark.parametrize(
    ("item", "facility", "discrimination"),
    [(0, 0.924, 0.1128), (1, 0.709, 0.1532), (2, 0.553, 0.1728), (3, 0.763, 0.1444), (4, 0.870, 0.1216)],
)
def test_items_of_lsat6(item: int, facility: float, discrimination: float) -> None:
    rows = [
        (int(pattern[item]), pattern.count("1") - int(pattern[item]))
        for pattern, count in LSAT6.items()
        for _ in range(count)
    ]
    n, x, y = len(rows), sum(x for x, _y in rows), sum(y for _x, y in rows)
    squares = sum(x * x for x, _y in rows), sum(y * y for _x, y in rows)
    found = correlation(n, x, y, *squares, sum(x * y for x, y in rows))
    mean_x, mean_y = x / n, y / n
    spread = [sum((row[k] - mean) ** 2 for row in rows) for k, mean in ((0, mean_x), (1, mean_y))]
    plain = sum((a - mean_x) * (b - mean_y) for a, b in rows) / (spread[0] * spread[1]) ** 0.5
    assert (n, x / n) == (1000, pytest.approx(facility, abs=1e-6))
    assert found == pytest.approx(plain, abs=1e-6)
    assert found == pytest.approx(discrimination, abs=5e-5)


@pytest.mark.parametrize(
    ("n", "facility", "r", "found"),
    [(19, 0.5, -0.5, "too_few"), (20, 0.5, -0.1, "wrong_key"), (20, 0.5, 0.05, "dubious"), (20, 0.99, 0.0, "ok"),
     (20, 1.0, None, "ok"), (50, 0.5, 0.4, "ok")],
)  # fmt: skip
def test_verdicts(n: int, facility: float, r: float | None, found: str) -> None:
    assert verdict(n, facility, r) == found


SHARE = st.floats(0, 1)
STANDING = st.builds(
    Standing, done_share=SHARE, days_enrolled=st.integers(0, 400), planned_days=st.integers(1, 200),
    active_days=st.integers(0, 28), quiz_share=st.none() | SHARE, texts=st.integers(0, 20),
    idle_days=st.none() | st.integers(0, 400),
)  # fmt: skip
BETTER: dict[str, Any] = {
    "done_share": lambda v: min(1.0, v + 0.2), "active_days": lambda v: v + 1, "texts": lambda v: v + 1,
    "quiz_share": lambda v: None if v is None else min(1.0, v + 0.2),
    "idle_days": lambda v: None if v is None else max(v - 1, 0),
}  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])  # eleven draws each, on a machine that does more
@given(STANDING, st.sampled_from(sorted(BETTER)))
def test_a_score_is_bounded_and_never_falls_by_doing_more(standing: Standing, name: str) -> None:
    score = scoring.score(scoring.components(standing))
    assert Decimal(0) <= score <= Decimal(100)
    values = {key: getattr(standing, key) for key in Standing.__slots__}
    more = Standing(**{**values, name: BETTER[name](values[name])})
    assert scoring.score(scoring.components(more)) >= score


def test_a_steady_student_is_estimated_well() -> None:
    as_of = date(2026, 11, 1)
    daily = {as_of - timedelta(days=age): 20.0 for age in range(60)}
    speed, error = scoring.pace(daily, as_of - timedelta(days=59), as_of, 20.0)
    found = scoring.estimate(200, speed, error, as_of)
    assert found is not None
    assert found.on == as_of + timedelta(days=10)
    assert found.first <= found.on <= found.last
    assert scoring.estimate(200, 0.5, 0.1, as_of) is None
    assert scoring.estimate(0, speed, error, as_of) is None


@pytest.mark.parametrize(
    ("standing", "codes"),
    [
        (Standing(0, 10, 30, 0, None, 0, None), ["not_started"]),
        (Standing(0, 2, 30, 0, None, 0, None), []),
        (Standing(0.1, 30, 30, 1, 0.2, 0, 12), ["idle", "behind", "low_scores"]),
        (Standing(0.9, 30, 30, 9, 0.9, 0, 1), []),
    ],
)
def test_risks_give_reasons(standing: Standing, codes: list[str]) -> None:
    found = scoring.risks(standing, has_begun=standing.idle_days is not None, is_completed=False)
    assert [risk["code"] for risk in found] == codes
    assert scoring.risks(standing, has_begun=True, is_completed=True) == []


def test_ratios_are_shares_or_nothing() -> None:
    assert definitions.ratio(0, 0) is None
    assert definitions.percent(1, 3) == 33.33
    with pytest.raises(ValueError, match="not among"):
        definitions.ratio(2, 1)
    assert all(one.title and one.formula for one in definitions.REGISTRY.values())


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), max_size=6))
def test_a_hidden_cell_cannot_be_subtracted(counts: dict[str, int]) -> None:
    shown = definitions.suppressed(counts)
    hidden = [counts[name] for name, value in shown.items() if value is None]
    assert all(value is None or value == 0 or value >= 10 for value in shown.values())
    if hidden and any(value for value in shown.values()):
        assert sum(hidden) >= 10
        assert len(hidden) > 1
