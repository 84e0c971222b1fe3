"""One of each chart with invented data, for the style guide."""

from collections.abc import Mapping

from django.utils.safestring import SafeString

from analytics.charts.bars import bars, histogram
from analytics.charts.lines import line
from analytics.charts.rows import Part, Row, funnel, strips
from analytics.charts.shapes import Series
from analytics.charts.tables import Cell, heatmap, retention

_DAYS = [f"{day:02}.11" for day in range(1, 29)]
_ACTIVE = [
    65, 72, 88, 90, 94, 108, 124, 123, 122, 106, 111, 100, 92, 85, 82, 96, 90, 87, 86, 72, 78, 91, 101, 112, 121, 111,
    133, 144,
]  # fmt: skip
_BACK = [None, *(value // 2 for value in _ACTIVE[1:])]


def samples() -> Mapping[str, SafeString]:
    """Return finished charts by name; no query."""
    sales = [Series("Sold", [490, 735, 640, 980], tone=5), Series("Refunded", [0, -49, -98, 0], tone=4)]
    lessons = ["Start here", "A name so long that it does not fit into its column", "Transactions"]
    return {
        "line": line(
            "Active each day", _DAYS, [Series("Active", _ACTIVE), Series("Returning", _BACK, 2, is_dashed=True)],
            is_partial=True,
        ),
        "bars": bars("Revenue", ["W45", "W46", "W47", "W48"], sales, is_stacked=True, unit=" €"),
        "histogram": histogram("Scores", [(f"{10 * n}", n * n) for n in range(10)], name="Students"),
        "funnel": funnel(
            "Funnel",
            [("Enrolled", 1284, "#charts"), ("Started", 1102, ""), ("Half way", 803, ""), ("Finished", 690, "")],
        ),
        "strips": strips(
            "Last lesson before a break",
            [
                Row(name, [Part("Went on", 90 - 20 * n), Part("Left", 4 * n, 4), Part("Still here", 6, 6)], "#charts")
                for n, name in enumerate(lessons)
            ],
        ),
        "heatmap": heatmap(
            "Feedback by lesson", ["Clear", "Confusing"],
            [(name, [Cell(str(9 - n), 0.9 - n / 5), Cell(str(n), n / 10)]) for n, name in enumerate(lessons)],
        ),
        "retention": retention(
            "Cohort retention by week",
            [("06.10", 50, [49, 38, 32, 25]), ("13.10", 41, [41, 30, 27]), ("20.10", 60, [57, 48])],
            steps=["W0", "W1", "W2", "W3"],
        ),
        "empty": line("Nothing yet", [], []),
    }  # fmt: skip
