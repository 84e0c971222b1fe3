"""What charts share: series, scales, the frame around a plot, the table of its data."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2s

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

Number = int | float | Decimal | None
PLOT = 200  # pixels of the plotting area
TOP = 10  # above it, so that the highest label is not cut
FOOT = 26  # below it, for the labels of the x axis
TICKS = 4
LABELS = 7  # labels of the x axis, at most
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values, in the order of the labels; None is "not known", and leaves a gap.

    `tone` 1-6 is the colour. `urls` lead from each value of the table to the list behind it.
    """

    name: str
    values: Sequence[Number]
    tone: int = 1
    is_dashed: bool = False
    urls: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """A y axis from `low` to `high` with round ticks; both include 0."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def y(self, value: float) -> float:
        """Return the pixels from the top of the svg."""
        return round(TOP + PLOT * (self.high - value) / (self.high - self.low), 2)


def scale_for(values: Iterable[Number]) -> Scale:
    """Return the smallest round scale that holds 0 and all `values`."""
    known = [float(value) for value in values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    if high == low:
        high = low + 1
    step = _round_step((high - low) / TICKS, whole=all(value == int(value) for value in known))
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple(round(number * step, 10) for number in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def _round_step(least: float, *, whole: bool) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= least * 0.999999)
    return max(1.0, math.ceil(step)) if whole else step


def shown(value: Number, unit: str = "") -> str:
    """Write a number the reader's way, with at most two digits behind the point; None is a dash, never 0."""
    if value is None:
        return NOTHING
    number = round(float(value), 2)
    digits = 0 if number == int(number) else 1 if round(number, 1) == number else 2
    text = formats.number_format(number, digits, force_grouping=True)
    return f"{text}{unit}"


def key_of(*parts: object) -> str:
    """Return an id for elements of a chart: the same chart has the same one."""
    return "c" + blake2s(repr(parts).encode(), digest_size=5).hexdigest()


def legend(series: Sequence[Series]) -> SafeString:
    if len(series) < 2:
        return SafeString("")
    keys = format_html_join(
        "", '<li class="chart__key tone-{}{}">{}</li>',
        ((one.tone, " chart__key--dashed" if one.is_dashed else "", one.name) for one in series),
    )  # fmt: skip
    return format_html('<ul class="chart__legend">{}</ul>', keys)


def grid(scale: Scale) -> SafeString:
    return format_html_join(
        "", '<line class="chart__grid{}" x1="0" x2="100%" y1="{}" y2="{}"/>',
        ((" chart__grid--zero" if tick == 0 else "", scale.y(tick), scale.y(tick)) for tick in scale.ticks),
    )  # fmt: skip


def axis(scale: Scale, unit: str) -> SafeString:
    """Return the labels of the y axis: an svg of its own beside the plot, which is as wide as the page allows."""
    labels = format_html_join(
        "", '<text x="100%" y="{}" dy=".32em" text-anchor="end">{}</text>',
        ((scale.y(tick), _short(tick, unit)) for tick in scale.ticks),
    )  # fmt: skip
    return format_html('<svg class="chart__axis" height="{}" aria-hidden="true">{}</svg>', TOP + PLOT + FOOT, labels)


def _short(tick: float, unit: str) -> str:
    if abs(tick) >= 10_000:
        return shown(tick / 1000, "k" + unit)
    return shown(tick, unit)


def x_labels(labels: Sequence[str], places: Sequence[float]) -> SafeString:
    """Return at most LABELS labels below the plot at `places` (0-100); every second one hides on a phone."""
    step = max(1, math.ceil(len(labels) / LABELS))
    pieces = []
    for number, index in enumerate(range(0, len(labels), step)):
        place = places[index]
        anchor = "start" if place < 4 else "end" if place > 96 else "middle"
        extra = " chart__label--wide" if number % 2 and len(labels) > 4 else ""
        pieces.append((extra, f"{place:.2f}%", TOP + PLOT + 18, anchor, labels[index]))
    return format_html_join("", '<text class="chart__label{}" x="{}" y="{}" text-anchor="{}">{}</text>', pieces)


