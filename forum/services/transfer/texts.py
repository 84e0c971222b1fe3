"""Texts that come from elsewhere, made into what is stored: never refused, never trusted."""

import re
from dataclasses import dataclass
from typing import Any

from community_platform.core import markdown
from community_platform.core.markdown import MAX_CHARS
from forum.selectors.tags import tag_addresses
from profiles.selectors import profile_addresses

_BAD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
CUT = "\n\n[…]"


@dataclass(frozen=True, slots=True)
class Text:
    """A source and its rendering."""

    source: str
    html: str

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "content": self.source,
            "content_html": self.html,
            "renderer_version": markdown.RENDERER_VERSION,
        }


def made(source: str) -> Text:
    """Render `source`, whatever it is. What no database can store is left out; what is too long ends in […]."""
    kept = storable(source)
    if len(kept) > MAX_CHARS:
        kept = kept[: MAX_CHARS - len(CUT)] + CUT
    html = markdown.render(kept, resolve_mentions=profile_addresses, resolve_tags=tag_addresses).html
    return Text(source=kept, html=html)


def storable(value: Any) -> str:
    """Return `value` as text with our line ends and without characters that no database stores."""
    return _BAD.sub("", str(value or "").replace("\r\n", "\n").replace("\r", "\n"))


def short(value: Any, length: int) -> str:
    """Return one line of at most `length` characters."""
    words = " ".join(storable(value).split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"
