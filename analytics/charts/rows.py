"""Horizontal bars: one row for each thing, with its name, its parts and its number; funnels."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.charts.shapes import Series, empty, key_of, legend, shown, table


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a row's bar; `url` leads to the list that it counts."""

    name: str
    value: int
    tone: int = 1
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    parts: Sequence[Part]
    url: str = ""
    note: str = ""

    @property
    def total(self) -> int:
        return sum(part.value for part in self.parts)


def strips(title: str, rows: Sequence[Row], *, description: str = "") -> SafeString:
    """Draw rows of stacked parts on one scale. Every row of one chart names the same parts."""
    most = max((row.total for row in rows), default=0)
    if not most:
        return empty(title)
    drawn = format_html_join("", "{}", ((_strip(row, most),) for row in rows))
    keys = [Series(part.name, [], tone=part.tone) for part in rows[0].parts]
    head = [_("Name"), *(part.name for part in rows[0].parts)]
    data = (
        [(row.label, row.url), *((shown(part.value), part.url) for part in row.parts)] for row in rows
    )
    return _figure(title, keys, drawn, description, table(head, data, caption=title))


def funnel(title: str, steps: Sequence[tuple[str, int, str]], *, description: str = "") -> SafeString:
    """Draw steps (name, how many, url of the list), each with its share of the first step and of the one before."""
    if not steps or not steps[0][1]:
        return empty(title)
    first, before = steps[0][1], steps[0][1]
    rows, data = [], []
    for name, count, url in steps:
        overall, step = 100 * count / first, (100 * count / before if before else None)
        rows.append((_strip(Row(name, [Part(name, count, url=url)], note=shown(round(overall), " %")), first),))
        data.append([(name, ""), (shown(count), url), (shown(overall, " %"), ""), (shown(step, " %"), "")])
        before = count
    head = [_("Step"), _("People"), _("Of the first step"), _("Of the step before")]
    return _figure(title, [], format_html_join("", "{}", rows), description, table(head, data, caption=title))


def _figure(title: str, keys: Sequence[Series], drawn: SafeString, description: str, data: SafeString) -> SafeString:
    key = key_of("rows", title)
    note = format_html('<p class="chart__note" id="{}-d">{}</p>', key, description) if description else ""
    return format_html(
        '<figure class="chart"><figcaption class="chart__head"><span class="chart__title">{}</span>{}</figcaption>'
        '{}<ul class="strips">{}</ul>{}</figure>',
        title, legend(keys), note, drawn, data,
    )  # fmt: skip


def _strip(row: Row, most: int) -> SafeString:
    x, pieces, said = 0.0, [], []
    for part in row.parts:
        width = 100 * part.value / most
        said.append(f"{part.name}: {shown(part.value)}")
        if part.value:
            pieces.append((part.tone, f"{x:.3f}%", f"{width:.3f}%"))
        x += width
    inside = format_html_join("", '<rect class="chart__bar tone-{}" x="{}" width="{}" height="100%"/>', pieces)
    name = format_html('<a href="{}">{}</a>', row.url, row.label) if row.url else row.label
    first = row.parts[0]
    number = shown(row.total if len(row.parts) > 1 else first.value)
    count = format_html('<a href="{}">{}</a>', first.url, number) if first.url and len(row.parts) == 1 else number
    return format_html(
        '<li class="strips__row"><span class="strips__name">{}</span>'
        '<svg class="strips__bar" role="img" aria-label="{}"><title>{}</title>{}</svg>'
        '<span class="strips__count"><b>{}</b>{}</span></li>',
        name, ", ".join(said), f"{row.label}\n" + "\n".join(said), inside, count,
        format_html(" <small>{}</small>", row.note) if row.note else "",
    )  # fmt: skip
