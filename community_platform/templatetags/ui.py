"""Building blocks of every template: icons, people, times, numbers, page slots. Builtin, no {% load %}."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

from community_platform.core import panels

register = template.Library()

HUES = 12  # colours of tokens.css, [data-hue]
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_AROUND = 2  # pages shown on each side of the current one


@register.simple_tag
def icon(name: str, size: int = 18, **attributes: Any) -> SafeString:
    """Draw the Lucide icon `name`; it is decoration, so the words beside it must say the same.

    A name that does not exist raises where developers see it and draws a dashed circle where visitors do.
    """
    try:
        return _drawing(str(name), size, tuple(sorted(attributes.items())))
    except IconDoesNotExist:
        if settings.DEBUG or settings.TESTING:
            raise
        return _drawing("circle-dashed", size, ())


@lru_cache(maxsize=512)
def _drawing(name: str, size: int, attributes: tuple[tuple[str, Any], ...]) -> SafeString:
    return mark_safe(lucide(name, size=size, aria_hidden="true", **dict(attributes)))  # noqa: S308 - our own wheel's SVG


@register.simple_tag
def avatar(user: Any, size: str = "m") -> SafeString:
    """Draw a person's picture, or initials on a colour of their own. Sizes: xs, s, m, l, xl.

    Hidden from screen readers: the name stands beside it, or on the link around it.
    """
    name = str(getattr(user, "name", "") or "")
    url = getattr(user, "avatar_url", None)
    inside = (
        format_html('<img src="{}" alt="" loading="lazy" decoding="async">', url) if url else initials(name)
    )
    hue = (getattr(user, "pk", None) or 0) % HUES
    return format_html(
        '<span class="avatar avatar--{}" data-hue="{}" aria-hidden="true">{}</span>', size, hue, inside
    )


def initials(name: str) -> str:
    """Return the first letters of the first two words, or the first two letters of the only one."""
    words = [word for word in name.replace("_", " ").replace("-", " ").replace(".", " ").split() if word]
    letters = words[0][0] + words[1][0] if len(words) > 1 else "".join(words)[:2]
    return letters.upper() or "?"


@register.simple_tag
def hue(thing: Any) -> int:
    """Return the number of the colour that `thing` (a row, or a number) has everywhere."""
    return int(getattr(thing, "pk", thing) or 0) % HUES


@register.simple_tag
def ago(moment: datetime | None) -> SafeString:
    """Say how long ago `moment` was; the exact time in the reader's zone is its title. After a month, the date."""
    if moment is None:
        return SafeString("")
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        formats.date_format(local, "DATETIME_FORMAT"),
        _distance(moment, local),
    )


def _distance(moment: datetime, local: datetime) -> str:
    seconds = int((timezone.now() - moment).total_seconds())
    if seconds < _MINUTE:
        return _("just now")
    if seconds < _HOUR:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", seconds // _MINUTE) % {
            "n": seconds // _MINUTE
        }
    if seconds < _DAY:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", seconds // _HOUR) % {"n": seconds // _HOUR}
    if seconds < 30 * _DAY:
        return ngettext("%(n)d day ago", "%(n)d days ago", seconds // _DAY) % {"n": seconds // _DAY}
    this_year = local.year == timezone.localtime().year
    return str(formats.date_format(local, "MONTH_DAY_FORMAT" if this_year else "DATE_FORMAT"))


@register.simple_tag
def count(number: int | None, most: int = 0) -> str:
    """Write a number short: 1,234 as 1.2k; with `most` (99 on a badge) anything above it as 99+."""
    number = number or 0
    if most and number > most:
        return f"{most}+"
    if number < 1000:
        return str(number)
    divisor, unit = (
        (1000, pgettext("thousands", "%(number)sk"))
        if number < 999_500
        else (1_000_000, pgettext("millions", "%(number)sM"))
    )
    scaled = number / divisor
    digits = 1 if scaled < 10 and round(scaled, 1) % 1 else 0
    return unit % {"number": formats.number_format(round(scaled, digits), digits)}


@register.simple_tag(takes_context=True)
def querystring_with(context: Context, **changes: Any) -> str:
    """Return this page's query with `changes` made; None or "" takes a key out."""
    query = context["request"].GET.copy() if "request" in context else QueryDict(mutable=True)
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = value
    return "?" + str(query.urlencode())


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Any, label: str = "") -> dict[str, Any]:
    """Link the pages of a list. `page` has `number` and either `num_pages` or a paginator that does."""
    total = getattr(page, "num_pages", None) or page.paginator.num_pages
    return {
        "request": context.get("request"),
        "label": label or _("Pages"),
        "number": page.number,
        "total": total,
        "numbers": _window(page.number, total),
        "previous": page.number - 1 if page.number > 1 else None,
        "next": page.number + 1 if page.number < total else None,
    }


def _window(number: int, total: int) -> list[int | None]:
    """Return the page numbers to show; None is a gap. First, last and the neighbours are always there."""
    shown = sorted({1, total, *range(max(1, number - _AROUND), min(total, number + _AROUND) + 1)})
    numbers: list[int | None] = []
    for value in shown:
        if numbers and numbers[-1] is not None and value - numbers[-1] == 2:  # a gap of one page is that page
            numbers.append(value - 1)
        elif numbers and numbers[-1] is not None and value - numbers[-1] > 2:
            numbers.append(None)
        numbers.append(value)
    return numbers


@register.simple_tag(takes_context=True)
def panel(context: Context, slot: str, subject: Any = None) -> SafeString:
    """Render what the apps above put into `slot` (core.panels); nothing before the request has a user."""
    request: HttpRequest | None = context.get("request")
    if request is None or not hasattr(request, "user"):
        return SafeString("")
    return panels.render(slot, request, subject)


@register.simple_tag(takes_context=True)
def mark(context: Context, slot: str, person: Any, among: Any) -> SafeString | str:
    """Render the mark of `person`, asked once for all `among.author_ids` of the page (core.panels)."""
    request = context.get("request")
    if request is None or not hasattr(request, "user"):
        return ""
    known: dict[int, Any] = request.__dict__.setdefault(f"_marks_{slot}", {})
    if person.pk not in known:
        people = {person.pk, *among.author_ids} - known.keys()
        known.update(dict.fromkeys(people, "") | panels.marks(slot, request, people))
    return known[person.pk]


@register.simple_tag
def plural_forms(kind: str) -> SafeString:
    """Return data-one, data-few, data-many and data-other attributes, for a sentence that the browser completes.

    `{n}` stands where the number goes. The four sample numbers hit every plural form of English and Russian.
    """
    sentences = {
        "replies": lambda n: ngettext("%(n)s new reply", "%(n)s new replies", n),
        "comments": lambda n: ngettext("%(n)s new comment", "%(n)s new comments", n),
    }
    russian = (get_language() or "").startswith("ru")
    samples = {"one": 1, "few": 2, "many": 5, "other": 5 if russian else 2}
    pairs = ((form, sentences[kind](sample) % {"n": "{n}"}) for form, sample in samples.items())
    return format_html_join(" ", 'data-{}="{}"', pairs)
