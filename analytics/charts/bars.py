"""Bars side by side or stacked, and histograms."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from analytics.charts.shapes import (
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

GAP = 0.28  # of a column, between groups of bars
Box = tuple[int, str, float, str, float]  # tone, x, y, width, height


def bars(
    title: str, labels: Sequence[str], series: Sequence[Series], *, is_stacked: bool = False, unit: str = "",
    description: str = "", gap: float = GAP,
) -> SafeString:  # fmt: skip
    """Draw columns from zero; values below zero hang down. Stacked, those above and below pile up apart."""
    if not labels or not any(value for one in series for value in one.values):
        return empty(title)
    scale = scale_for(_tops(series, len(labels)) if is_stacked else (v for one in series for v in one.values))
    boxes = _stacked(series, len(labels), scale, gap) if is_stacked else _beside(series, len(labels), scale, gap)
    column = 100 / len(labels)
    drawing = format_html(
        "{}{}{}",
        format_html_join(
            "", '<rect class="chart__bar tone-{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>', boxes
        ),
        x_labels(labels, [column * (i + 0.5) for i in range(len(labels))]),
        tips(labels, series, [(column * i, column) for i in range(len(labels))], unit),
    )
    return frame(
        title=title, description=description or summary(labels, series, unit), key=key_of("bars", title, labels),
        series=series, scale=scale, unit=unit, drawing=drawing, data=series_table(title, labels, series, unit),
    )  # fmt: skip


def histogram(title: str, bins: Sequence[tuple[str, int]], *, name: str, urls: Sequence[str] = ()) -> SafeString:
    """Draw how many fall into each bin; bins touch, for they are one scale."""
    series = [Series(name, [count for _label, count in bins], urls=urls)]
    return bars(title, [label for label, _count in bins], series, gap=0.06)


def _tops(series: Sequence[Series], count: int) -> list[Number]:
    tops: list[Number] = []
    for index in range(count):
        values = [float(one.values[index] or 0) for one in series]
        tops += [sum(v for v in values if v > 0), sum(v for v in values if v < 0)]
    return tops


def _beside(series: Sequence[Series], count: int, scale: Scale, gap: float) -> list[Box]:
    column = 100 / count
    width = column * (1 - gap) / len(series)
    boxes = []
    for number, one in enumerate(series):
        for index, value in enumerate(one.values):
            if value:
                x = column * index + column * gap / 2 + width * number
                boxes.append(_box(one.tone, x, width, 0, float(value), scale))
    return boxes


def _stacked(series: Sequence[Series], count: int, scale: Scale, gap: float) -> list[Box]:
    column = 100 / count
    boxes = []
    for index in range(count):
        above = below = 0.0
        for one in series:
            value = float(one.values[index] or 0)
            if not value:
                continue
            base = above if value > 0 else below
            boxes.append(_box(one.tone, column * (index + gap / 2), column * (1 - gap), base, base + value, scale))
            if value > 0:
                above += value
            else:
                below += value
    return boxes


def _box(tone: int, x: float, width: float, base: float, top: float, scale: Scale) -> Box:
    high, low = scale.y(max(base, top)), scale.y(min(base, top))
    return tone, f"{x:.3f}%", high, f"{width:.3f}%", round(max(low - high, 1.0), 2)
