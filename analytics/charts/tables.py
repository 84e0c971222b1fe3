"""Charts that are tables: heat maps and the retention triangle. The colour repeats what the cell says in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.charts.shapes import NOTHING, empty, shown

LEVELS = 10  # classes heat-0 … heat-10


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its `share` (0-1) is the colour, None is empty. `is_partial`: the time it counts is not over yet."""

    text: str
    share: float | None
    url: str = ""
    is_partial: bool = False
    tip: str = ""


def heatmap(
    title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell]]], *, corner: str = "",
    description: str = "",
) -> SafeString:  # fmt: skip
    """Draw named rows of cells."""
    if not rows or not columns:
        return empty(title)
    head = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in columns))
    body = format_html_join("", '<tr><th scope="row">{}</th>{}</tr>', ((name, _cells(cells)) for name, cells in rows))
    note = format_html('<p class="chart__note">{}</p>', description) if description else ""
    return format_html(
        '<figure class="chart"><figcaption class="chart__head"><span class="chart__title">{}</span></figcaption>{}'
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table class="heat">'
        '<caption class="sr-only">{}</caption><thead><tr><th scope="col">{}</th>{}</tr></thead>'
        '<tbody>{}</tbody></table></div></figure>',
        title, note, title, title, corner, head, body,
    )  # fmt: skip


def retention(
    title: str, cohorts: Sequence[tuple[str, int, Sequence[int]]], *, steps: Sequence[str], open_cells: int = 1,
    description: str = "",
) -> SafeString:  # fmt: skip
    """Draw the triangle of cohorts (name, size, students still there in each step), with a mean weighted by size.

    The last `open_cells` of each row are of a time that is not over: they are hatched and stay out of the mean.
    """
    rows = []
    for name, size, cells in cohorts:
        full = len(cells) - open_cells
        drawn = [
            Cell(
                shown(round(100 * count / size), " %") if size else NOTHING,
                count / size if size else None,
                is_partial=index >= full,
                tip=_("%(count)s of %(size)s students") % {"count": count, "size": size},
            )
            for index, count in enumerate(cells)
        ]
        drawn += [Cell("", None)] * (len(steps) - len(drawn))
        rows.append((f"{name} · {shown(size)}", drawn))
    if rows:
        rows.append((_("Mean, weighted by size"), _means(cohorts, len(steps), open_cells)))
    return heatmap(title, steps, rows, corner=_("Cohort and its size"), description=description)


def _means(cohorts: Sequence[tuple[str, int, Sequence[int]]], steps: int, open_cells: int) -> list[Cell]:
    means = []
    for step in range(steps):
        ripe = [(size, cells[step]) for _name, size, cells in cohorts if step < len(cells) - open_cells]
        size = sum(size for size, _count in ripe)
        share = sum(count for _size, count in ripe) / size if size else None
        means.append(Cell(NOTHING if share is None else shown(round(100 * share), " %"), share))
    return means


def _cells(cells: Sequence[Cell]) -> SafeString:
    pieces = []
    for cell in cells:
        if cell.share is None:
            pieces.append(("heat-none", "", cell.text))
            continue
        level = f"heat-{round(LEVELS * min(max(cell.share, 0.0), 1.0))}" + (" heat-partial" if cell.is_partial else "")
        inside = format_html('<a href="{}">{}</a>', cell.url, cell.text) if cell.url else cell.text
        pieces.append((level, cell.tip, inside))
    return format_html_join("", '<td class="{}" title="{}">{}</td>', pieces)
