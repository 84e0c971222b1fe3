"""From what was typed to what is stored: one way for topics, posts and comments."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from community_platform.core import markdown, text
from forum.selectors.tags import tag_addresses
from forum.services.pictures import check_pictures
from profiles.selectors import profile_addresses

_MENTION = re.compile(r'<a class="mention" href="[^"]*/([^"/]+)/">')


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked source and its rendering. `mentioned` are user names of existing accounts."""

    source: str
    html: str
    mentioned: tuple[str, ...]

    @property
    def columns(self) -> dict[str, object]:
        """The columns that Post and Comment share."""
        return {"content": self.source, "content_html": self.html, "renderer_version": markdown.RENDERER_VERSION}

    def mentioned_newly(self, before: str) -> tuple[str, ...]:
        """Return whom this text mentions and `before`, the HTML that it replaces, did not."""
        named = {unquote(name).lower() for name in _MENTION.findall(before)}
        return tuple(name for name in self.mentioned if name.lower() not in named)


def prepare(content: str, *, low: int, high: int, field: str = "content") -> Prepared:
    """Check and render `content`; a query for mentions and one for #tags, where there are any. Raises Invalid.

    Rendering happens before any row is locked: it is the slow part of a write.
    """
    source = text.clean(content, field=field, low=low, high=high)
    rendered = markdown.render(source, resolve_mentions=profile_addresses, resolve_tags=tag_addresses)
    check_pictures(rendered.html, field=field)
    return Prepared(source=source, html=rendered.html, mentioned=tuple(sorted(rendered.mentions)))
