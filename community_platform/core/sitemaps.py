"""The sitemap: an index of pages of at most 5,000 addresses, each a fixed window of primary keys.

A window needs no COUNT and no OFFSET, so page 200 costs what page 1 costs. Apps describe their part in `sitemaps.py`;
what they list is what visitors see.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import BigIntegerField, ExpressionWrapper, F, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from community_platform.core.cache import cached

WINDOW = 5000  # keys; the protocol allows 50,000 addresses a file
INDEX_SECONDS = 600
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of page. `rows` gives what visitors see; `changed` names the column of its last change, if any."""

    name: str
    rows: Callable[[], QuerySet[Any]]
    columns: tuple[str, ...]  # what `path` is made of
    path: Callable[..., str]
    changed: str = ""


def index(request: HttpRequest, sections: Sequence[Section]) -> HttpResponse:
    """List the pages. Which windows hold anything is one grouped query a section, asked once in ten minutes."""
    return _xml("sitemapindex", "sitemap", _pages(sections))


def page(request: HttpRequest, sections: Sequence[Section], name: str, number: int) -> HttpResponse:
    """List the addresses of one window. One query."""
    section = next((section for section in sections if section.name == name), None)
    if section is None or not 1 <= number < 2**63 // WINDOW:
        raise Http404
    window = ((number - 1) * WINDOW + 1, number * WINDOW)
    rows = section.rows().filter(pk__range=window).order_by("pk")
    columns = [*section.columns, section.changed] if section.changed else [*section.columns, "pk"]
    found = rows.values_list(*columns)
    base, is_dated = settings.SITE_URL, bool(section.changed)
    return _xml(
        "urlset",
        "url",
        ((base + section.path(*values), changed if is_dated else None) for *values, changed in found),
    )


def views(sections: Sequence[Section]) -> tuple[Any, Any]:
    """Return the views of the index and of a page, bound to `sections`."""
    return (
        require_safe(lambda request: index(request, sections)),
        require_safe(lambda request, name, number: page(request, sections, name, number)),
    )


def _pages(sections: Sequence[Section]) -> Iterator[tuple[str, datetime | None]]:
    for section in sections:
        windows = cached(f"sitemap:{section.name}", INDEX_SECONDS, partial(_windows, section))
        for number, changed in windows:
            path = reverse("sitemap-page", kwargs={"name": section.name, "number": number})
            yield settings.SITE_URL + path, changed


def _windows(section: Section) -> list[tuple[int, datetime | None]]:
    """Return the numbers of the windows that hold a row, each with its last change."""
    number = ExpressionWrapper((F("pk") - 1) / WINDOW + 1, output_field=BigIntegerField())
    windows = section.rows().order_by().annotate(window=number).values("window")
    newest = windows.annotate(changed=Max(section.changed or "pk")).order_by("window")
    return [(n, at if section.changed else None) for n, at in newest.values_list("window", "changed")]


def _xml(root: str, item: str, entries: Any) -> HttpResponse:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_SCHEMA}">']
    for address, changed in entries:
        stamp = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
        lines.append(f"<{item}><loc>{escape(address)}</loc>{stamp}</{item}>")
    lines.append(f"</{root}>\n")
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")
