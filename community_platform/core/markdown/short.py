"""Markdown for a few lines about oneself: no headings, pictures, tables or formulas."""

from functools import cache

import nh3

from community_platform.core.markdown.pipeline import render


def render_short(source: str) -> str:
    """Return `source` as HTML of paragraphs, lists, links, code and emphasis alone; of anything else the words stay.

    Links carry `rel="nofollow ugc noopener"`. Never raises on bad text.
    """
    return _cleaner().clean(render(source).html)


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags={"a", "br", "code", "em", "li", "ol", "p", "s", "strong", "ul"},
        attributes={"a": {"href"}},
        link_rel="nofollow ugc noopener",
        strip_comments=True,
    )
