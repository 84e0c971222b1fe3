"""The second layer: whatever the parser wrote, only these elements, attributes and values leave.

The list is exactly what our own renderers write. A text that gets raw HTML past the parser meets it here.
"""

import re
from functools import cache
from typing import Final

import nh3

from community_platform.core.markdown.code import CLASS_PREFIX, CLASSES
from community_platform.core.markdown.links import is_safe_link, is_shown_image

_MATHML = """
    math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle merror mpadded mphantom mfenced menclose
    msub msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd
"""
_HTML = """
    a blockquote br code details div em h3 h4 h5 h6 hr img input label li ol p pre s span strong summary sup
    table tbody td th thead tr ul
"""
MATHML: Final = frozenset(_MATHML.split())
TAGS: Final = MATHML | frozenset(_HTML.split())
# MathML attributes that draw; none takes an address.
_LOOKS = """
    display displaystyle scriptlevel mathvariant stretchy fence separator form movablelimits accent
    accentunder symmetric largeop columnalign rowalign columnlines rowlines notation open close separators
    bevelled frame side
"""
# Lengths are kept short: a long one could push a formula over its neighbours.
_LENGTHS = "width height depth voffset lspace rspace minsize maxsize linethickness columnspacing rowspacing"
_MATH_LENGTHS: Final = frozenset(_LENGTHS.split())
_MATH_ATTRIBUTES: Final = _MATH_LENGTHS | frozenset(_LOOKS.split())
_SHORT_LENGTH = re.compile(r"[+-]?(?:[0-3](?:\.\d{1,6})?|\.\d{1,6})(?:em|ex)?|0(?:px|pt)|\d{1,3}%")
_ID = re.compile(r"fn(?:ref)?-[0-9a-f]{8}-\d{1,4}(?:-\d{1,4})?")
_LANGUAGE_NAME = re.compile(r"[\w+#./ -]{1,40}")


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    """Return the value to keep, or None. Must not raise: nh3 would only report it."""
    keep = True
    if attribute == "href":
        keep = is_safe_link(value)
    elif attribute == "src":
        keep = is_shown_image(value)
    elif attribute == "id":
        keep = bool(_ID.fullmatch(value))
    elif attribute == "data-language":
        keep = bool(_LANGUAGE_NAME.fullmatch(value))
    elif tag in MATHML and attribute in _MATH_LENGTHS:
        keep = bool(_SHORT_LENGTH.fullmatch(value))
    return value if keep else None


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags={"script", "style", "iframe", "object", "template", "noscript", "textarea"},
        attributes={
            "a": {"href", "rel", "title", "id", "aria-label"},
            "img": {"src", "alt", "title"},
            "li": {"id"},
            "ol": {"start"},
            "pre": {"data-language"},
            "div": {"aria-label"},
            **{tag: set(_MATH_ATTRIBUTES) for tag in MATHML},
        },
        tag_attribute_values={
            "div": {"tabindex": {"0"}, "role": {"region"}},
            "pre": {"tabindex": {"0"}},
            "span": {"tabindex": {"0"}},
            "input": {"type": {"checkbox"}, "disabled": {""}, "checked": {""}},
            "img": {"loading": {"lazy"}},
        },
        allowed_classes={
            "a": {"mention", "hashtag", "footnote-back"},
            "code": {"formula-source"},
            "details": {"spoiler-block"},
            "div": {"formula", "table-scroll"},
            "li": {"task"},
            "ol": {"footnotes", "tasks"},
            "span": {"spoiler", *(CLASS_PREFIX + name for name in CLASSES.values())},
            "sup": {"footnote-ref"},
            "td": {"to-start", "to-center", "to-end"},
            "th": {"to-start", "to-center", "to-end"},
            "ul": {"tasks"},
        },
        attribute_filter=_filtered,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def sanitize(html: str) -> str:
    """Return `html` with only what our renderers may write."""
    return _cleaner().clean(html)