def tips(
    labels: Sequence[str], series: Sequence[Series], edges: Sequence[tuple[float, float]], unit: str
) -> SafeString:
    """Return an invisible column over each value that says it when pointed at. `edges` are start and width, 0-100."""
    rows = []
    for index, label in enumerate(labels):
        said = "\n".join(f"{one.name}: {shown(one.values[index], unit)}" for one in series)
        rows.append((f"{edges[index][0]:.3f}%", TOP, f"{edges[index][1]:.3f}%", PLOT, f"{label}\n{said}"))
    return format_html_join(
        "", '<rect class="chart__tip" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>', rows
    )


def table(head: Sequence[str], rows: Iterable[Sequence[tuple[str, str]]], *, caption: str) -> SafeString:
    """Return the data as a closed table. `rows` hold (text, url or ""); the first cell of each names it."""
    titles = format_html_join("", "<th scope=col{}>{}</th>", (
        (mark_safe(' class="number"') if number else "", text) for number, text in enumerate(head)
    ))  # fmt: skip
    body = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in rows))
    return format_html(
        '<details class="chart__data"><summary>{}</summary>'
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table class="table">'
        '<caption class="sr-only">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
        "</div></details>",
        _("Show the data as a table"), caption, caption, titles, body,
    )  # fmt: skip


def _cells(row: Sequence[tuple[str, str]]) -> SafeString:
    pieces = []
    for number, (text, url) in enumerate(row):
        inside = format_html('<a href="{}">{}</a>', url, text) if url else text
        form = '<td class="number">{}</td>' if number else '<th scope="row">{}</th>'
        pieces.append((format_html(form, inside),))
    return format_html_join("", "{}", pieces)


def series_table(title: str, labels: Sequence[str], series: Sequence[Series], unit: str) -> SafeString:
    rows = (
        [(label, ""), *((shown(one.values[i], unit), one.urls[i] if one.urls else "") for one in series)]
        for i, label in enumerate(labels)
    )
    return table(["", *(one.name for one in series)], rows, caption=title)


def frame(
    *, title: str, description: str, key: str, series: Sequence[Series], scale: Scale, unit: str, drawing: SafeString,
    data: SafeString,
) -> SafeString:  # fmt: skip
    """Return the whole figure around a drawing that stands on `scale`."""
    return format_html(
        '<figure class="chart"><figcaption class="chart__head"><span class="chart__title">{}</span>{}</figcaption>'
        '<div class="chart__frame">{}<svg class="chart__plot" height="{}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}{}</svg></div>{}</figure>',
        title, legend(series), axis(scale, unit), TOP + PLOT + FOOT, key, key, key, title, key, description,
        grid(scale), drawing, data,
    )  # fmt: skip


def summary(labels: Sequence[str], series: Sequence[Series], unit: str) -> str:
    """Say in words what a chart shows: span, lowest, highest and last value of each series."""
    said = []
    for one in series:
        known = [float(value) for value in one.values if value is not None]
        if known:
            said.append(
                _("%(name)s: from %(low)s to %(high)s, last %(last)s.")
                % {"name": one.name, "low": shown(min(known), unit), "high": shown(max(known), unit),
                   "last": shown(known[-1], unit)}
            )  # fmt: skip
        else:
            said.append(_("%(name)s: no data.") % {"name": one.name})
    span = f"{labels[0]} – {labels[-1]}. " if labels else ""
    return span + " ".join(said)


def empty(title: str, text: str = "") -> SafeString:
    """Return what stands where a chart would, when there is nothing to draw."""
    return format_html(
        '<figure class="chart chart--empty"><figcaption class="chart__head"><span class="chart__title">{}</span>'
        "</figcaption><p class=\"muted\">{}</p></figure>",
        title, text or _("Nothing to show in this time yet."),
    )  # fmt: skip
