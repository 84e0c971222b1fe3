"""The words of stored HTML: for the search index, which must not render a hundred thousand sources again."""

import html
import re
from typing import Final

from community_platform.core.markdown.plaintext import HIDDEN

# Our own, sanitised HTML: attributes stand in double quotes, and text holds no bare `<`.
_TAG = re.compile(r'<(?P<end>/?)(?P<name>[a-z0-9]+)(?P<rest>(?:[^>"]|"[^"]*")*)>')
_LINES: Final = frozenset("p h3 h4 h5 h6 li tr pre blockquote summary details div br hr".split())
_CELLS: Final = frozenset(("td", "th"))
_UNSEEN = {'class="spoiler"': HIDDEN, 'class="footnote-ref"': "", 'class="footnote-back"': ""}


def shown_text(source: str) -> str:
    """Return the text of `source`, HTML that `render` made, one line per block; what a spoiler hides stays hidden."""
    pieces: list[str] = []
    unseen = ""  # the element that hides, and how deep we are in elements of its name
    depth = at = 0
    for tag in _TAG.finditer(source):
        if not unseen:
            pieces.append(source[at : tag.start()])
        at = tag.end()
        name, is_end = tag["name"], bool(tag["end"])
        if unseen:
            depth += (-1 if is_end else 1) if name == unseen else 0
            unseen = unseen if depth else ""
        elif not is_end and (mark := _mark(tag["rest"])) is not None:
            pieces.append(mark)
            unseen, depth = name, 1
        if unseen:
            continue
        if name in _LINES:
            pieces.append("\n")
        elif name in _CELLS:
            pieces.append(" ")
        if name == "summary" and is_end:  # the title of a hidden block is shown; the block itself begins
            pieces.append(HIDDEN)
            unseen, depth = "details", 1
    if not unseen:
        pieces.append(source[at:])
    lines = (" ".join(line.split()) for line in html.unescape("".join(pieces)).splitlines())
    return "\n".join(line for line in lines if line)


def _mark(attributes: str) -> str | None:
    return next((mark for name, mark in _UNSEEN.items() if name in attributes), None)
