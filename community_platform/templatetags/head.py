"""What a page tells search engines about itself. `{% load head %}`."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Parameters that change nothing a search engine should see: where one came from, what the form below is about.
HARMLESS = {"page", "ref", "quote", "reply_to", "comments", "t"}
_NOINDEX = mark_safe('<meta name="robots" content="noindex">')


@register.simple_tag(takes_context=True)
def indexing(context: Context, thin: bool = False) -> SafeString:
    """Name the page's one address and its neighbours in a list, or keep it out of search engines.

    Out are `thin` pages and those of a filter, a search or another order: the same rows once more. A list's number is
    part of its address, all other parameters are not.
    """
    request = context.get("request")
    if request is None:
        return SafeString("")
    asked = {name for name in request.GET if not name.startswith("utm_")}
    if thin or asked - HARMLESS:
        return _NOINDEX
    number, total = _place(context.get("page"))
    rows = [("canonical", number)]
    rows += [("prev", number - 1)] if number > 1 else []
    rows += [("next", number + 1)] if number < total else []
    address = f"{settings.SITE_URL}{request.path}"
    return format_html_join(
        "\n",
        '<link rel="{}" href="{}">',
        ((rel, f"{address}?page={n}" if n > 1 else address) for rel, n in rows),
    )


def _place(page: Any) -> tuple[int, int]:
    """Return number and total of a page of a list; (1, 1) of any other page."""
    total = getattr(page, "num_pages", None) or getattr(getattr(page, "paginator", None), "num_pages", None)
    return (page.number, total) if total else (1, 1)


@register.simple_tag
def picture(path: str) -> SafeString:
    """Name the picture that a shared link shows."""
    return format_html('<meta property="og:image" content="{}{}">', settings.SITE_URL, path)
