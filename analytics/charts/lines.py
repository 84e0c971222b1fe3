"""Lines over time, and the small line beside a number."""

from collections.abc import Sequence
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from analytics.charts.shapes import (
    PLOT,
    TOP,
    Number,
    Scale,
    Series,
    empty,
    frame,
    key_of,
    scale_for,
    series_table,
    summary,
    tips,
    x_labels,
)

WIDTH = 1000  # units of the stretched drawing
SPARK_WIDTH, SPARK_HEIGHT = 120, 28
Point = tuple[float, float]


def line(
    title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = "", description: str = "",
    is_partial: bool = False,
) -> SafeString:  # fmt: skip
    """Draw lines; the first one stands on a coloured ground. `is_partial` marks the last day as not over yet."""
    if not labels or all(value is None for one in series for value in one.values):
        return empty(title)
    scale = scale_for(value for one in series for value in one.values)
    places = [100 * i / max(1, len(labels) - 1) for i in range(len(labels))]
    drawn = ((_paths(one, places, scale, number == 0),) for number, one in enumerate(series))
    step = 100 / max(1, len(labels) - 1)
    edges = [(max(0.0, place - step / 2), min(step, 100.0)) for place in places]
    drawing = format_html(
        '<svg class="chart__drawing" x="0" y="{}" width="100%" height="{}" viewBox="0 {} {} {}"'
        ' preserveAspectRatio="none">{}</svg>{}{}{}',
        TOP, PLOT, TOP, WIDTH, PLOT, format_html_join("", "{}", drawn),
        _partial(places) if is_partial else "", x_labels(labels, places), tips(labels, series, edges, unit),
    )  # fmt: skip
    return frame(
        title=title, description=description or summary(labels, series, unit), key=key_of("line", title, labels),
        series=series, scale=scale, unit=unit, drawing=drawing, data=series_table(title, labels, series, unit),
    )  # fmt: skip


def sparkline(values: Sequence[Number], *, tone: int = 1) -> SafeString:
    """Draw a line without axes: decoration beside the number that says the same. Nothing below two known values."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    points = [
        (SPARK_WIDTH * i / (len(known) - 1), 2 + (SPARK_HEIGHT - 4) * (high - value) / span)
        for i, value in enumerate(known)
    ]
    return format_html(
        '<svg class="spark tone-{}" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="chart__line" d="{}"/></svg>',
        tone, SPARK_WIDTH, SPARK_HEIGHT, curve(points),
    )  # fmt: skip


def _paths(one: Series, places: Sequence[float], scale: Scale, is_first: bool) -> SafeString:
    pieces = []
    for run in runs(one.values):
        points = [(places[i] * WIDTH / 100, scale.y(float(one.values[i] or 0))) for i in run]
        if len(points) == 1:  # a value alone between gaps is a short dash
            points = [(points[0][0] - 3, points[0][1]), (points[0][0] + 3, points[0][1])]
        path = curve(points)
        if is_first:
            zero = scale.y(0)
            ground = f"{path} L{points[-1][0]:.1f} {zero:.1f} L{points[0][0]:.1f} {zero:.1f} Z"
            pieces.append(("chart__ground", one.tone, "", ground))
        pieces.append(("chart__line", one.tone, " chart__line--dashed" if one.is_dashed else "", path))
    return format_html_join("", '<path class="{} tone-{}{}" d="{}"/>', pieces)


def _partial(places: Sequence[float]) -> SafeString:
    start = places[-2] if len(places) > 1 else 0.0
    return format_html(
        '<rect class="chart__partial" x="{}" y="{}" width="{}" height="{}"/>',
        f"{start:.2f}%", TOP, f"{100 - start:.2f}%", PLOT,
    )  # fmt: skip


def runs(values: Sequence[Number]) -> list[list[int]]:
    """Return the indexes of the stretches of known values."""
    found: list[list[int]] = [[]]
    for index, value in enumerate(values):
        if value is not None:
            found[-1].append(index)
        elif found[-1]:
            found.append([])
    return [run for run in found if run]


def curve(points: Sequence[Point]) -> str:
    """Return a smooth path that never leaves the range of its neighbours (monotone cubic, Fritsch and Carlson)."""
    start = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    if len(points) < 3:
        return start + "".join(f" L{x:.1f} {y:.1f}" for x, y in points[1:])
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    bends = [slopes[0], *(_bend(a, b) for a, b in pairwise(slopes)), slopes[-1]]
    pieces = [start]
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        third = (x1 - x0) / 3
        pieces.append(
            f" C{x0 + third:.1f} {y0 + bends[number] * third:.1f} {x1 - third:.1f} {y1 - bends[number + 1] * third:.1f}"
            f" {x1:.1f} {y1:.1f}"
        )
    return "".join(pieces)


def _bend(before: float, after: float) -> float:
    """Return the slope at a point: flat at a peak, else the harmonic mean, which cannot overshoot."""
    return 0.0 if before * after <= 0 else 2 * before * after / (before + after)
